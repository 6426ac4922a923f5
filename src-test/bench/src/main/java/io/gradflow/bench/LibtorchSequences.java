package io.gradflow.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import io.gradflow.common.nn.LearnedPositions;
import io.gradflow.common.nn.Lstm;
import io.gradflow.common.nn.NodeSpec;
import io.gradflow.common.nn.TransformerBlock;
import java.util.HashMap;
import java.util.Map;

/**
 * Layers along a sequence in libtorch's functions: its own fused LSTM; attention by products and
 * softmax, since DJL offers no fused one.
 */
final class LibtorchSequences {
  private static final float EPSILON = 1e-5f;

  private final NDManager manager;
  private final Map<Shape, NDArray> constants = new HashMap<>();

  LibtorchSequences(NDManager manager) {
    this.manager = manager;
  }

  NDArray node(NodeSpec node, NDArray x, Map<String, NDArray> parameters) {
    String name = node.name() + "/";
    if (node.layer() instanceof Lstm lstm) {
      return lstm(lstm, x, name, parameters);
    }
    if (node.layer() instanceof io.gradflow.common.nn.Embedding) {
      return Embedding.embedding(x, parameters.get(name + "vectors"), SparseFormat.DENSE)
          .singletonOrThrow();
    }
    if (node.layer() instanceof LearnedPositions) {
      return x.add(parameters.get(name + "positions"));
    }
    if (node.layer() instanceof io.gradflow.common.nn.LayerNorm) {
      return norm(x, name, parameters);
    }
    if (node.layer() instanceof TransformerBlock block) {
      return block(block, x, name, parameters);
    }
    throw new IllegalArgumentException("no libtorch twin of " + node.layer());
  }

  private NDArray lstm(Lstm spec, NDArray x, String name, Map<String, NDArray> parameters) {
    NDArray state = zeros(new Shape(1, x.getShape().get(0), spec.units()));
    NDList weights =
        new NDList(
            parameters.get(name + "kernel"),
            parameters.get(name + "recurrentKernel"),
            parameters.get(name + "bias"),
            zeros(new Shape(4L * spec.units())));
    return x.getNDArrayInternal()
        .lstm(x, new NDList(state, state), weights, true, 1, 0, true, false, true)
        .get(0);
  }

  /** Normalization in front, causal, as the workload has it. */
  private NDArray block(
      TransformerBlock spec, NDArray x, String name, Map<String, NDArray> parameters) {
    NDArray h = norm(x, name + "norm1/", parameters);
    NDArray sum = x.add(attention(spec.heads(), h, name + "attention/", parameters));
    h = linear(norm(sum, name + "norm2/", parameters), name + "feedForward1/", parameters);
    return sum.add(linear(Activation.gelu(h), name + "feedForward2/", parameters));
  }

  private NDArray attention(int heads, NDArray x, String name, Map<String, NDArray> parameters) {
    long rows = x.getShape().get(0);
    long steps = x.getShape().get(1);
    long width = x.getShape().get(2);
    long headWidth = width / heads;
    NDArray projected =
        linear(x, name + "in/", parameters)
            .reshape(rows, steps, 3, heads, headWidth)
            .transpose(2, 0, 3, 1, 4);
    NDArray scores =
        projected
            .get(0)
            .matMul(projected.get(1).transpose(0, 1, 3, 2))
            .mul(1 / Math.sqrt((double) headWidth))
            .add(later(steps));
    NDArray joined =
        scores.softmax(-1).matMul(projected.get(2)).transpose(0, 2, 1, 3).reshape(x.getShape());
    return linear(joined, name + "out/", parameters);
  }

  private static NDArray linear(NDArray x, String name, Map<String, NDArray> parameters) {
    return Linear.linear(x, parameters.get(name + "kernel"), parameters.get(name + "bias"))
        .singletonOrThrow();
  }

  private static NDArray norm(NDArray x, String name, Map<String, NDArray> parameters) {
    NDArray gamma = parameters.get(name + "gamma");
    return LayerNorm.layerNorm(x, gamma.getShape(), gamma, parameters.get(name + "beta"), EPSILON)
        .singletonOrThrow();
  }

  private NDArray zeros(Shape shape) {
    return constants.computeIfAbsent(shape, manager::zeros);
  }

  /** 0 where a step may look, minus infinity for later ones. */
  private NDArray later(long steps) {
    return constants.computeIfAbsent(
        new Shape(steps, steps),
        shape -> {
          float[] mask = new float[(int) (steps * steps)];
          for (int i = 0; i < steps; i++) {
            for (int j = i + 1; j < steps; j++) {
              mask[i * (int) steps + j] = Float.NEGATIVE_INFINITY;
            }
          }
          return manager.create(mask, shape);
        });
  }
}
