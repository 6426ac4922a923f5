package io.gradflow.driver.data;

import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import io.gradflow.common.spec.OneOf;
import java.util.Map;
import java.util.TreeMap;

/**
 * How much rows of each class count in training, beside weights of their own. Validation, test and
 * evaluation count rows as they are.
 */
@OneOf({ClassWeightsSpec.Balanced.class, ClassWeightsSpec.Given.class})
public sealed interface ClassWeightsSpec {
  /**
   * The weight of a class.
   *
   * @param label the class
   * @param count training rows of it
   * @param rows training rows
   * @param classes that have training rows
   */
  double weight(String label, long count, long rows, int classes);

  /** All classes together count the same: w = rows / (classes * rows of the class). */
  @Kind("balanced")
  @Doc("All classes together count the same.")
  record Balanced() implements ClassWeightsSpec {
    @Override
    public double weight(String label, long count, long rows, int classes) {
      return count == 0 ? 1 : (double) rows / ((double) classes * count);
    }
  }

  /**
   * Weights as they are given.
   *
   * @param weights by class; 1 for the others
   */
  @Kind("given")
  @Doc("Weights by class.")
  record Given(@Doc("The weight of each class; 1 for those left out.") Map<String, Double> weights)
      implements ClassWeightsSpec {
    public Given {
      weights = new TreeMap<>(weights);
      weights.forEach(
          (label, weight) -> {
            if (!(weight >= 0) || Double.isInfinite(weight)) {
              throw new IllegalArgumentException(
                  "class " + label + ": weight " + weight + "; expected finite, not negative");
            }
          });
    }

    @Override
    public double weight(String label, long count, long rows, int classes) {
      return weights.getOrDefault(label, 1.0);
    }
  }
}
