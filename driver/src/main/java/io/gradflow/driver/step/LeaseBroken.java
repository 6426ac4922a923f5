package io.gradflow.driver.step;

/** A lease cannot go on as it is: tasks are missing. The step is done again under the next one. */
final class LeaseBroken extends Exception {
  private static final long serialVersionUID = 1;

  private final int joined;

  LeaseBroken(String why, int joined) {
    super(why);
    this.joined = joined;
  }

  /** Tasks that were there. */
  int joined() {
    return joined;
  }
}
