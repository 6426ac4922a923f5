package io.gradflow.common.model;

import java.util.Arrays;

/**
 * Shows the network the last tokens of the text, as many as its input has positions, again for each
 * token to come.
 */
final class WindowReader implements TokenReader {
  private final Scorer scorer;
  private final int[] window;
  private final float[] probabilities;

  /** Tokens in the window. */
  private int shown;

  WindowReader(Model model) {
    this.scorer = model.scorer(1);
    this.window = new int[model.spec().preprocessing().inputs().get(0).shape().size()];
    this.probabilities = new float[scorer.width(0) / window.length];
  }

  @Override
  public void read(int token) {
    if (shown == window.length) {
      System.arraycopy(window, 1, window, 0, shown - 1);
      shown--;
    }
    window[shown++] = token;
  }

  @Override
  public float[] next() {
    float[] input = scorer.batch().input(0);
    Arrays.fill(input, 0, window.length, 0f);
    for (int i = 0; i < shown; i++) {
      input[i] = window[i];
    }
    scorer.batch().rows(1);
    scorer.score();
    int last = (shown - 1) * probabilities.length;
    System.arraycopy(scorer.scores(0), last, probabilities, 0, probabilities.length);
    return probabilities;
  }
}
