package io.gradflow.common.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.nn.InputSpec;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.common.nn.Reshape;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.testkit.GradientCheck;
import io.gradflow.testkit.NetworkTrial;
import io.gradflow.testkit.SettledAllocation;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What holds for every loss that compares one row's output with its target. */
class LossFamilyTest {
  /** A loss with an output and a target that fit, the target's values made to be in range. */
  private record Case(String name, String spec, Shape output, Field target, GradientCheck check) {
    LossSpec loss() {
      return SpecReader.readYaml(spec, "loss", LossSpec.class);
    }

    NetworkTrial trial(int rows, long seed) {
      NetworkSpec identity =
          NetworkSpec.sequential(new InputSpec("z", output), List.of(new Reshape(output)));
      ExampleSchema schema =
          new ExampleSchema(List.of(NetworkTrial.number("z", output)), List.of(target));
      NetworkTrial trial = NetworkTrial.of(identity, List.of(loss()), schema, rows).randomize(seed);
      float[] targets = trial.batch().target(0);
      for (int i = 0; i < targets.length; i++) {
        targets[i] =
            switch (target.name()) {
              case "probabilities" -> Math.min(1, Math.abs(targets[i]) / 3);
              case "flag" -> targets[i] > 0 ? 1 : 0;
              case "counts" -> (int) Math.abs(3 * targets[i]);
              default -> targets[i];
            };
      }
      float[] outputs = trial.batch().input(0);
      for (int i = 0; name.startsWith("rate") && i < outputs.length; i++) {
        outputs[i] = 0.25f + Math.abs(outputs[i]);
      }
      return trial;
    }
  }

  private static final List<Case> CASES =
      List.of(
          smooth("divergence", "kullbackLeibler", Shape.of(5), numbers("probabilities", 5)),
          kinked("hinge", "hinge", Shape.of(4), NetworkTrial.classIndex("label", 4)),
          kinked("hinge, one score", "hinge: 0.5", Shape.of(1), NetworkTrial.classIndex("l", 2)),
          kinked("squared hinge", "squaredHinge", Shape.of(4), NetworkTrial.classIndex("l", 4)),
          kinked("squared, one", "squaredHinge", Shape.of(1), NetworkTrial.classIndex("l", 2)),
          smooth("focal", "focal", Shape.of(4), NetworkTrial.classIndex("l", 4)),
          smooth("focal, one logit", "focal: 1.5", Shape.of(1), NetworkTrial.classIndex("l", 2)),
          smooth(
              "focal, weights",
              "focal: {gamma: 1, classWeights: [1, 0.5, 2]}",
              Shape.of(3),
              NetworkTrial.classIndex("l", 3)),
          smooth("poisson", "poisson", Shape.of(3), numbers("counts", 3)),
          new Case(
              "rate",
              "poisson: rate",
              Shape.of(3),
              numbers("counts", 3),
              new GradientCheck(0x1p-7, 1e-3)),
          smooth("cosine", "cosine", Shape.of(5), numbers("y", 5)),
          smooth("cosine, vectors", "cosine", Shape.of(3, 2), numbers("y", 6)),
          kinked("cosine pairs", "cosinePairs: 0.1", Shape.of(2, 3), pairs()),
          kinked("contrastive", "contrastive: 2", Shape.of(2, 3), pairs()),
          kinked("contrastive by number", "contrastive", Shape.of(2, 1), oneNumber()),
          kinked("triplet", "triplet", Shape.of(3, 4), pairs()),
          smooth("dice", "dice", Shape.of(6), numbers("probabilities", 6)),
          smooth("dice, channels", "dice: 0.5", Shape.of(3, 2, 2), numbers("probabilities", 12)));

  private static Case smooth(String name, String spec, Shape output, Field target) {
    return new Case(name, spec, output, target, GradientCheck.SMOOTH);
  }

  private static Case kinked(String name, String spec, Shape output, Field target) {
    return new Case(name, spec, output, target, GradientCheck.KINKED);
  }

  private static Field numbers(String name, int width) {
    return NetworkTrial.number(name, Shape.of(width));
  }

  private static Field pairs() {
    return NetworkTrial.classIndex("together", 2);
  }

  private static Field oneNumber() {
    return NetworkTrial.number("flag", Shape.of());
  }

  @TestFactory
  Stream<DynamicTest> gradient_randomRows_matchesFiniteDifferencesAndChunks() {
    return CASES.stream()
        .flatMap(
            each ->
                Stream.of(1, 4)
                    .map(
                        rows ->
                            DynamicTest.dynamicTest(
                                each.name() + ", rows " + rows,
                                () -> each.check().run(each.trial(rows, 31)))));
  }

