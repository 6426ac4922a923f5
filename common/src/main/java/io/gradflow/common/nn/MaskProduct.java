package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import java.util.List;

/** The mask of a layer whose inputs carry different masks: a step counts where it does in all. */
final class MaskProduct implements Layer {
  private final Buffer[] masks;
  private final Buffer product;

  /**
   * @param masks of as many steps each, at least one
   */
  MaskProduct(List<Buffer> masks, Buffer product) {
    this.masks = masks.toArray(Buffer[]::new);
    this.product = product;
  }

  @Override
  public void forward(Pass pass) {
    int n = pass.rows() * product.width();
    float[] out = product.array();
    int oo = product.offset();
    System.arraycopy(masks[0].array(), masks[0].offset(), out, oo, n);
    for (int m = 1; m < masks.length; m++) {
      float[] mask = masks[m].array();
      int mo = masks[m].offset();
      for (int i = 0; i < n; i++) {
        out[oo + i] *= mask[mo + i];
      }
    }
  }

  /** Masks have no gradient. */
  @Override
  public void backward(Pass pass) {}
}
