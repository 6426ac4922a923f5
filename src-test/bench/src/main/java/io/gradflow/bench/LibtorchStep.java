package io.gradflow.bench;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Linear;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.ArrayList;
import java.util.List;

/**
 * A training step in libtorch through DJL: forward, softmax cross-entropy, backward, Adam, all
 * inside the clock. DJL's arrays are used directly rather than its Trainer, which adds listeners
 * and synchronisation of its own; data and parameters stay in libtorch's memory throughout.
 */
final class LibtorchStep implements Contestant, AutoCloseable {
  private final int threads;
  private final NDManager manager;
  private final Engine engine;
  private final Optimizer optimizer;
  private final List<NDArray> weights = new ArrayList<>();
  private final List<NDArray> biases = new ArrayList<>();
  private final NDArray features;
  private final NDArray[] labels;
  private int steps;
  private float meanLoss = Float.NaN;

  LibtorchStep(Workload workload, int threads) {
    this.threads = threads;
    this.engine = Engine.getEngine("PyTorch");
    this.manager = engine.newBaseManager();
    this.optimizer =
        Optimizer.adam().optLearningRateTracker(Tracker.fixed(Workload.LEARNING_RATE)).build();
    features = manager.create(workload.features(), new Shape(workload.batch(), workload.inputs()));
    labels = new NDArray[workload.classes()];
    for (int variant = 0; variant < labels.length; variant++) {
      labels[variant] =
          manager
              .create(workload.labels(variant), new Shape(workload.batch(), 1))
              .toType(DataType.INT64, true);
    }
    for (int i = 1; i < workload.widths().size(); i++) {
      int in = workload.widths().get(i - 1);
      int out = workload.widths().get(i);
      float bound = (float) Math.sqrt(6.0 / (in + out));
      weights.add(manager.randomUniform(-bound, bound, new Shape(out, in)));
      biases.add(manager.zeros(new Shape(out)));
    }
    weights.forEach(array -> array.setRequiresGradient(true));
    biases.forEach(array -> array.setRequiresGradient(true));
  }

  @Override
  public String name() {
    return "libtorch "
        + engine.getVersion()
        + ", "
        + threads
        + (threads == 1 ? " thread" : " threads");
  }

  @Override
  public void begin() {
    JniUtils.setNumThreads(threads);
  }

  @Override
  public void step() {
    try (NDManager step = manager.newSubManager()) {
      features.attach(step); // so that what is computed from it is freed with the step
      try (GradientCollector collector = engine.newGradientCollector()) {
        NDArray x = features;
        for (int i = 0; i < weights.size(); i++) {
          x = Linear.linear(x, weights.get(i), biases.get(i)).singletonOrThrow();
          if (i < weights.size() - 1) {
            x = Activation.relu(x);
          }
        }
        NDArray loss = x.logSoftmax(-1).gather(labels[steps % labels.length], 1).neg().mean();
        collector.backward(loss);
        meanLoss = loss.getFloat();
      }
      for (int i = 0; i < weights.size(); i++) {
        update("weight" + i, weights.get(i), step);
        update("bias" + i, biases.get(i), step);
      }
      features.attach(manager);
      steps++;
    }
  }

  private void update(String id, NDArray parameter, NDManager step) {
    NDArray gradient = parameter.getGradient();
    gradient.attach(step);
    optimizer.update(id, parameter, gradient);
    gradient.subi(gradient); // DJL's collector adds to what is there
  }

  @Override
  public String evidence() {
    return "loss " + meanLoss;
  }

  @Override
  public void close() {
    manager.close();
  }
}
