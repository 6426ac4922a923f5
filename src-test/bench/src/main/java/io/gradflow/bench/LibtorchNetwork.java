package io.gradflow.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import io.gradflow.common.array.ParamSlice;
import io.gradflow.common.nn.Activation;
import io.gradflow.common.nn.ActivationLayer;
import io.gradflow.common.nn.Add;
import io.gradflow.common.nn.Dense;
import io.gradflow.common.nn.Flatten;
import io.gradflow.common.nn.GlobalAvgPool;
import io.gradflow.common.nn.MaxPool2d;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.common.nn.NodeSpec;
import io.gradflow.common.nn.Padding;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network spec in libtorch's functions, as its users write it: images [batch, channels, height,
 * width], bias and activation as they come. Nodes must be declared in an order that can be
 * computed.
 */
final class LibtorchNetwork {
  private static final int CHANNELS = 1;

  private final NetworkSpec spec;
  private final NDManager manager;
  private final Map<String, NDArray> parameters = new LinkedHashMap<>();

  /** What has no gradient: running statistics, zeros for a bias that is not there. */
  private final Map<String, NDArray> constants = new HashMap<>();

  private final LibtorchSequences sequences;

  LibtorchNetwork(NetworkSpec spec, NDManager manager) {
    this.spec = spec;
    this.manager = manager;
    this.sequences = new LibtorchSequences(manager);
    for (ParamSlice slice : spec.layout().slices()) {
      if (slice.trainable()) {
        create(slice.name(), slice.shape());
      } else {
        Shape shape = new Shape(slice.size());
        constants.put(
            slice.name(),
            slice.name().endsWith("Variance") ? manager.ones(shape) : manager.zeros(shape));
      }
    }
  }

  /** Where libtorch expects a workload's features. */
  static Shape batchShape(Workload workload) {
    List<Integer> dims = workload.input().dims();
    if (dims.size() == 2) {
      return new Shape(workload.batch(), dims.get(0), dims.get(1));
    }
    return dims.size() == 3
        ? new Shape(workload.batch(), dims.get(2), dims.get(0), dims.get(1))
        : new Shape(workload.batch(), workload.inputs());
  }

  /** By name, in the order of the flat vector. */
  Map<String, NDArray> parameters() {
    return parameters;
  }

  NDArray forward(NDArray features) {
    Map<String, NDArray> values = new HashMap<>();
    values.put(spec.inputs().get(0).name(), features);
    for (NodeSpec node : spec.nodes()) {
      values.put(node.name(), node(node, values));
    }
    return values.get(spec.outputs().get(0));
  }

  private NDArray node(NodeSpec node, Map<String, NDArray> values) {
    NDArray x = values.get(node.inputs().get(0));
    NDArray kernel = parameters.get(node.name() + "/kernel");
    NDArray bias = parameters.get(node.name() + "/bias");
    if (node.layer() instanceof Dense dense) {
      NDArray y = Linear.linear(x, kernel, bias).singletonOrThrow();
      return activated(y, dense.activation());
    }
    if (node.layer() instanceof io.gradflow.common.nn.Conv2d conv) {
      return activated(
          convolution(conv, x, kernel, biasOf(node, conv.filters())), conv.activation());
    }
    if (node.layer() instanceof MaxPool2d pool) {
      Shape size = pair(pool.size());
      Shape stride = pair(pool.stride().orElse(pool.size()));
      return Pool.maxPool2d(x, size, stride, new Shape(0, 0), false);
    }
    if (node.layer() instanceof Flatten) {
      return x.reshape(x.getShape().get(0), -1);
    }
    if (node.layer() instanceof io.gradflow.common.nn.BatchNorm norm) {
      return normalized(norm, x, node.name() + "/");
    }
    if (node.layer() instanceof ActivationLayer layer) {
      return activated(x, layer.function());
    }
    if (node.layer() instanceof Add) {
      return x.add(values.get(node.inputs().get(1)));
    }
    if (node.layer() instanceof GlobalAvgPool) {
      return Pool.globalAvgPool2d(x).reshape(x.getShape().get(0), -1);
    }
    return sequences.node(node, x, parameters);
  }

  /** DJL's convolution without a bias ends the JVM, so there is one of zeros. */
  private NDArray biasOf(NodeSpec node, int filters) {
    NDArray bias = parameters.get(node.name() + "/bias");
    return bias != null
        ? bias
        : constants.computeIfAbsent(node.name(), name -> manager.zeros(new Shape(filters)));
  }

  private NDArray normalized(io.gradflow.common.nn.BatchNorm spec, NDArray x, String name) {
    return BatchNorm.batchNorm(
            x,
            constants.get(name + "runningMean"),
            constants.get(name + "runningVariance"),
            parameters.get(name + "gamma"),
            parameters.get(name + "beta"),
            CHANNELS,
            1 - spec.momentum(),
            spec.epsilon(),
            true)
        .singletonOrThrow();
  }

  private static NDArray convolution(
      io.gradflow.common.nn.Conv2d spec, NDArray x, NDArray kernel, NDArray bias) {
    // Odd kernels: libtorch's padding is the same on both sides, with a stride, too.
    boolean same = spec.padding() instanceof Padding.Same;
    Shape padding =
        same ? new Shape(spec.kernel().get(0) / 2, spec.kernel().get(1) / 2) : new Shape(0, 0);
    NDList y =
        Conv2d.conv2d(
            x, kernel, bias, pair(spec.stride()), padding, pair(spec.dilation()), spec.groups());
    return y.singletonOrThrow();
  }

  private static NDArray activated(NDArray x, Activation activation) {
    return activation instanceof Activation.Relu ? ai.djl.nn.Activation.relu(x) : x;
  }

  private static Shape pair(List<Integer> extents) {
    return new Shape(extents.get(0), extents.get(1));
  }

  /** Kernels as libtorch keeps them: output first, then input, height, width. */
  private void create(String name, io.gradflow.common.array.Shape shape) {
    NDArray array;
    if (shape.rank() < 2) {
      Shape own = new Shape(shape.size());
      array = name.endsWith("gamma") ? manager.ones(own) : manager.zeros(own);
    } else {
      int out = shape.dim(-1);
      int in = shape.dim(-2);
      int taps = shape.size() / in / out;
      float bound = (float) Math.sqrt(6.0 / (taps * (in + out)));
      Shape own =
          shape.rank() == 4 ? new Shape(out, in, shape.dim(0), shape.dim(1)) : new Shape(out, in);
      boolean isKernel = name.endsWith("ernel");
      array = manager.randomUniform(-bound, bound, isKernel ? own : new Shape(in, out));
    }
    array.setRequiresGradient(true);
    parameters.put(name, array);
  }
}
