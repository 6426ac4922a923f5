package io.gradflow.driver.step;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The way in which steps reach the executors of a run, and the reason for it.
 *
 * @param kind never AUTO
 * @param why e.g. {@code auto: resident tasks work with this Spark}
 */
public record StepChoice(StepRunnerKind kind, String why) {
  private static final Pattern WORD_END = Pattern.compile("_");

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
    String[] words = WORD_END.split(kind.name().toLowerCase(Locale.ROOT), -1);
    StringBuilder word = new StringBuilder(words[0]);
    for (int i = 1; i < words.length; i++) {
      word.append(words[i].substring(0, 1).toUpperCase(Locale.ROOT)).append(words[i].substring(1));
    }
    return word.toString();
  }
}
