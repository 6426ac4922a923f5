package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.testkit.GradientCheck;
import io.gradflow.testkit.MaskedBy;
import io.gradflow.testkit.NetworkTrial;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Finite differences, by every input and every parameter, of every kind of layer, activation and
 * loss: of one row and of several, in any chunks; and where there are steps, of masked ones.
 */
class EveryKindGradientTest {
  private static final GradientCheck SMOOTH = GradientCheck.SMOOTH;
  private static final GradientCheck KINKED = GradientCheck.KINKED;

  /** Norms bend more where the variance is small: a smaller step. */
  private static final GradientCheck FINE = new GradientCheck(0x1p-7, 2e-4);

  /** A layer as written, and the inputs that it reads. */
  private record Case(GradientCheck check, String yaml, List<Shape> inputs) {
    static Case of(GradientCheck check, String yaml, Shape... inputs) {
      return new Case(check, yaml, List.of(inputs));
    }

    String kind() {
      return EveryKindBits.kind(yaml);
    }

    boolean takesMasks() {
      return inputs.get(0).rank() == 2 && !WITHOUT_STEPS.contains(kind());
    }
  }

  /** Layers that refuse a masked sequence, as their output does not have its steps. */
  private static final Set<String> WITHOUT_STEPS = Set.of("flatten", "reshape");

  private static final List<Case> LAYERS =
      Stream.of(sequences(), steps(), windows(), images(), combinations())
          .flatMap(List::stream)
          .toList();

  /** What has kinks: its inputs are kept farther from them than two steps, by the seed. */
  private static final Set<String> KINKED_FUNCTIONS =
      Set.of(
          "relu",
          "leakyRelu",
          "elu",
          "selu",
          "absoluteError",
          "huber",
          "hinge",
          "squaredHinge",
          "cosinePairs",
          "contrastive",
          "triplet");

  private static List<Case> sequences() {
    Shape sequence = Shape.of(5, 3);
    Shape even = Shape.of(5, 4);
    Shape state = Shape.of(4);
    return List.of(
        Case.of(SMOOTH, "embedding: {vocabulary: 5, width: 3}", Shape.of(7)),
        Case.of(SMOOTH, "embedding: {vocabulary: 4, width: 3, maskZero: true}", Shape.of(5)),
        Case.of(SMOOTH, "simpleRnn: {units: 4, returnSequences: true}", sequence),
        Case.of(SMOOTH, "simpleRnn: {units: 4, goBackwards: true}", sequence, state),
        Case.of(SMOOTH, "lstm: {units: 4, returnSequences: true}", sequence),
        Case.of(SMOOTH, "lstm: {units: 4, goBackwards: true}", sequence, state, state),
        Case.of(SMOOTH, "gru: {units: 4, returnSequences: true}", sequence),
        Case.of(SMOOTH, "gru: {units: 4, goBackwards: true}", sequence, state),
        Case.of(SMOOTH, "bidirectional: {layer: {lstm: {units: 3}}}", sequence),
        Case.of(
            SMOOTH,
            "bidirectional: {layer: {gru: {units: 3, returnSequences: true}}, merge: sum}",
            sequence),
        Case.of(SMOOTH, "burnIn: 2", sequence),
        Case.of(SMOOTH, "multiHeadAttention: {heads: 2, causal: true, rotary: true}", even),
        Case.of(SMOOTH, "multiHeadAttention: {heads: 3, dropout: 0.25}", sequence, Shape.of(4, 6)),
        Case.of(SMOOTH, "sinusoidalPositions: {}", sequence),
        Case.of(SMOOTH, "learnedPositions: {}", sequence),
        Case.of(
            FINE,
            "transformerBlock: {heads: 2, feedForward: 5, causal: true, epsilon: 0.01}",
            even),
        Case.of(
            FINE,
            "transformerBlock: {heads: 1, feedForward: 3, norm: post, dropout: 0.2, epsilon: 0.01}",
            even,
            Shape.of(3, 6)));
  }

