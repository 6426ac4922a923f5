package io.gradflow.driver.data;

import io.gradflow.common.data.ColumnEncoder;
import io.gradflow.common.data.Field;
import io.gradflow.common.data.FieldEncoder;
import io.gradflow.common.data.RawGroup;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.OneOf;
import io.gradflow.common.spec.Tagged;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What the network learns to predict. */
@OneOf({
  ClassLabel.class,
  NumberLabel.class,
  NextTokenLabel.class,
  SequenceLabel.class,
  ForecastLabel.class
})
@Tagged(
    key = "as",
    doc =
        "class: a label, text or number. number: what to regress on. nextToken, sequence, forecast:"
            + " see there.")
@Doc("What the network learns to predict.")
public interface LabelSpec {
  /** The name of the one target. */
  String TARGET = "label";

  /** Its columns, names or globs. */
  List<String> column();

  /**
   * What the target may come to, as far as the job file alone tells, the least first: where the
   * data decides how many classes or columns there are, any number may.
   *
   * @param data the section that the label is part of
   */
  Stream<Field> targets(DataSpec data);

  /** What it reads of a row. */
  RawGroup raw(List<String> found);

  /** What can refuse values before the classes are known. */
  default Optional<ColumnEncoder> check(List<String> found) {
    return Optional.empty();
  }

  /**
   * The target.
   *
   * @param found its columns in the table
   * @param classes all labels of the training source, to be asked for only if they are classes
   * @param inputs fitted
   */
  FieldEncoder target(
      List<String> found, Supplier<List<String>> classes, List<FieldEncoder> inputs);

  static LabelSpec classes(String column) {
    return new ClassLabel(List.of(column), List.of());
  }

  static LabelSpec numbers(String... columns) {
    return new NumberLabel(List.of(columns));
  }
}
