package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.testkit.InnerProduct;
import io.gradflow.testkit.NetworkTrial;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Prints a hash for each kind of layer, activation and loss, over what it leaves of random numbers,
 * forward and backward: equal whatever the vector width, interpreted or compiled.
 */
final class EveryKindBits {
  private static final int ROWS = 5;

  private EveryKindBits() {}

  public static void main(String[] args) {
    System.out.println(lines());
  }

  /** One line a kind: {@code layer dense 1a2b3c4d}. */
  static String lines() {
    StringBuilder lines = new StringBuilder();
    layers()
        .forEach(
            (yaml, shapes) -> add(lines, "layer", kind(yaml), hash(layer(yaml, ROWS, shapes))));
    for (String activation : activations()) {
      String yaml = activationLayer(activation);
      add(lines, "activation", kind(activation), hash(layer(yaml, ROWS, List.of(Shape.of(4, 9)))));
    }
    losses().forEach((yaml, fit) -> add(lines, "loss", kind(yaml), hash(loss(yaml, ROWS, fit))));
    return lines.toString().strip();
  }

  /** The layer that is an activation. */
  static String activationLayer(String activation) {
    return "activation: {" + activation + (activation.contains(":") ? "" : ": {}") + "}";
  }

  static String kind(String yaml) {
    return yaml.split(":", 2)[0];
  }

  private static void add(StringBuilder lines, String family, String kind, int hash) {
    lines.append(family).append(' ').append(kind).append(' ');
    lines.append(Integer.toHexString(hash)).append('\n');
  }

  /**
   * A layer of every kind and its inputs: widths that vectors do not divide, more than one wide.
   */
  static Map<String, List<Shape>> layers() {
    Map<String, List<Shape>> layers = new TreeMap<>();
    List<Shape> sequence = List.of(Shape.of(7, 21));
    List<Shape> image = List.of(Shape.of(6, 7, 20));
    layers.put("embedding: {vocabulary: 9, width: 37}", List.of(Shape.of(7)));
    layers.put("simpleRnn: {units: 19, returnSequences: true}", sequence);
    layers.put("lstm: {units: 19, tbptt: 3}", sequence);
    layers.put("gru: {units: 19, returnSequences: true}", sequence);
    layers.put("bidirectional: {layer: {gru: {units: 11}}}", sequence);
    layers.put("burnIn: 3", sequence);
    layers.put("multiHeadAttention: {heads: 3, dropout: 0.25}", sequence);
    layers.put("sinusoidalPositions: {}", sequence);
    layers.put("learnedPositions: {}", sequence);
    layers.put(
        "transformerBlock: {heads: 3, feedForward: 35, causal: true, dropout: 0.1}", sequence);
    layers.put("dense: {units: 37, activation: gelu}", sequence);
    layers.put("activation: silu", sequence);
    layers.put("dropout: 0.4", sequence);
    layers.put("spatialDropout: 0.4", image);
    layers.put("gaussianNoise: 0.5", sequence);
    layers.put("stochasticDepth: 0.4", sequence);
    layers.put("activityRegularization: {l1: 0.1, l2: 0.2}", sequence);
    layers.put("batchNorm: {}", image);
    layers.put("layerNorm: {}", sequence);
    layers.put("groupNorm: {groups: 4}", image);
    layers.put("rmsNorm: {}", sequence);
    layers.put("add: {}", List.of(Shape.of(7, 21), Shape.of(7, 21)));
    layers.put("multiply: {}", List.of(Shape.of(7, 21), Shape.of(7, 21)));
    layers.put("concat: {}", List.of(Shape.of(7, 21), Shape.of(7, 5)));
    layers.put("flatten: {}", image);
    layers.put("masking: {}", sequence);
    layers.put("reshape: [3, 49]", sequence);
    layers.put("conv1d: {filters: 18, kernel: 3, dilation: 2}", sequence);
    layers.put("conv2d: {filters: 18, kernel: 3, stride: 2, padding: same, groups: 2}", image);
    layers.put("depthwiseConv2d: {kernel: 3, multiplier: 2, padding: same}", image);
    layers.put("separableConv2d: {filters: 19, kernel: 3}", image);
    layers.put("transposedConv2d: {filters: 17, kernel: 3, stride: 2}", image);
    layers.put("maxPool1d: 3", sequence);
    layers.put("maxPool2d: {size: 3, stride: 2, padding: same}", image);
    layers.put("avgPool1d: 2", sequence);
    layers.put("avgPool2d: {size: 3, stride: 2, padding: same}", image);
    layers.put("globalMaxPool: {}", image);
    layers.put("globalAvgPool: {}", sequence);
    layers.put("upsample1d: {size: 3, interpolation: linear}", sequence);
    layers.put("upsample2d: {size: 2, interpolation: bilinear}", image);
    layers.put("zeroPad1d: [1, 2]", sequence);
    layers.put("zeroPad2d: 2", image);
    layers.put("crop1d: [2, 1]", sequence);
    layers.put("crop2d: 1", image);
    layers.put("residual: [{dense: {units: 21, activation: tanh}}, {dropout: 0.2}]", sequence);
    layers.put("block: [{dense: {units: 33, activation: elu}}, {layerNorm: {}}]", sequence);
    return layers;
  }

