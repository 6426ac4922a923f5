package io.gradflow.common.metric;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Precision, recall and their harmonic mean, by class and as plain means over classes. With the
 * weights of rows that are truly and by prediction of a class:
 *
 * <pre>
 * precision = true positives / predicted    recall = true positives / actual
 * f1 = 2 true positives / (predicted + actual)
 * </pre>
 *
 * A ratio over nothing is 0 for a class that is predicted or occurs, and NaN for one that does
 * neither; such classes do not enter the means. That is scikit-learn's {@code
 * precision_recall_fscore_support(zero_division=0)}. Results {@code macroPrecision}, {@code
 * macroRecall}, {@code macroF1}, {@code precisionPerClass}, {@code recallPerClass}, {@code
 * f1PerClass}.
 */
@Kind("precisionRecallF1")
@Doc("Precision, recall and F1, by class and as means over classes.")
public record PrecisionRecallF1() implements MetricSpec {
  @Override
  public Metric bind(Shape output, Field target, LossSpec.Link link) {
    return bind(Decision.of("precisionRecallF1", output, target, link));
  }

  /** Sums, by class, of the weights of hits, of rows predicted as it and of rows of it. */
  static Metric bind(Decision decision) {
    return new Bound(decision);
  }

  @Override
  public String label() {
    return "macroF1";
  }

  /** Sums: weight of true positives, predicted, actual; one block of all classes each. */
  private record Bound(Decision decision) implements Metric {
    @Override
    public int sumCount() {
      return 3 * decision.classes();
    }

    @Override
    public void accumulate(
        int rows,
        float[] outputs,
        int outputOffset,
        float[] targets,
        int targetOffset,
        float[] weights,
        int weightOffset,
        double[] sums,
        int sumsOffset) {
      int classes = decision.classes();
      for (int r = 0; r < rows; r++) {
        int predicted = decision.predicted(outputs, outputOffset + r * decision.outputWidth());
        int actual = decision.actual(targets, targetOffset + r * decision.targetWidth());
        double weight = weights[weightOffset + r];
        if (predicted == actual) {
          sums[sumsOffset + actual] += weight;
        }
        sums[sumsOffset + classes + predicted] += weight;
        sums[sumsOffset + 2 * classes + actual] += weight;
      }
    }

    @Override
    public Map<String, Object> result(double[] sums, int sumsOffset) {
      int classes = decision.classes();
      List<Double> precision = new ArrayList<>();
      List<Double> recall = new ArrayList<>();
      List<Double> f1 = new ArrayList<>();
      for (int c = 0; c < classes; c++) {
        double hits = sums[sumsOffset + c];
        double predicted = sums[sumsOffset + classes + c];
        double actual = sums[sumsOffset + 2 * classes + c];
        boolean seen = predicted + actual > 0;
        precision.add(seen ? share(hits, predicted) : Double.NaN);
        recall.add(seen ? share(hits, actual) : Double.NaN);
        f1.add(seen ? share(2 * hits, predicted + actual) : Double.NaN);
      }
      Map<String, Object> results = new LinkedHashMap<>();
      results.put("macroPrecision", mean(precision));
      results.put("macroRecall", mean(recall));
      results.put("macroF1", mean(f1));
      results.put("precisionPerClass", List.copyOf(precision));
      results.put("recallPerClass", List.copyOf(recall));
      results.put("f1PerClass", List.copyOf(f1));
      return results;
    }

    private static double share(double part, double whole) {
      return whole > 0 ? part / whole : 0;
    }

    private static double mean(List<Double> values) {
      double sum = 0;
      int count = 0;
      for (double value : values) {
        if (!Double.isNaN(value)) {
          sum += value;
          count++;
        }
      }
      return sum / count;
    }
  }
}
