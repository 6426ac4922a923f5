package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import java.util.List;

/**
 * A layer whose inputs carry different masks: first the mask of its output, in which a step counts
 * where it does in all of them.
 */
final class MaskProduct implements Layer {
  private final Buffer[] masks;
  private final Buffer product;
  private final Layer layer;

  /**
   * @param masks of as many steps each, at least one
   */
  MaskProduct(List<Buffer> masks, Buffer product, Layer layer) {
    this.masks = masks.toArray(Buffer[]::new);
    this.product = product;
    this.layer = layer;
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
    layer.forward(pass);
  }

  @Override
  public void backward(Pass pass) {
    layer.backward(pass);
  }

  @Override
  public double lossTerm(int row) {
    return layer.lossTerm(row);
  }
}
