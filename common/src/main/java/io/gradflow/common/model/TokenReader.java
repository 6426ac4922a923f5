package io.gradflow.common.model;

/**
 * Reads a text token by token and says what a language model expects next. One owner, one thread.
 */
interface TokenReader {
  /** Takes the text's next token. */
  void read(int token);

  /**
   * What follows the tokens that were read, of which there is at least one.
   *
   * @return the probability of each token of the vocabulary, overwritten by the next call
   */
  float[] next();
}
