package io.gradflow.driver.job;

import io.gradflow.common.nn.LayerSpec;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Deferred;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Embedded;
import io.gradflow.common.spec.Late;
import io.gradflow.common.spec.Settings;
import java.util.Optional;

/**
 * A layer of a chain.
 *
 * @param layer in which {@code classes} may stand for the number of the label's classes
 * @param name of the node; by kind and number unless given, e.g. {@code dense_2}
 * @param trainable whether training changes its parameters
 * @param learningRateFactor what multiplies the learning rate of its parameters
 */
@Doc("A layer of a chain.")
public record LayerEntry(
    @Embedded @Late(ModelSection.CLASSES) Deferred<LayerSpec> layer,
    @Doc("Name of the node, which its parameters begin with; dense_1, dense_2 ... if left out.")
        Optional<String> name,
    @Doc("Whether training changes its parameters; if not, they and statistics stay as they are.")
        @Default("true")
        boolean trainable,
    @Doc("What multiplies the learning rate of its parameters.") @Default("1")
        double learningRateFactor) {
  public LayerEntry {
    requireFactor(learningRateFactor);
  }

  static void requireFactor(double factor) {
    Settings.requireNotNegative("learningRateFactor", factor);
  }
}
