package io.gradflow.common.nn;

import io.gradflow.common.array.Shape;
import io.gradflow.testkit.NetworkTrial;
import java.util.List;

/**
 * Prints one digest of what layers along a sequence leave, forward and backward: equal whatever the
 * vector width, interpreted or compiled.
 */
final class SequenceBits {
  private static final long FNV_OFFSET = 0xCBF29CE484222325L;
  private static final long FNV_PRIME = 0x100000001B3L;
  private static final Initializer ZEROS = new Initializer.Zeros();

  private SequenceBits() {}

  public static void main(String[] args) {
    System.out.println(digest());
  }

  static String digest() {
    long digest = FNV_OFFSET;
    Shape sequence = Shape.of(5, 12);
    for (LayerSpec layer : layers()) {
      NetworkTrial.Outcome outcome = NetworkTrial.ofLayer(layer, 3, sequence).randomize(1).run();
      digest = add(digest, outcome.outputs().get(0));
      digest = add(digest, outcome.inputGradients().get(0));
      digest = add(digest, outcome.gradient());
    }
    return Long.toHexString(digest);
  }

  /** Widths that fill vectors and that do not. */
  static List<LayerSpec> layers() {
    return List.of(
        new Lstm(37, true, false, 3, ZEROS, ZEROS, 1),
        new Gru(35, true, true, 0, ZEROS, ZEROS, ZEROS),
        new SimpleRnn(33, new Activation.Tanh(), false, false, 0, ZEROS, ZEROS, ZEROS),
        new Bidirectional(new Lstm(16, true, false, 0, ZEROS, ZEROS, 1), Bidirectional.Merge.SUM),
        new MultiHeadAttention(3, true, 0.25f, true, 100, ZEROS, true),
        new TransformerBlock(
            2,
            50,
            new Activation.Tanh(),
            TransformerBlock.Norm.PRE,
            false,
            false,
            0.2f,
            1e-5f,
            ZEROS));
  }

  private static long add(long digest, float[] values) {
    for (float value : values) {
      digest = (digest ^ Float.floatToIntBits(value)) * FNV_PRIME;
    }
    return digest;
  }
}
