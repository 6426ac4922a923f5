package io.gradflow.bench;

import io.gradflow.common.array.CounterRng;
import java.util.List;

/**
 * A stack of dense layers with relu between them, softmax cross-entropy and Adam, on one fixed
 * batch: what both sides of a contest train.
 *
 * @param widths of the input and of each layer
 * @param batch rows of the minibatch
 */
record Workload(String name, List<Integer> widths, int batch) {
  static final float LEARNING_RATE = 0.001f;

  static final Workload MLP = new Workload("mlp", List.of(784, 1024, 1024, 10), 512);
  static final Workload SMALL = new Workload("small", List.of(30, 64, 2), 256);

  int inputs() {
    return widths.get(0);
  }

  int classes() {
    return widths.get(widths.size() - 1);
  }

  int parameters() {
    int parameters = 0;
    for (int i = 1; i < widths.size(); i++) {
      parameters += (widths.get(i - 1) + 1) * widths.get(i);
    }
    return parameters;
  }

  /** Inputs of the batch, uniform in [-1, 1): [batch, inputs]. */
  float[] features() {
    long key = CounterRng.key(7, CounterRng.Purpose.NOISE, name);
    float[] features = new float[batch * inputs()];
    for (int i = 0; i < features.length; i++) {
      features[i] = 2 * CounterRng.uniform(key, i) - 1;
    }
    return features;
  }

  /**
   * A class per row: [batch]. Steps take turns with variants 0 to classes - 1, which contradict
   * each other: a batch that is learned by heart would leave vanishing gradients and denormal
   * moments.
   */
  int[] labels(int variant) {
    int[] labels = new int[batch];
    for (int i = 0; i < batch; i++) {
      labels[i] = (i + variant) % classes();
    }
    return labels;
  }

  String title() {
    return name + ": " + widths + " relu, batch " + batch + ", " + parameters() + " parameters";
  }
}
