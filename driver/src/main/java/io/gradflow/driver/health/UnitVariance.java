package io.gradflow.driver.health;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.ParamSlice;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.MiniBatch;
import io.gradflow.common.nn.Activation;
import io.gradflow.common.nn.Conv1d;
import io.gradflow.common.nn.Conv2d;
import io.gradflow.common.nn.Dense;
import io.gradflow.common.nn.Initializer;
import io.gradflow.common.nn.LayerSpec;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.common.nn.NodeSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Layer-sequential unit-variance initialisation (Mishkin and Matas 2016, algorithm 1): the kernels
 * of dense and convolution layers start orthogonal, then, from the first layer to the last, each is
 * divided by the standard deviation of what the layer puts out for sampled rows before its
 * activation, until that is 1 within 0.05 or ten times. Other parameters stay as they are. Layers
 * inside blocks, and layers whose output does not vary, keep their own initialiser.
 *
 * <p>A function of seed, network and the sampled rows: the same on any cluster.
 */
public final class UnitVariance {
  private static final double TOLERANCE = 0.05;
  private static final int MOST_TRIALS = 10;

  private UnitVariance() {}

  /**
   * Overwrites the kernels.
   *
   * @param rows encoded training rows, at least two
   * @param weights the flat vector as initialised
   */
  public static void initialize(
      NetworkSpec network, ExampleSchema schema, MiniBatch rows, long seed, float[] weights) {
    ParamLayout layout = network.layout();
    for (int n = 0; n < network.nodes().size(); n++) {
      NodeSpec node = network.nodes().get(n);
      Optional<LayerSpec> linear = withoutActivation(node.layer());
      String name = node.name() + "/kernel";
      if (linear.isEmpty()
          || layout.slices().stream().noneMatch(each -> each.name().equals(name))) {
        continue;
      }
      ParamSlice kernel = layout.slice(name);
      float[] own = new float[kernel.size()];
      System.arraycopy(weights, kernel.offset(), own, 0, own.length);
      new Initializer.Orthogonal(1)
          .fill(
              CounterRng.key(seed, CounterRng.Purpose.INITIALIZE, name),
              kernel.shape(),
              weights,
              kernel.offset());
      ActivationProbe probe = new ActivationProbe(replace(network, n, linear.get()), schema, rows);
      if (!scale(probe, n, kernel, weights)) {
        System.arraycopy(own, 0, weights, kernel.offset(), own.length);
      }
    }
  }

  private static boolean scale(
      ActivationProbe probe, int node, ParamSlice kernel, float[] weights) {
    for (int trial = 0; trial < MOST_TRIALS; trial++) {
      double deviation = probe.measure(weights).get(node).deviation();
      if (!(deviation > 0) || Double.isInfinite(deviation)) {
        return false;
      }
      if (Math.abs(deviation - 1) < TOLERANCE) {
        return true;
      }
      float factor = (float) (1 / deviation);
      for (int i = kernel.offset(); i < kernel.end(); i++) {
        weights[i] *= factor;
      }
    }
    return true;
  }

  private static NetworkSpec replace(NetworkSpec network, int n, LayerSpec layer) {
    List<NodeSpec> nodes = new ArrayList<>(network.nodes());
    nodes.set(n, nodes.get(n).withLayer(layer));
    return new NetworkSpec(network.inputs(), nodes, network.outputs());
  }

  private static Optional<LayerSpec> withoutActivation(LayerSpec layer) {
    Activation identity = new Activation.Identity();
    if (layer instanceof Dense dense) {
      return Optional.of(
          new Dense(
              dense.units(),
              identity,
              dense.kernelInitializer(),
              dense.biasInitializer(),
              dense.useBias()));
    }
    if (layer instanceof Conv1d conv) {
      return Optional.of(
          new Conv1d(
              conv.filters(),
              conv.kernel(),
              conv.stride(),
              conv.padding(),
              conv.dilation(),
              conv.groups(),
              identity,
              conv.kernelInitializer(),
              conv.biasInitializer(),
              conv.useBias()));
    }
    if (layer instanceof Conv2d conv) {
      return Optional.of(
          new Conv2d(
              conv.filters(),
              conv.kernel(),
              conv.stride(),
              conv.padding(),
              conv.dilation(),
              conv.groups(),
              identity,
              conv.kernelInitializer(),
              conv.biasInitializer(),
              conv.useBias()));
    }
    return Optional.empty();
  }
}