  /** What computes every step, or every row, by itself. */
  private static List<Case> steps() {
    Shape sequence = Shape.of(5, 3);
    return List.of(
        Case.of(SMOOTH, "dense: {units: 3, activation: gelu}", sequence),
        Case.of(SMOOTH, "dense: {units: 19, useBias: false}", Shape.of(7)),
        Case.of(SMOOTH, "activation: silu", sequence),
        Case.of(SMOOTH, "dropout: 0.4", sequence),
        Case.of(SMOOTH, "spatialDropout: 0.4", sequence),
        Case.of(SMOOTH, "spatialDropout: 0.4", Shape.of(2, 3, 5)),
        Case.of(SMOOTH, "gaussianNoise: 0.5", sequence),
        Case.of(SMOOTH, "stochasticDepth: 0.4", sequence),
        Case.of(SMOOTH, "activityRegularization: {l2: 0.2}", sequence),
        Case.of(KINKED, "activityRegularization: {l1: 0.1, l2: 0.2}", Shape.of(7)),
        Case.of(FINE, "batchNorm: {epsilon: 0.1}", sequence),
        Case.of(FINE, "batchNorm: {epsilon: 0.1}", Shape.of(3, 2, 5)),
        Case.of(FINE, "layerNorm: {epsilon: 0.1}", sequence),
        Case.of(FINE, "groupNorm: {groups: 2, epsilon: 0.1}", Shape.of(5, 4)),
        Case.of(FINE, "groupNorm: {groups: 3, epsilon: 0.1}", Shape.of(2, 3, 6)),
        Case.of(FINE, "rmsNorm: {epsilon: 0.1}", sequence),
        Case.of(SMOOTH, "masking: {}", sequence),
        Case.of(SMOOTH, "flatten: {}", sequence),
        Case.of(SMOOTH, "reshape: [3, 5]", sequence));
  }

  /** Windows along time, and what changes the number of steps. */
  private static List<Case> windows() {
    Shape odd = Shape.of(7, 2);
    return List.of(
        Case.of(
            SMOOTH,
            "conv1d: {filters: 3, kernel: 3, stride: 2, padding: same, activation: tanh}",
            odd),
        Case.of(SMOOTH, "conv1d: {filters: 2, kernel: 2, stride: 3}", odd),
        Case.of(SMOOTH, "conv1d: {filters: 4, kernel: 2, dilation: 2, groups: 2}", odd),
        Case.of(KINKED, "maxPool1d: 2", odd),
        Case.of(KINKED, "maxPool1d: {size: 3, stride: 2, padding: same}", odd),
        Case.of(SMOOTH, "avgPool1d: 2", odd),
        Case.of(SMOOTH, "avgPool1d: {size: 3, stride: 1, padding: same}", odd),
        Case.of(KINKED, "globalMaxPool: {}", odd),
        Case.of(SMOOTH, "globalAvgPool: {}", odd),
        Case.of(SMOOTH, "upsample1d: 2", odd),
        Case.of(SMOOTH, "upsample1d: {size: 3, interpolation: linear}", odd),
        Case.of(SMOOTH, "upsample1d: {size: 2, interpolation: linear}", Shape.of(1, 17)),
        Case.of(SMOOTH, "zeroPad1d: [1, 2]", odd),
        Case.of(SMOOTH, "crop1d: [2, 1]", odd));
  }

