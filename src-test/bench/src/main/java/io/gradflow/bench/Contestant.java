package io.gradflow.bench;

/** One of the things that are timed side by side. */
interface Contestant {
  /** As it is printed. */
  String name();

  /** Called once before each block of steps. */
  default void begin() {}

  /** What is timed. */
  void step();

  /** Called once after each block of steps. */
  default void end() {}

  /** What shows that the work was done, e.g. the last loss. */
  default String evidence() {
    return "";
  }
}