  /** Logits, scores and embeddings of +-1e4; e to that power is beyond any float. */
  @TestFactory
  Stream<DynamicTest> accumulate_hugeOutputs_staysFinite() {
    return CASES.stream()
        .filter(each -> !each.spec().startsWith("poisson"))
        .map(
            each ->
                DynamicTest.dynamicTest(
                    each.name(),
                    () -> {
                      NetworkTrial trial = each.trial(8, 5);
                      float[] outputs = trial.batch().input(0);
                      for (int i = 0; i < outputs.length; i++) {
                        outputs[i] = Math.signum(outputs[i]) * (1e4f - i % 3);
                      }
                      NetworkTrial.Outcome outcome = trial.run();
                      assertTrue(Double.isFinite(outcome.lossSum()), "loss " + outcome.lossSum());
                      assertTrue(outcome.lossSum() >= 0, "loss " + outcome.lossSum());
                      for (float slope : outcome.inputGradients().get(0)) {
                        assertTrue(Float.isFinite(slope), "slope " + slope);
                      }
                    }));
  }

  @TestFactory
  Stream<DynamicTest> accumulate_nanOutput_isNotHidden() {
    return CASES.stream()
        .map(
            each ->
                DynamicTest.dynamicTest(
                    each.name(),
                    () -> {
                      NetworkTrial trial = each.trial(1, 5);
                      Arrays.fill(trial.batch().input(0), Float.NaN);
                      NetworkTrial.Outcome outcome = trial.run();
                      assertTrue(Double.isNaN(outcome.lossSum()), "loss " + outcome.lossSum());
                      boolean seen = false;
                      for (float slope : outcome.inputGradients().get(0)) {
                        seen |= Float.isNaN(slope);
                      }
                      assertTrue(seen, "gradient " + outcome.inputGradients());
                    }));
  }

  @TestFactory
  Stream<DynamicTest> accumulate_oddOffsetsAndNoGradient_changeNothing() {
    return CASES.stream()
        .map(each -> DynamicTest.dynamicTest(each.name(), () -> offsets(each, each.trial(3, 17))));
  }

  private static void offsets(Case each, NetworkTrial trial) {
    Loss loss = each.loss().bind(each.output(), each.target());
    float[] outputs = trial.batch().input(0);
    float[] targets = trial.batch().target(0);
    float[] weights = trial.batch().weights();
    float[] gradient = new float[outputs.length];
    LossSums plain = new LossSums();
    loss.accumulate(3, outputs, 0, targets, 0, weights, 0, gradient, 0, plain);
    float[] shifted = new float[outputs.length + 3];
    LossSums sums = new LossSums();
    loss.accumulate(
        3, shift(outputs, 2), 2, shift(targets, 1), 1, shift(weights, 4), 4, shifted, 3, sums);
    assertArrayEquals(shift(gradient, 3), shifted);
    assertEquals(plain.lossSum(), sums.lossSum());
    assertEquals(plain.weightSum(), sums.weightSum());
    LossSums without = new LossSums();
    loss.accumulate(3, outputs, 0, targets, 0, weights, 0, null, 0, without);
    assertEquals(plain.lossSum(), without.lossSum());
  }

  private static float[] shift(float[] values, int by) {
    float[] shifted = new float[values.length + by];
    System.arraycopy(values, 0, shifted, by, values.length);
    return shifted;
  }

  /**
   * Vectors are boxed until they are compiled: losses over softmax kernels have their own check.
   */
  @TestFactory
  Stream<DynamicTest> accumulate_manyTimes_allocatesNothing() {
    return CASES.stream()
        .filter(
            each -> each.loss().link() != LossSpec.Link.SOFTMAX || !each.spec().matches("k.*|f.*"))
        .map(each -> DynamicTest.dynamicTest(each.name(), () -> allocation(each)));
  }

  private static void allocation(Case each) {
    NetworkTrial trial = each.trial(4, 3);
    Loss loss = each.loss().bind(each.output(), each.target());
    float[] gradient = new float[trial.batch().input(0).length];
    LossSums sums = new LossSums();
    Runnable call =
        () ->
            loss.accumulate(
                4,
                trial.batch().input(0),
                0,
                trial.batch().target(0),
                0,
                trial.batch().weights(),
                0,
                gradient,
                0,
                sums);
    // The first rounds load classes and make thread-local scratch.
    long bytes = SettledAllocation.bytes(999, 200, call);
    // Reading the counter may itself allocate a little; a single object a row would be 12,800.
    assertTrue(bytes < 1000, bytes + " bytes in 200 calls");
  }

  @Test
  void contrastive_pairInOnePlace_hasNoSlope() {
    Loss loss = new Contrastive(1).bind(Shape.of(2, 2), pairs());
    float[] gradient = {9, 9, 9, 9};
    LossSums sums = new LossSums();
    loss.accumulate(
        1, new float[] {3, 4, 3, 4}, 0, new float[] {0}, 0, new float[] {2}, 0, gradient, 0, sums);
    assertEquals(2 * 0.5, sums.lossSum());
    assertArrayEquals(new float[4], gradient, 1e-30f);
  }