  private static List<Case> images() {
    Shape odd = Shape.of(5, 4, 3);
    return List.of(
        Case.of(
            SMOOTH,
            "conv2d: {filters: 2, kernel: 3, stride: 2, padding: same, activation: tanh}",
            odd),
        Case.of(
            SMOOTH,
            "conv2d: {filters: 4, kernel: [2, 3], stride: [3, 2], dilation: 2, groups: 2}",
            Shape.of(7, 8, 6)),
        Case.of(
            SMOOTH,
            "depthwiseConv2d: {kernel: 3, multiplier: 2, stride: 2, padding: same}",
            Shape.of(5, 4, 2)),
        Case.of(SMOOTH, "separableConv2d: {filters: 2, kernel: 3, stride: 2, padding: same}", odd),
        Case.of(
            SMOOTH,
            "transposedConv2d: {filters: 3, kernel: 3, stride: 2, padding: same}",
            Shape.of(3, 4, 2)),
        Case.of(
            SMOOTH,
            "transposedConv2d: {filters: 2, kernel: 2, stride: [3, 1], groups: 2, dilation: 2}",
            Shape.of(2, 3, 4)),
        Case.of(KINKED, "maxPool2d: 2", odd),
        Case.of(KINKED, "maxPool2d: {size: [3, 2], stride: 2, padding: same}", odd),
        Case.of(SMOOTH, "avgPool2d: 2", odd),
        Case.of(SMOOTH, "avgPool2d: {size: [3, 2], stride: 2, padding: same}", odd),
        Case.of(KINKED, "globalMaxPool: {}", odd),
        Case.of(SMOOTH, "globalAvgPool: {}", odd),
        Case.of(SMOOTH, "upsample2d: [2, 3]", Shape.of(2, 3, 2)),
        Case.of(SMOOTH, "upsample2d: {size: [3, 2], interpolation: bilinear}", Shape.of(3, 2, 17)),
        Case.of(SMOOTH, "upsample2d: {size: 2, interpolation: bilinear}", Shape.of(1, 1, 2)),
        Case.of(SMOOTH, "zeroPad2d: [1, 0, 2, 3]", Shape.of(2, 3, 2)),
        Case.of(SMOOTH, "crop2d: [0, 1, 2, 0]", odd));
  }

  private static List<Case> combinations() {
    Shape sequence = Shape.of(5, 3);
    return List.of(
        Case.of(SMOOTH, "add: {}", sequence, sequence, sequence),
        Case.of(SMOOTH, "multiply: {}", sequence, sequence, sequence),
        Case.of(SMOOTH, "concat: {}", sequence, Shape.of(5, 2)),
        Case.of(SMOOTH, "concat: 0", sequence, Shape.of(2, 3)),
        Case.of(
            SMOOTH, "residual: [{dense: {units: 3, activation: tanh}}, {dropout: 0.2}]", sequence),
        Case.of(
            SMOOTH,
            "residual: {layers: [{dense: 2}], projection: [{dense: 2}], recompute: true}",
            sequence),
        Case.of(
            SMOOTH,
            "block: {layers: [{dense: {units: 4, activation: silu}}, {gru: {units: 2}}],"
                + " recompute: true}",
            sequence));
  }

  /** The kinds of layers that have a case. */
  static Set<String> layerKinds() {
    return LAYERS.stream().map(Case::kind).collect(Collectors.toCollection(TreeSet::new));
  }

  @TestFactory
  Stream<DynamicTest> layer_everyKind_matchesFiniteDifferences() {
    return LAYERS.stream()
        .flatMap(
            each ->
                Stream.of(1, 3)
                    .map(
                        rows ->
                            test(
                                each.yaml() + " on " + each.inputs() + ", rows " + rows,
                                each.check(),
                                EveryKindBits.layer(each.yaml(), rows, each.inputs()))));
  }

  @TestFactory
  Stream<DynamicTest> layer_everyKindOnMaskedSteps_matchesFiniteDifferences() {
    return LAYERS.stream()
        .filter(Case::takesMasks)
        .map(each -> test(each.yaml() + " masked", each.check(), masked(each, 3)));
  }

  /** A kind that reads sequences is masked in some case, or says why not. */
  @Test
  void masks_everyKindThatReadsSequences_hasACase() {
    Set<String> sequences = new TreeSet<>();
    Set<String> masked = new TreeSet<>(WITHOUT_STEPS);
    for (Case each : LAYERS) {
      if (each.inputs().get(0).rank() == 2) {
        sequences.add(each.kind());
      }
      if (each.takesMasks()) {
        masked.add(each.kind());
      }
    }
    assertEquals(sequences, masked);
  }

