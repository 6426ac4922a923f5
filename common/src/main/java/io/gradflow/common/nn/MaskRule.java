package io.gradflow.common.nn;

/**
 * What becomes of the masks of a layer's inputs. A mask belongs to a sequence [T, ...] and says of
 * every row and step whether it counts: floats [rows, T], each 0 or 1.
 *
 * <p>Masks flow forward only. A loss or metric on a masked output weighs each step with the
 * example's weight times the mask, so steps that do not count leave no gradient.
 */
public enum MaskRule {
  /**
   * The output carries its inputs' mask, the product where several inputs are masked; it must have
   * as many steps. What a layer does that computes every step by itself.
   */
  PASS,

  /** The output carries the first input's mask; the others' are used up (attention). */
  PASS_FIRST,

  /** The layer writes a mask of its output in forward if any input has one (strides). */
  DERIVE,

  /** The layer writes a mask of its output in forward. */
  MAKE,

  /** The output has no mask: the layer uses it up (the last step, pooling over steps). */
  DROP
}
