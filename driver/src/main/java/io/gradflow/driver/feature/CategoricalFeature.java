package io.gradflow.driver.feature;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.CategoryColumn;
import io.gradflow.common.data.ColumnEncoder;
import io.gradflow.common.data.Field;
import io.gradflow.common.data.RawGroup;
import io.gradflow.common.data.RawValues;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A category each column: those of the training rows, most frequent first, and one more for any
 * that is rare or was not seen. Missing ones are zeros, or index 0.
 *
 * @param maxCategories known ones a column at most; less frequent ones are rare
 * @param minCount how often a category has to occur in the training rows, or it is rare
 * @param hash into how many buckets categories are hashed instead of being learned
 */
@Kind("categorical")
@Doc("A category each column: text or a number; rare and unseen ones share a place of their own.")
public record CategoricalFeature(
    @Doc("Column names or globs.") List<String> columns,
    @Doc("The network input they belong to.") @Default("features") String input,
    @Doc("oneHot: a number a category. index: for an embedding; 0 where the category is missing.")
        @Default("oneHot")
        Encoding encode,
    @Doc("Most categories a column; less frequent ones are rare.") @Default("1000")
        int maxCategories,
    @Doc("How often a category must occur in the training rows, or it is rare.") @Default("1")
        int minCount,
    @Doc("Hashes categories into so many buckets instead of learning them.") Optional<Integer> hash)
    implements FeatureSpec {
  public CategoricalFeature {
    columns = Columns.some(columns);
    if (maxCategories < 1 || minCount < 1) {
      throw new IllegalArgumentException(
          "maxCategories %d, minCount %d; expected at least 1".formatted(maxCategories, minCount));
    }
    if (hash.orElse(2) < 2) {
      throw new IllegalArgumentException("hash " + hash.get() + "; expected at least 2");
    }
  }

  @Override
  public Field.Kind kind() {
    return encode.kind();
  }

  @Override
  public boolean aColumnAPart() {
    return true;
  }

  @Override
  public Optional<Shape> exampleShape(OptionalInt count) {
    int each = encode == Encoding.INDEX ? 1 : hash.orElse(0);
    return each == 0 || count.isEmpty()
        ? Optional.empty()
        : Optional.of(Shape.of(each * count.getAsInt()));
  }

  @Override
  public RawGroup raw(List<String> found) {
    return new RawGroup(found, RawGroup.Content.LABEL, 0, true);
  }

  @Override
  public FeatureFit fit(List<String> found, int width) {
    return hash.<FeatureFit>map(
            buckets ->
                FeatureFit.of(new CategoryColumn(found.get(0), List.of(), buckets, encode.range())))
        .orElseGet(() -> new Fit(found.get(0), encode, maxCategories, minCount));
  }

  /** Learns the categories from their counts. */
  private static final class Fit implements FeatureFit {
    private static final long serialVersionUID = 1;

    private final String column;
    private final Encoding encode;
    private final int maxCategories;
    private final int minCount;
    private final TextCounts categories = new TextCounts();

    Fit(String column, Encoding encode, int maxCategories, int minCount) {
      this.column = column;
      this.encode = encode;
      this.maxCategories = maxCategories;
      this.minCount = minCount;
    }

    @Override
    public boolean reads() {
      return true;
    }

    @Override
    public FeatureFit empty() {
      return new Fit(column, encode, maxCategories, minCount);
    }

    @Override
    public void add(RawValues values) {
      if (!values.text().isEmpty()) {
        categories.add(values.text());
      }
    }

    @Override
    public void write(DataOutput to) throws IOException {
      categories.write(to);
    }

    @Override
    public void merge(DataInput from) throws IOException {
      categories.merge(from);
    }

    @Override
    public ColumnEncoder encoder() {
      return new CategoryColumn(
          column, categories.frequent(minCount, maxCategories), 0, encode.range());
    }
  }
}
