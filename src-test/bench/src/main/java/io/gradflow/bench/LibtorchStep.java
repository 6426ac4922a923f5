package io.gradflow.bench;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;

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
  private final LibtorchNetwork network;
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
    features =
        manager
            .create(workload.features(), LibtorchNetwork.batchShape(workload))
            .toType(workload.isTokens() ? DataType.INT64 : DataType.FLOAT32, true);
    labels = new NDArray[workload.classes()];
    for (int variant = 0; variant < labels.length; variant++) {
      labels[variant] =
          manager
              .create(
                  workload.labels(variant),
                  new Shape((long) workload.batch() * workload.steps(), 1))
              .toType(DataType.INT64, true);
    }
    this.network = new LibtorchNetwork(workload.network(), manager);
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
        NDArray x = network.forward(features).reshape(labels[0].size(), -1);
        NDArray loss = x.logSoftmax(-1).gather(labels[steps % labels.length], 1).neg().mean();
        collector.backward(loss);
        meanLoss = loss.getFloat();
      }
      network.parameters().forEach((name, array) -> update(name, array, step));
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
