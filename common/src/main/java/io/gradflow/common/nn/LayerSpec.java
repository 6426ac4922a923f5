package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.OneOf;
import java.util.List;
import java.util.Optional;

/**
 * A layer as configuration: an immutable record, validated at construction, written to YAML and
 * JSON under its {@code Kind}. Users add a layer by implementing this interface with a record and
 * naming its class in the job file.
 */
@OneOf({
  Embedding.class,
  SimpleRnn.class,
  Lstm.class,
  Gru.class,
  Bidirectional.class,
  BurnIn.class,
  MultiHeadAttention.class,
  SinusoidalPositions.class,
  LearnedPositions.class,
  TransformerBlock.class,
  Dense.class,
  ActivationLayer.class,
  Dropout.class,
  SpatialDropout.class,
  GaussianNoise.class,
  StochasticDepth.class,
  ActivityRegularization.class,
  BatchNorm.class,
  LayerNorm.class,
  GroupNorm.class,
  RmsNorm.class,
  Add.class,
  Multiply.class,
  Concat.class,
  Flatten.class,
  Masking.class,
  Reshape.class,
  Conv1d.class,
  Conv2d.class,
  DepthwiseConv2d.class,
  SeparableConv2d.class,
  TransposedConv2d.class,
  MaxPool1d.class,
  MaxPool2d.class,
  AvgPool1d.class,
  AvgPool2d.class,
  GlobalMaxPool.class,
  GlobalAvgPool.class,
  Upsample1d.class,
  Upsample2d.class,
  ZeroPad1d.class,
  ZeroPad2d.class,
  Crop1d.class,
  Crop2d.class,
  Residual.class,
  Block.class
})
public interface LayerSpec {
  /**
   * The shape of one example's output.
   *
   * @throws IllegalArgumentException if the inputs do not fit: what was expected, what came
   */
  Shape outputShape(List<Shape> inputs);

  /** The parameters for inputs of these shapes, in the order of the flat vector. */
  default List<ParamSpec> params(List<Shape> inputs) {
    return List.of();
  }

  /**
   * Whether the output is the first input's floats, unchanged, under another shape. Such a layer
   * has no parameters and is never bound: who reads its output reads its input.
   */
  default boolean isView() {
    return false;
  }

  /**
   * Whether a row's output depends on that row alone. Where it does not, in training, a micro-shard
   * is computed as a whole.
   */
  default boolean rowsAreIndependent() {
    return true;
  }

  /**
   * What becomes of the masks of masked inputs; by default the output carries them on, which is an
   * error where it does not have their steps.
   */
  default MaskRule maskRule() {
    return MaskRule.PASS;
  }

  /**
   * The nodes that this layer stands for, if it is a block: written as one, computed as several.
   * Their names are local and follow the block's after a dot; they read each other, and the block's
   * own inputs as {@link #input}. The last one's output is the block's. A block has no parameters
   * of its own and is never bound.
   */
  default List<NodeSpec> parts(List<Shape> inputs) {
    return List.of();
  }

  /**
   * Whether the activations within a block are let go in forward and computed again in backward.
   */
  default boolean recomputes() {
    return false;
  }

  /**
   * The same layer with the whole gradient: for comparing it with differences of the loss, which
   * know nothing of windows that a gradient stays in.
   */
  default LayerSpec untruncated() {
    return this;
  }

  /**
   * The layer that computes, in evaluation, one step [1, ...] a pass of what this one computes of
   * sequences [T, ...], carrying from pass to pass what later steps need to know of earlier ones,
   * with the same parameters and bits; empty for a layer that takes a sequence as a whole.
   *
   * @param inputs of this layer
   */
  default Optional<LayerSpec> stepwise(List<Shape> inputs) {
    return Optional.empty();
  }

  /** The function that gives the output its last shape, if the layer has one. */
  default Optional<Activation> outputActivation() {
    return Optional.empty();
  }

  /** Whether the layer adds a term of its own to the loss: {@link Layer#lossTerm}. */
  default boolean addsLoss() {
    return false;
  }

  /** How a block's parts name its input i. */
  static String input(int i) {
    return "$" + i;
  }

  /** Makes the executable twin. Called once per replica. */
  Layer bind(Binding binding);
}
