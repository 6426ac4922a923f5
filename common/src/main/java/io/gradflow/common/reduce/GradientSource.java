package io.gradflow.common.reduce;

/**
 * A gradient sum that lies elsewhere, such as in a file: added from there, it is not copied first.
 * Used once, by one thread.
 */
public interface GradientSource {
  /** An array with the sum in it; it goes where spent sums go. */
  float[] take();

  /** Adds the sum to an array, whose content is lost if this fails. */
  void addTo(float[] gradientSum);
}
