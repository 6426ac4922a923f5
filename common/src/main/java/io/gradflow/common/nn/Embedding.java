package io.gradflow.common.nn;

import io.gradflow.common.array.ArrayKernels;
import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.Shape;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A vector of its own for every token: y[..., :] = W[x[...], :].
 *
 * <p>Shapes: x [...] token indices, W [vocabulary, width], y [..., width]. Forward gathers rows of
 * W, backward adds each step's gradient to its token's row, in ascending order of (row, step): rows
 * of tokens that a minibatch lacks are not touched.
 *
 * <p>With {@code maskZero} index 0 is padding: its steps are masked from here on. It still has a
 * vector, which masked steps show to layers that know no masks and which nothing trains.
 *
 * @param vocabulary number of tokens, index 0 included
 * @param width of a vector
 * @param maskZero whether steps of token 0 are masked
 * @param initializer start of W
 */
@Kind("embedding")
@Formula(
    value = "y[..., :] = W[x[...], :]",
    shapes = "x [...] token indices, W [vocabulary, width] -> y [..., width]")
@Doc("A trained vector for every token index.")
public record Embedding(
    @Doc("Number of tokens, padding at index 0 included.") int vocabulary,
    @Doc("Width of a token's vector.") int width,
    @Doc("Whether steps of token 0 are padding, masked from here on.") @Default("false")
        boolean maskZero,
    @Doc("Start of the vectors.") @Default("uniform") Initializer initializer)
    implements LayerSpec {
  public Embedding {
    if (vocabulary < 1 || vocabulary > 1 << 24) {
      throw new IllegalArgumentException(
          "embedding vocabulary " + vocabulary + "; expected 1 to 2^24 tokens");
    }
    if (width < 1) {
      throw new IllegalArgumentException("embedding width " + width + "; expected at least 1");
    }
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape tokens = Inputs.only(inputs);
    if (maskZero && tokens.rank() == 0) {
      throw new IllegalArgumentException(
          "maskZero on a single token; expected a sequence [steps] of tokens");
    }
    List<Integer> dims = new ArrayList<>(tokens.dims());
    dims.add(width);
    return new Shape(dims);
  }

  @Override
  public List<ParamSpec> params(List<Shape> inputs) {
    return List.of(new ParamSpec("vectors", Shape.of(vocabulary, width), initializer, true));
  }

  @Override
  public MaskRule maskRule() {
    return maskZero ? MaskRule.MAKE : MaskRule.PASS;
  }

  @Override
  public Optional<LayerSpec> stepwise(List<Shape> inputs) {
    return inputs.get(0).rank() > 0 ? Optional.of(this) : Optional.empty();
  }

  @Override
  public Layer bind(Binding binding) {
    return new EmbeddingLayer(this, binding);
  }
}

/** The executable twin of {@link Embedding}. */
final class EmbeddingLayer implements Layer {
  private final String node;
  private final int vocabulary;
  private final int width;
  private final int tokens;
  private final int steps;
  private final boolean maskZero;
  private final int vectors;
  private final Buffer input;
  private final Buffer output;
  private final Optional<Buffer> inputMask;
  private final Optional<Buffer> mask;
  private final Buffer outputGradient;
  private final Optional<Buffer> inputGradient;

  EmbeddingLayer(Embedding spec, Binding binding) {
    Shape shape = binding.inputShapes().get(0);
    this.node = binding.node();
    this.vocabulary = spec.vocabulary();
    this.width = spec.width();
    this.tokens = shape.size();
    this.steps = shape.rank() == 0 ? 1 : shape.dim(0);
    this.maskZero = spec.maskZero();
    this.vectors = binding.paramOffset("vectors");
    this.input = binding.inputs().get(0);
    this.output = binding.output();
    this.inputMask = binding.inputMask(0);
    this.mask = binding.outputMask();
    this.outputGradient = binding.outputGradient();
    this.inputGradient = binding.inputGradient(0);
  }

  @Override
  public void forward(Pass pass) {
    for (int i = 0; i < pass.rows() * tokens; i++) {
      int from = vectors + token(pass, i) * width;
      System.arraycopy(pass.weights(), from, output.array(), output.offset() + i * width, width);
    }
    if (maskZero) {
      writeMask(pass.rows() * steps, mask.orElseThrow());
    }
  }

  @Override
  public void backward(Pass pass) {
    for (int i = 0; i < pass.rows() * tokens; i++) {
      ArrayKernels.addInPlace(
          width,
          pass.gradient(),
          vectors + token(pass, i) * width,
          outputGradient.array(),
          outputGradient.offset() + i * width);
    }
    if (inputGradient.isPresent()) {
      // Indices have no gradient; an input that could have one is told so.
      int from = inputGradient.get().offset();
      Arrays.fill(inputGradient.get().array(), from, from + pass.rows() * tokens, 0f);
    }
  }

  /** A step of several tokens counts if one of them does. */
  private void writeMask(int count, Buffer to) {
    int each = tokens / steps;
    for (int step = 0; step < count; step++) {
      float counts = 0;
      for (int i = step * each; i < (step + 1) * each; i++) {
        counts = input.array()[input.offset() + i] != 0 ? 1 : counts;
      }
      if (inputMask.isPresent()) {
        counts *= inputMask.get().array()[inputMask.get().offset() + step];
      }
      to.array()[to.offset() + step] = counts;
    }
  }

  private int token(Pass pass, int i) {
    float token = input.array()[input.offset() + i];
    int index = (int) token;
    if (index != token || index < 0 || index >= vocabulary) {
      throw new GradflowException(
          ExitCode.BAD_DATA,
          "layer "
              + node
              + ": row "
              + (pass.firstRow() + i / tokens)
              + " has token "
              + token
              + " at position "
              + i % tokens
              + "; expected a whole number in [0, "
              + vocabulary
              + "), the embedding's vocabulary");
    }
    return index;
  }
}
