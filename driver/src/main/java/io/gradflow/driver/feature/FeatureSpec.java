package io.gradflow.driver.feature;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ColumnEncoder;
import io.gradflow.common.data.Field;
import io.gradflow.common.data.RawGroup;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.OneOf;
import io.gradflow.common.spec.Tagged;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Columns that become a network input, or a part of one. A new kind of feature is a record that
 * implements this.
 */
@OneOf({
  NumericFeature.class,
  TensorFeature.class,
  VectorFeature.class,
  CategoricalFeature.class,
  BucketsFeature.class,
  DateFeature.class,
  ImageFeature.class,
  AudioFeature.class,
  SeriesFeature.class,
  TextFeature.class
})
@Tagged(key = "as", absent = "numeric", doc = "What the columns hold.")
@Doc("Columns that become a network input, or a part of one.")
public interface FeatureSpec {
  /** Names or globs ({@code *} and {@code ?}); a glob's matches go in the table's order. */
  List<String> columns();

  /** The network input it belongs to; features of one input are laid side by side. */
  String input();

  /** What its floats mean: the same in all features of an input. */
  default Field.Kind kind() {
    return Field.Kind.NUMBER;
  }

  /** Whether each of its columns is read and learned by itself. */
  default boolean aColumnAPart() {
    return false;
  }

  /** Whether no other feature can share its input. */
  default boolean alone() {
    return false;
  }

  /**
   * Shape of one example, as far as the job file tells.
   *
   * @param columns how many it has, if that is known
   */
  Optional<Shape> exampleShape(OptionalInt columns);

  /**
   * What it reads of a row.
   *
   * @param columns those found in the table
   * @throws IllegalArgumentException if they are too many or too few
   */
  RawGroup raw(List<String> columns);

  /** What can refuse values before anything is learned; for files that may be broken. */
  default Optional<ColumnEncoder> check(List<String> columns) {
    return Optional.empty();
  }

  /**
   * What learns its encoder.
   *
   * @param columns those found in the table
   * @param width numbers that they hold together; 0 if they hold no numbers
   */
  FeatureFit fit(List<String> columns, int width);
}
