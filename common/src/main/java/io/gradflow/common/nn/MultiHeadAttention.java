package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Scaled dot-product attention in several heads: q, k, v = projections of the inputs; for every
 * head softmax(q k^T / sqrt(head width)) v, side by side and projected once more.
 *
 * <p>Shapes: input x [T, width], and for attention to another sequence a second input [S, other
 * width] that keys and values come from; output [T, width]. Parameters {@code in/kernel} [width, 3
 * width] and {@code in/bias} with columns q, k, v as PyTorch's in_proj; with two inputs {@code
 * query/...} [width, width] and {@code keyValue/...} [other width, 2 width]; {@code out/...}
 * [width, width].
 *
 * <p>Masked keys get no weight, and a query without any key gets 0 before the last projection
 * (PyTorch: NaN). With {@code causal} a query sees the keys up to its own step; of a longer
 * sequence of keys as many more as it is longer.
 *
 * <p>Dropout acts on the weights, drawn by (seed, step, micro-shard, layer, row, head, query, key).
 * Rotary positions turn pairs (2i, 2i + 1) of q and k by step / base^(2i / head width), as in the
 * paper; some implementations pair i with i + half.
 *
 * <p>Sources: Vaswani et al. (2017), arXiv:1706.03762; rotary: Su et al. (2021), arXiv:2104.09864.
 *
 * @param heads number of heads; divides the width
 * @param causal whether a query sees no later step
 * @param dropout share of the weights dropped in training, in [0, 1)
 * @param rotary whether positions turn queries and keys
 * @param rotaryBase base of the angles
 * @param kernelInitializer start of the kernels
 * @param useBias whether projections have a bias, which starts at 0
 */
@Kind("multiHeadAttention")
@Formula(
    value =
        "for every head softmax(q k^T / sqrt(head width)) v with q, k, v = x W + b; the heads side"
            + " by side, times O, plus o",
    shapes = "x [T, width], or x and other [S, other width], which k and v come from -> [T, width]")
@Doc("Scaled dot-product attention in several heads, to itself or to a second input.")
public record MultiHeadAttention(
    @Doc("Number of heads; divides the width.") int heads,
    @Doc("Whether a step sees no later one.") @Default("false") boolean causal,
    @Doc("Share of the attention weights dropped in training, in [0, 1).") @Default("0")
        float dropout,
    @Doc("Whether positions turn queries and keys.") @Default("false") boolean rotary,
    @Doc("Base of the rotary angles.") @Default("10000") float rotaryBase,
    @Doc("Start of the kernels.") @Default("glorotUniform") Initializer kernelInitializer,
    @Doc("Whether projections have a bias.") @Default("true") boolean useBias)
    implements LayerSpec {
  public MultiHeadAttention {
    if (heads < 1) {
      throw new IllegalArgumentException(
          "multiHeadAttention heads " + heads + "; expected at least 1");
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException(
          "multiHeadAttention dropout " + dropout + "; expected 0 <= dropout < 1");
    }
    if (!(rotaryBase > 1 && rotaryBase < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "multiHeadAttention rotaryBase " + rotaryBase + "; expected a finite number above 1");
    }
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    if (inputs.isEmpty() || inputs.size() > 2) {
      throw new IllegalArgumentException(
          "got " + inputs.size() + " inputs; expected queries, or queries and keys");
    }
    for (Shape input : inputs) {
      if (input.rank() != 2) {
        throw new IllegalArgumentException(
            "input " + input + "; expected a sequence [steps, features]");
      }
    }
    int width = inputs.get(0).dim(1);
    if (width % heads != 0 || (rotary && width / heads % 2 != 0)) {
      throw new IllegalArgumentException(
          "width "
              + width
              + " for "
              + heads
              + " heads; expected a multiple of "
              + (rotary ? 2 * heads : heads));
    }
    return inputs.get(0);
  }

  @Override
  public List<ParamSpec> params(List<Shape> inputs) {
    int width = inputs.get(0).dim(1);
    List<ParamSpec> params = new ArrayList<>();
    if (inputs.size() == 1) {
      params.addAll(InnerLayers.params("in", projection(3 * width), inputs.get(0)));
    } else {
      params.addAll(InnerLayers.params("query", projection(width), inputs.get(0)));
      params.addAll(InnerLayers.params("keyValue", projection(2 * width), inputs.get(1)));
    }
    params.addAll(InnerLayers.params("out", projection(width), inputs.get(0)));
    return params;
  }

  @Override
  public MaskRule maskRule() {
    return MaskRule.PASS_FIRST;
  }

  @Override
  public Layer bind(Binding binding) {
    return new MultiHeadAttentionLayer(this, binding);
  }

  Dense projection(int units) {
    return new Dense(
        units, new Activation.Identity(), kernelInitializer, new Initializer.Zeros(), useBias);
  }
}

/** The executable twin of {@link MultiHeadAttention}: projections around the heads. */
final class MultiHeadAttentionLayer implements Layer {
  private final List<Layer> projections = new ArrayList<>();
  private final AttentionHeads attention;
  private final Layer out;

  MultiHeadAttentionLayer(MultiHeadAttention spec, Binding binding) {
    InnerLayers inner = new InnerLayers(binding);
    InnerLayers.Value x = inner.input(0);
    int steps = x.shape().dim(0);
    int width = x.shape().dim(1);
    InnerLayers.Value queries;
    InnerLayers.Value keys;
    if (binding.inputs().size() == 1) {
      queries = inner.value(Shape.of(steps, 3 * width), x.mask());
      keys = queries;
      projections.add(inner.bind("in", spec.projection(3 * width), List.of(x), queries));
    } else {
      InnerLayers.Value other = inner.input(1);
      queries = inner.value(x.shape(), x.mask());
      keys = inner.value(Shape.of(other.shape().dim(0), 2 * width), other.mask());
      projections.add(inner.bind("query", spec.projection(width), List.of(x), queries));
      projections.add(inner.bind("keyValue", spec.projection(2 * width), List.of(other), keys));
    }
    InnerLayers.Value joined = inner.value(x.shape(), Optional.empty());
    this.attention = new AttentionHeads(spec, width, queries, keys, joined, binding);
    this.out = inner.bind("out", spec.projection(width), List.of(joined), inner.output(x.shape()));
  }

  @Override
  public void forward(Pass pass) {
    for (Layer projection : projections) {
      projection.forward(pass);
    }
    attention.forward(pass);
    out.forward(pass);
  }

  @Override
  public void backward(Pass pass) {
    out.backward(pass);
    attention.backward(pass);
    for (Layer projection : projections) {
      projection.backward(pass);
    }
  }
}
