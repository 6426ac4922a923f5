package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * A transformer's block: attention of a sequence to itself, with a second input attention to that
 * one (a decoder's block), then two dense layers per step; each a branch beside a shortcut, with
 * layer normalization in front of the branch (pre: y = x + f(norm(x))) or behind the sum (post: y =
 * norm(x + f(x))).
 *
 * <p>Shapes: x [T, width], a second input [S, other width], output [T, width]. Parameters: {@code
 * attention/...}, {@code cross/...} with a second input, {@code feedForward1/...}, {@code
 * feedForward2/...} and a norm for each branch: {@code norm1/...} to {@code norm3/...}. With pre
 * the sum of the last block usually wants a layerNorm of its own behind it.
 *
 * <p>Dropout acts on attention weights and on every branch's result. PyTorch's encoder layer drops
 * the inner feed-forward values as well; we do not.
 *
 * <p>Sources: Vaswani et al. (2017), arXiv:1706.03762; pre: Xiong et al. (2020), arXiv:2002.04745.
 *
 * @param heads of each attention; divides the width
 * @param feedForward width between the dense layers
 * @param activation between them
 * @param norm where branches are normalized
 * @param causal whether a step sees no later one of its own sequence
 * @param rotary whether positions turn queries and keys of the attention to itself
 * @param dropout in [0, 1)
 * @param epsilon of the norms
 * @param kernelInitializer start of all kernels
 */
@Kind("transformerBlock")
@Formula(
    value =
        "pre: y = x + f(norm(x)), post: y = norm(x + f(x)), with f attention to itself, attention"
            + " to a second input if there is one, then W2 g(W1 x + b1) + b2",
    shapes = "x [T, width], a second input [S, other width] -> [T, width]")
@Doc("Attention and two dense layers, each with shortcut and layer normalization.")
public record TransformerBlock(
    @Doc("Number of heads; divides the width.") int heads,
    @Doc("Width between the two dense layers.") int feedForward,
    @Doc("Function between them.") @Default("gelu") Activation activation,
    @Doc("Normalization in front of each branch, or behind each sum.") @Default("pre") Norm norm,
    @Doc("Whether a step sees no later one.") @Default("false") boolean causal,
    @Doc("Whether positions turn queries and keys.") @Default("false") boolean rotary,
    @Doc("Share dropped of attention weights and branches in training, in [0, 1).") @Default("0")
        float dropout,
    @Doc("Added to variances.") @Default("0.00001") float epsilon,
    @Doc("Start of the kernels.") @Default("glorotUniform") Initializer kernelInitializer)
    implements LayerSpec {
  private static final float ROTARY_BASE = 10000;

  /** Where a branch is normalized. */
  public enum Norm {
    /** In front: y = x + f(norm(x)). */
    PRE,
    /** Behind the sum: y = norm(x + f(x)). */
    POST
  }

  /** A branch's layers by name. */
  private record Named(String name, LayerSpec layer) {}

  public TransformerBlock {
    if (feedForward < 1) {
      throw new IllegalArgumentException(
          "transformerBlock feedForward " + feedForward + "; expected at least 1");
    }
    // The parts check the rest.
    new MultiHeadAttention(heads, causal, dropout, rotary, ROTARY_BASE, kernelInitializer, true);
    new LayerNorm(epsilon, true);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return attention().outputShape(inputs);
  }

  @Override
  public List<ParamSpec> params(List<Shape> inputs) {
    Shape x = inputs.get(0);
    List<ParamSpec> params = new ArrayList<>();
    int branch = 0;
    for (List<Named> layers : branches(inputs)) {
      params.addAll(InnerLayers.params("norm" + ++branch, new LayerNorm(epsilon, true), x));
      Shape shape = x;
      for (Named named : layers) {
        List<Shape> read = named.name.equals("cross") ? inputs : List.of(shape);
        params.addAll(InnerLayers.params(named.name, named.layer, read.toArray(Shape[]::new)));
        shape = named.layer.outputShape(read);
      }
    }
    return params;
  }

  @Override
  public MaskRule maskRule() {
    return MaskRule.PASS_FIRST;
  }

  @Override
  public Layer bind(Binding binding) {
    InnerLayers inner = new InnerLayers(binding);
    List<List<Named>> branches = branches(binding.inputShapes());
    List<Branch> bound = new ArrayList<>();
    InnerLayers.Value x = inner.input(0);
    for (int i = 0; i < branches.size(); i++) {
      InnerLayers.Value y =
          i == branches.size() - 1 ? inner.output(x.shape()) : inner.value(x.shape(), x.mask());
      Branch branch = new Branch(norm == Norm.PRE, dropout, x, y, inner);
      branch.bindNorm("norm" + (i + 1), new LayerNorm(epsilon, true));
      for (Named named : branches.get(i)) {
        if (named.name.equals("cross")) {
          branch.bind(named.name, named.layer, inner.input(1));
        } else {
          branch.bind(named.name, named.layer);
        }
      }
      branch.close();
      bound.add(branch);
      x = y;
    }
    return new TransformerBlockLayer(bound);
  }

  private List<List<Named>> branches(List<Shape> inputs) {
    List<List<Named>> branches = new ArrayList<>();
    branches.add(List.of(new Named("attention", attention())));
    if (inputs.size() > 1) {
      MultiHeadAttention cross =
          new MultiHeadAttention(
              heads, false, dropout, false, ROTARY_BASE, kernelInitializer, true);
      branches.add(List.of(new Named("cross", cross)));
    }
    int width = inputs.get(0).dim(1);
    branches.add(
        List.of(
            new Named("feedForward1", dense(feedForward, activation)),
            new Named("feedForward2", dense(width, new Activation.Identity()))));
    return branches;
  }

  private MultiHeadAttention attention() {
    return new MultiHeadAttention(
        heads, causal, dropout, rotary, ROTARY_BASE, kernelInitializer, true);
  }

  private Dense dense(int units, Activation function) {
    return new Dense(units, function, kernelInitializer, new Initializer.Zeros(), true);
  }
}

/** The executable twin of {@link TransformerBlock}: its branches in order. */
final class TransformerBlockLayer implements Layer {
  private final List<Branch> branches;

  TransformerBlockLayer(List<Branch> branches) {
    this.branches = List.copyOf(branches);
  }

  @Override
  public void forward(Pass pass) {
    for (int i = 0; i < branches.size(); i++) {
      branches.get(i).forward(pass);
    }
  }

  @Override
  public void backward(Pass pass) {
    for (int i = branches.size() - 1; i >= 0; i--) {
      branches.get(i).backward(pass);
    }
  }
}