  @Test
  void hinge_handExample_isMarginLessLead() {
    Loss loss = new Hinge(1).bind(Shape.of(3), NetworkTrial.classIndex("label", 3));
    float[] gradient = new float[6];
    LossSums sums = new LossSums();
    float[] scores = {2, 1.5f, -3, 4, 0, 1};
    loss.accumulate(2, scores, 0, new float[] {0, 0}, 0, new float[] {1, 3}, 0, gradient, 0, sums);
    assertEquals(0.5, sums.lossSum());
    assertArrayEquals(new float[] {-1, 1, 0, 0, 0, 0}, gradient, 1e-30f);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hinge: 0                      | hinge margin 0.0; expected a finite number above 0",
        "squaredHinge: -1              | squaredHinge margin -1.0; expected a finite number above 0",
        "focal: -0.5                   | focal gamma -0.5; expected a finite number of at least 0",
        "focal: {classWeights: [1, -1]}| class weight -1.0; expected a finite number of at least 0",
        "poisson: {epsilon: 0}         | poisson epsilon 0.0; expected 0 < epsilon < 1",
        "poisson: count                | ",
        "cosinePairs: 1                | cosinePairs margin 1.0; expected -1 <= margin < 1",
        "contrastive: 0                | contrastive margin 0.0; expected a finite number above 0",
        "triplet: {margin: -2}         | triplet margin -2.0; expected a finite number above 0",
        "dice: 0                       | dice smoothing 0.0; expected a finite number above 0",
        "kullbackLeibler: 1            | ",
        "cosine: {margin: 1}           | ",
      })
  void read_settingsOutOfRange_sayWhatIsExpected(String yaml, String message) {
    String found =
        assertThrows(
                RuntimeException.class, () -> SpecReader.readYaml(yaml, "loss", LossSpec.class))
            .getMessage();
    assertTrue(message == null || found.contains(message), found);
  }

  @Test
  void bind_outputsAndTargetsThatDoNotFit_areFaults() {
    Field three = NetworkTrial.classIndex("label", 3);
    Field two = NetworkTrial.classIndex("label", 2);
    fault(
        "output [4] does not match target label (one of 3 classes); expected output [3]",
        () -> new Hinge(1).bind(Shape.of(4), three));
    fault(
        "output [3] does not match target label (one of 2 classes); expected output [2], or output"
            + " [1] and 2 classes",
        () -> new Focal(2, List.of()).bind(Shape.of(3), two));
    fault(
        "output [2] does not match target y [2]; expected a class target, or output [1] and 2"
            + " classes",
        () -> new SquaredHinge(1).bind(Shape.of(2), numbers("y", 2)));
    fault(
        "2 class weights for 3 classes",
        () -> new Focal(2, List.of(1f, 2f)).bind(Shape.of(3), three));
    fault(
        "output [1]; expected one logit for each of two or more classes",
        () -> new KullbackLeibler().bind(Shape.of(1), numbers("y", 1)));
    fault(
        "output [4, 1]; expected vectors of two or more elements along the last axis",
        () -> new Cosine().bind(Shape.of(4, 1), numbers("y", 4)));
    fault(
        "output [6]; expected [2, width]: 2 embeddings, concatenated and reshaped",
        () -> new Contrastive(1).bind(Shape.of(6), two));
    fault(
        "output [2, 4]; expected [3, width]: 3 embeddings, concatenated and reshaped",
        () -> new Triplet(1).bind(Shape.of(2, 4), two));
    fault(
        "target label (one of 3 classes); expected one of 2 classes, or one number that is 0 or 1",
        () -> new CosinePairs(0).bind(Shape.of(2, 4), three));
    fault(
        "output [2, 2] does not match target y [3]; expected 4 numbers",
        () -> new Dice(1).bind(Shape.of(2, 2), numbers("y", 3)));
  }

  @Test
  void accumulate_targetsOutOfRange_nameTheRow() {
    fault(
        "row 1: target -2.0; expected a finite count of at least 0",
        () -> rows(new Poisson(Poisson.Outputs.LOG, 1e-8f), Shape.of(1), numbers("y", 1), 3, -2));
    fault(
        "row 1: target 1.5; expected a probability in [0, 1]",
        () -> rows(new Dice(1), Shape.of(1), numbers("y", 1), 1, 1.5f));
    fault(
        "row 1: label 2.0; expected a class index in [0, 2)",
        () -> rows(new Contrastive(1), Shape.of(2, 1), numbers("y", 1), 1, 2));
  }

  private static void rows(LossSpec spec, Shape output, Field target, float... targets) {
    Loss loss = spec.bind(output, target);
    float[] outputs = new float[targets.length * output.size()];
    for (int i = 0; i < outputs.length; i++) {
      outputs[i] = CounterRng.uniform(1, i);
    }
    float[] weights = new float[targets.length];
    loss.accumulate(
        targets.length, outputs, 0, targets, 0, weights, 0, outputs.clone(), 0, new LossSums());
  }

  private static void fault(String message, Runnable action) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, action::run).getMessage());
  }
}
