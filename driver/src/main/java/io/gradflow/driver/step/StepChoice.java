package io.gradflow.driver.step;

import java.util.Locale;

/**
 * The way in which steps reach the executors of a run, and the reason for it.
 *
 * @param kind never AUTO
 * @param why e.g. {@code auto: resident tasks work with this Spark}
 */
public record StepChoice(StepRunnerKind kind, String why) {
  public StepChoice {
    if (kind == StepRunnerKind.AUTO) {
      throw new IllegalArgumentException("a choice is not " + kind);
    }
  }

  /** The kind as job files write it. */
  public String word() {
    return word(kind);
  }

  /** IN_PROCESS as {@code inProcess}. */
  static String word(StepRunnerKind kind) {
    String[] words = kind.name().toLowerCase(Locale.ROOT).split("_");
    StringBuilder word = new StringBuilder(words[0]);
    for (int i = 1; i < words.length; i++) {
      word.append(words[i].substring(0, 1).toUpperCase(Locale.ROOT)).append(words[i].substring(1));
    }
    return word.toString();
  }
}