  @TestFactory
  Stream<DynamicTest> activation_everyKind_matchesFiniteDifferences() {
    return EveryKindBits.activations().stream()
        .flatMap(
            activation -> {
              String yaml = EveryKindBits.activationLayer(activation);
              GradientCheck check = check(EveryKindBits.kind(activation));
              Shape shape = Shape.of(2, 5);
              return Stream.of(
                  test(yaml, check, EveryKindBits.layer(yaml, 3, List.of(shape))),
                  test(yaml + ", rows 1", check, EveryKindBits.layer(yaml, 1, List.of(shape))),
                  test(yaml + " masked", check, masked(Case.of(check, yaml, shape), 3)));
            });
  }

  @TestFactory
  Stream<DynamicTest> loss_everyKind_matchesFiniteDifferences() {
    return EveryKindBits.losses().entrySet().stream()
        .flatMap(
            each -> {
              String yaml = each.getKey();
              GradientCheck check = check(EveryKindBits.kind(yaml));
              List<DynamicTest> tests = new ArrayList<>();
              for (int rows : new int[] {1, 4}) {
                tests.add(
                    test(
                        yaml + ", rows " + rows,
                        check,
                        EveryKindBits.loss(yaml, rows, each.getValue())));
              }
              LossSpec loss = SpecReader.readYaml(yaml, "test", LossSpec.class);
              if (loss.perStep() || loss.readsMask()) {
                tests.add(test(yaml + " masked", check, maskedLoss(loss, each.getValue())));
              }
              return tests.stream();
            });
  }

  private static GradientCheck check(String kind) {
    return KINKED_FUNCTIONS.contains(kind) ? KINKED : SMOOTH;
  }

  private static DynamicTest test(String name, GradientCheck check, NetworkTrial trial) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          EveryKindBits.randomize(trial, 1);
          if (trial.spec().wholeMicroShardLayers().isEmpty()) {
            check.run(trial);
          } else {
            check.gradients(trial);
          }
        });
  }

  /** The layer on inputs whose first is masked. */
  private static NetworkTrial masked(Case each, int rows) {
    List<InputSpec> inputs = new ArrayList<>();
    List<String> read = new ArrayList<>(List.of("masked"));
    inputs.add(new InputSpec("x", each.inputs().get(0)));
    inputs.add(new InputSpec("mask", Shape.of(each.inputs().get(0).dim(0))));
    for (int i = 1; i < each.inputs().size(); i++) {
      inputs.add(new InputSpec("x" + i, each.inputs().get(i)));
      read.add("x" + i);
    }
    LayerSpec layer = SpecReader.readYaml(each.yaml(), "test", LayerSpec.class);
    List<NodeSpec> nodes =
        List.of(
            new NodeSpec("masked", new MaskedBy(), List.of("x", "mask")),
            new NodeSpec("out", layer, read));
    return NetworkTrial.ofNetwork(new NetworkSpec(inputs, nodes, List.of("out")), rows);
  }

  /** The loss of masked steps; of four, unless the loss reads steps anyway. */
  private static NetworkTrial maskedLoss(LossSpec loss, EveryKindBits.Fit fit) {
    int steps = fit.output().rank() == 2 ? fit.output().dim(0) : 4;
    Shape output = fit.output().rank() == 2 ? fit.output() : Shape.of(steps, fit.output().size());
    Field target = fit.target();
    if (fit.output().rank() < 2) {
      target =
          target.kind() == Field.Kind.CLASS
              ? NetworkTrial.classPerStep(target.name(), steps, target.classes().size())
              : NetworkTrial.number(target.name(), output);
    }
    NetworkSpec network =
        new NetworkSpec(
            List.of(new InputSpec("z", output), new InputSpec("mask", Shape.of(steps))),
            List.of(new NodeSpec("out", new MaskedBy(), List.of("z", "mask"))),
            List.of("out"));
    ExampleSchema schema =
        new ExampleSchema(
            List.of(NetworkTrial.number("z", output), NetworkTrial.classPerStep("mask", steps, 2)),
            List.of(target));
    return NetworkTrial.of(network, List.of(loss), schema, 2);
  }
}
