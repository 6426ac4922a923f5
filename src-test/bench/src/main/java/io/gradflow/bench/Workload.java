package io.gradflow.bench;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.array.Shape;
import io.gradflow.common.data.BatchPlan;
import io.gradflow.common.nn.Activation;
import io.gradflow.common.nn.Conv2d;
import io.gradflow.common.nn.Dense;
import io.gradflow.common.nn.Embedding;
import io.gradflow.common.nn.Flatten;
import io.gradflow.common.nn.Initializer;
import io.gradflow.common.nn.InputSpec;
import io.gradflow.common.nn.LayerSpec;
import io.gradflow.common.nn.MaxPool2d;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.common.nn.Padding;
import io.gradflow.common.nn.Recurrent;
import java.util.List;
import java.util.Optional;

/**
 * A classifier, softmax cross-entropy and Adam, on one fixed batch: what both sides of a contest
 * train.
 *
 * @param network of one input, {@code features}, and one output, the classes' logits
 * @param batch rows of the minibatch
 * @param microShards parts that Gradflow cuts a minibatch into
 */
record Workload(String name, NetworkSpec network, int batch, int microShards) {
  static final float LEARNING_RATE = 0.001f;

  static final Workload MLP = chain("mlp", Shape.of(784), 512, relu(1024), relu(1024), logits(10));
  static final Workload SMALL = chain("small", Shape.of(30), 256, relu(64), logits(2));
  static final Workload CNN =
      chain(
          "cnn",
          Shape.of(28, 28, 1),
          128,
          convolution(32, 5),
          halves(),
          convolution(64, 5),
          halves(),
          new Flatten(),
          relu(512),
          logits(10));

  /** A step of it costs what a step costs before it computes. */
  static final Workload EMPTY = chain("empty", Shape.of(1), 2, logits(2));

  /** With as many micro-shards as a job has that says nothing of them. */
  Workload(String name, NetworkSpec network, int batch) {
    this(name, network, batch, BatchPlan.defaultMicroShards(batch));
  }

  /** The same in other parts. */
  Workload withMicroShards(int parts) {
    return new Workload(name, network, batch, parts);
  }

  /** As {@link #EMPTY}, with so many units between: 4 parameters a unit, and next to no work. */
  static Workload wide(int units) {
    return chain("wide-" + units, Shape.of(1), 2, relu(units), logits(2));
  }

  private static final List<Workload> ALL =
      List.of(
          MLP,
          SMALL,
          CNN,
          new Workload("lstm", SequenceNetworks.lstm(), 32),
          new Workload("transformer", SequenceNetworks.transformer(), 16),
          new Workload("resnet", ImageNetworks.resnet20(), 64),
          EMPTY);

  /**
   * @throws IllegalArgumentException if there is none of that name
   */
  static Workload of(String name) {
    return ALL.stream()
        .filter(workload -> workload.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no workload "
                        + name
                        + "; expected one of "
                        + ALL.stream().map(Workload::name).toList()));
  }

  private static Workload chain(String name, Shape input, int batch, LayerSpec... layers) {
    InputSpec features = new InputSpec("features", input);
    return new Workload(name, NetworkSpec.sequential(features, List.of(layers)), batch);
  }

  private static Dense relu(int units) {
    return dense(units, new Activation.Relu());
  }

  private static Dense logits(int classes) {
    return dense(classes, new Activation.Identity());
  }

  private static Dense dense(int units, Activation activation) {
    return new Dense(
        units, activation, new Initializer.GlorotUniform(), new Initializer.Zeros(), true);
  }

  private static Conv2d convolution(int filters, int kernel) {
    List<Integer> one = List.of(1);
    return new Conv2d(
        filters,
        List.of(kernel),
        one,
        new Padding.Same(),
        one,
        1,
        new Activation.Relu(),
        new Initializer.GlorotUniform(),
        new Initializer.Zeros(),
        true);
  }

  private static MaxPool2d halves() {
    return new MaxPool2d(List.of(2), Optional.empty(), new Padding.Valid());
  }

  /** The shape of one example. */
  Shape input() {
    return network.inputs().get(0).shape();
  }

  int inputs() {
    return input().size();
  }

  int classes() {
    return network.outputShape(0).dim(-1);
  }

  /** Places of an example that have a label: 1, or the steps of a sequence. */
  int steps() {
    return network.outputShape(0).size() / classes();
  }

  boolean isTokens() {
    return network.nodes().get(0).layer() instanceof Embedding;
  }

  int parameters() {
    return network.layout().trainableSize();
  }

  /**
   * Inputs of the batch, [batch, inputs]: uniform in [-1, 1); for a sequence tokens, or each step
   * one of its features 1 and the others 0.
   */
  float[] features() {
    long key = CounterRng.key(7, CounterRng.Purpose.NOISE, name);
    float[] features = new float[batch * inputs()];
    boolean tokens = isTokens();
    boolean oneHot = network.nodes().get(0).layer() instanceof Recurrent;
    int width = oneHot ? input().dim(1) : 1;
    int classes = classes();
    for (int i = 0; i < features.length / width; i++) {
      if (oneHot) {
        features[i * width + (int) (CounterRng.uniform(key, i) * width)] = 1;
      } else {
        features[i] =
            tokens
                ? (int) (CounterRng.uniform(key, i) * classes)
                : 2 * CounterRng.uniform(key, i) - 1;
      }
    }
    return features;
  }

  /**
   * A class per row and step: [batch, steps]. Steps take turns with variants 0 to classes - 1,
   * which contradict each other: a batch that is learned by heart would leave vanishing gradients
   * and denormal moments.
   */
  int[] labels(int variant) {
    int classes = classes();
    int[] labels = new int[batch * steps()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (i + variant) % classes;
    }
    return labels;
  }

  String title() {
    return name + ": input " + input() + ", batch " + batch + ", " + parameters() + " parameters";
  }
}
