package io.gradflow.testkit;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ClassColumn;
import io.gradflow.common.data.FieldEncoder;
import io.gradflow.common.data.NumericColumns;
import io.gradflow.common.data.Preprocessing;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.loss.SigmoidCrossEntropy;
import io.gradflow.common.loss.SoftmaxCrossEntropy;
import io.gradflow.common.loss.SquaredError;
import io.gradflow.common.metric.OutputSpec;
import io.gradflow.common.model.Model;
import io.gradflow.common.nn.InputSpec;
import io.gradflow.common.nn.LayerSpec;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.common.spec.SpecReader;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Models small enough to calculate by hand: x = ((a - 1) / 2, 2 b), one dense layer. For a = 3 and
 * b = 0.5, x = (1, 1).
 */
public final class TinyModels {
  // Kernel [2, 2] row-major, then the bias: logits (1.75, 0.75) for x = (1, 1).
  private static final float[] TWO_UNITS = {1, -1, 0.5f, 2, 0.25f, -0.25f};

  private TinyModels() {}

  /** Classes yes and no, softmax over two logits. */
  public static Model classifier() {
    return model(
        2, new SoftmaxCrossEntropy(0, List.of()), Optional.of(List.of("yes", "no")), TWO_UNITS);
  }

  /** Classes no and yes by one logit, 2 for x = (1, 1). */
  public static Model oneLogit() {
    return model(
        1, new SigmoidCrossEntropy(), Optional.of(List.of("no", "yes")), new float[] {1, 2, -1});
  }

  /** Two numbers, from columns u and v. */
  public static Model regression() {
    return model(2, new SquaredError(), Optional.empty(), TWO_UNITS);
  }

  private static Model model(
      int units, LossSpec loss, Optional<List<String>> classes, float[] weights) {
    FieldEncoder features =
        new FieldEncoder(
            "features",
            Shape.of(2),
            List.of(
                new NumericColumns(
                    List.of("a", "b"), false, 2, List.of(1.0, 0.0), List.of(0.5, 2.0))));
    FieldEncoder target =
        classes
            .map(
                labels ->
                    new FieldEncoder("label", Shape.of(), List.of(new ClassColumn("l", labels))))
            .orElseGet(
                () ->
                    new FieldEncoder(
                        "label",
                        Shape.of(2),
                        List.of(
                            new NumericColumns(
                                List.of("u", "v"), false, 2, List.of(), List.of()))));
    NetworkSpec network =
        NetworkSpec.sequential(
            new InputSpec("features", Shape.of(2)),
            List.of(SpecReader.readJson("{\"dense\": " + units + "}", LayerSpec.class)));
    return Model.of(
        "tiny",
        network,
        new Preprocessing(List.of(features), List.of(target), Optional.empty()),
        List.of(OutputSpec.only(target.name(), loss, List.of())),
        weights,
        Map.of("gradflow", "test"));
  }
}