  static List<String> activations() {
    return List.of(
        "identity",
        "relu",
        "leakyRelu: 0.2",
        "elu: 0.9",
        "selu",
        "gelu",
        "silu",
        "sigmoid",
        "tanh",
        "softplus",
        "softmax");
  }

  /** The output and the target of a loss. */
  record Fit(Shape output, Field target) {}

  static Map<String, Fit> losses() {
    Map<String, Fit> losses = new TreeMap<>();
    Fit label = new Fit(Shape.of(19), NetworkTrial.classIndex("label", 19));
    Fit numbers = new Fit(Shape.of(19), NetworkTrial.number("y", Shape.of(19)));
    Fit shares = new Fit(Shape.of(19), NetworkTrial.number("share", Shape.of(19)));
    Fit steps = new Fit(Shape.of(9, 5), NetworkTrial.classPerStep("labels", 9, 5));
    Fit few = new Fit(Shape.of(9, 5), NetworkTrial.classPerStep("said", 3, 5));
    Fit pairs = new Fit(Shape.of(2, 19), NetworkTrial.classIndex("together", 2));
    losses.put("softmaxCrossEntropy: {labelSmoothing: 0.1}", label);
    losses.put("maskedSoftmaxCrossEntropy: {}", steps);
    losses.put("sigmoidCrossEntropy: {}", shares);
    losses.put("squaredError: {}", numbers);
    losses.put("absoluteError: {}", numbers);
    losses.put("huber: 0.7", numbers);
    losses.put("kullbackLeibler: {}", shares);
    losses.put("hinge: {}", label);
    losses.put("squaredHinge: {}", label);
    losses.put("focal: {}", label);
    losses.put("poisson: {}", shares);
    losses.put("cosine: {}", numbers);
    losses.put("cosinePairs: {}", pairs);
    losses.put("contrastive: 4", pairs);
    losses.put("triplet: {}", new Fit(Shape.of(3, 19), NetworkTrial.classIndex("together", 2)));
    losses.put("dice: {}", shares);
    losses.put("ctc: {zeroInfinity: true}", few);
    return losses;
  }

  /** One layer on inputs of these shapes, tokens if it reads such. */
  static NetworkTrial layer(String yaml, int rows, List<Shape> shapes) {
    LayerSpec layer = SpecReader.readYaml(yaml, "test", LayerSpec.class);
    if (layer instanceof Embedding embedding) {
      Field tokens = NetworkTrial.tokens("tokens", shapes.get(0).size(), embedding.vocabulary());
      NetworkSpec network =
          NetworkSpec.sequential(new InputSpec("tokens", shapes.get(0)), List.of(layer));
      Field target = NetworkTrial.number("y", network.outputShape(0));
      ExampleSchema schema = new ExampleSchema(List.of(tokens), List.of(target));
      return NetworkTrial.of(network, List.of(new InnerProduct()), schema, rows);
    }
    return NetworkTrial.ofLayer(layer, rows, shapes.toArray(Shape[]::new));
  }

  /** A loss of numbers. */
  static NetworkTrial loss(String yaml, int rows, Fit fit) {
    NetworkSpec identity =
        NetworkSpec.sequential(
            new InputSpec("z", fit.output()), List.of(new Reshape(fit.output())));
    ExampleSchema schema =
        new ExampleSchema(List.of(NetworkTrial.number("z", fit.output())), List.of(fit.target()));
    LossSpec loss = SpecReader.readYaml(yaml, "test", LossSpec.class);
    return NetworkTrial.of(identity, List.of(loss), schema, rows);
  }

  /** Random numbers, the target's such as its name calls for. */
  static NetworkTrial randomize(NetworkTrial trial, long seed) {
    trial.randomize(seed);
    float[] targets = trial.batch().target(0);
    String target = trial.schema().targets().get(0).name();
    for (int i = 0; i < targets.length; i++) {
      if (target.equals("share")) {
        targets[i] = Math.min(1, Math.abs(targets[i]) / 3);
      } else if (target.equals("said")) {
        targets[i] = 1 + targets[i] % 4;
      }
    }
    return trial;
  }

  private static int hash(NetworkTrial trial) {
    NetworkTrial.Outcome outcome = randomize(trial, 23).run();
    int hash = Arrays.hashCode(outcome.outputs().get(0));
    hash = 31 * hash + Arrays.hashCode(outcome.gradient());
    for (float[] gradient : outcome.inputGradients()) {
      hash = 31 * hash + Arrays.hashCode(gradient);
    }
    return 31 * hash + Double.hashCode(outcome.lossSum());
  }
}
