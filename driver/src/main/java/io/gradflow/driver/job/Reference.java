package io.gradflow.driver.job;

import io.gradflow.common.spec.SpecMarkdown;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The reference of the job file, generated from the records that it is read into. */
public final class Reference {
  private static final String INTRODUCTION =
      """
      # The job file: reference

      Generated from the code; do not edit. A test compares this page with the code and names the
      command that writes it anew.

      How things are written:

      - A section is a map of keys. Unknown keys are faults; all faults of a file are listed at once.
      - What has kinds (layers, losses, optimizers, ...) is written `relu` for a kind with all its
        defaults, `{dropout: 0.2}` for a value of its first key, `{adam: {learningRate: 0.01}}` for
        any keys. A name with a dot is the class of your own record on the class path.
      - A list of one may be written as its only element: `columns: pixel_*`.
      - Numbers are decimal, with or without exponent; `1_000_000` may be grouped. Truth values are
        `true` and `false` only. Text needs quotes only where YAML needs them.
      - In layers `classes` may stand for a whole number: how many classes the label has.
      - `--set path=value` on the command line changes a value before the file is read:
        `--set train.epochs=5`, `--set "model.layers[0].dense.units=32"`; the value `null` takes the
        key out.

      """;

  private Reference() {}

  /** The page, as Markdown. */
  public static String markdown() {
    return INTRODUCTION + SpecMarkdown.of(Job.class).stripTrailing() + "\n";
  }

  /** Prints the page. */
  public static void main(String[] args) {
    new PrintStream(System.out, true, StandardCharsets.UTF_8).print(markdown());
  }
}
