package io.gradflow.common.data;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A category: the first possibility is any that is rare or was not seen in training, then come the
 * known ones. With hashing, every category falls into one of a fixed number of buckets.
 *
 * @param column that holds it
 * @param categories the known ones, spelled as {@link NumberText#label} spells them
 * @param buckets of hashing; 0 without
 * @param range its floats
 */
@Kind("category")
@Doc("A category, as numbers or an index.")
public record CategoryColumn(
    String column,
    @Default("[]") List<String> categories,
    @Default("0") int buckets,
    IndexRange range)
    implements ColumnEncoder {
  /** What stands for the categories that are not known, in the list of classes. */
  static final String OTHER = "\uFFFD";

  public CategoryColumn {
    categories = List.copyOf(categories);
    if (buckets < 0 || (buckets > 0 && !categories.isEmpty())) {
      throw new IllegalArgumentException(
          "column %s: %d buckets and %d categories; expected one of them"
              .formatted(column, buckets, categories.size()));
    }
  }

  @Override
  public RawGroup raw() {
    return new RawGroup(List.of(column), RawGroup.Content.LABEL, 0, true);
  }

  @Override
  public int width() {
    return range.width(possibilities());
  }

  @Override
  public Field.Kind kind() {
    return range.kind();
  }

  @Override
  public int firstIndex() {
    return range.first();
  }

  @Override
  public CategoryColumn from(int first) {
    return new CategoryColumn(column, categories, buckets, new IndexRange(range.oneHot(), first));
  }

  @Override
  public List<String> classes() {
    if (range.oneHot()) {
      return List.of();
    }
    Stream<String> names =
        buckets > 0
            ? IntStream.range(0, buckets).mapToObj(b -> "#" + b)
            : Stream.concat(Stream.of(OTHER), categories.stream());
    return names.map(name -> column + "=" + name).toList();
  }

  /** Zeros and ones, as bytes; fields of indices see to their own. */
  @Override
  public PackedColumn packed(String field, int width, boolean bytes) {
    return PackedColumn.of(field, width, PackedColumn.Storage.UINT8);
  }

  private int possibilities() {
    return buckets > 0 ? buckets : 1 + categories.size();
  }

  @Override
  public Bound bind() {
    Map<String, Integer> known = new HashMap<>();
    for (String category : categories) {
      known.put(category, known.size() + 1);
    }
    int possibilities = possibilities();
    return new Bound() {
      @Override
      public String problem(RawValues values) {
        return null;
      }

      @Override
      public void encode(RawValues values, float[] to, int offset) {
        String category = values.text();
        int which =
            category.isEmpty()
                ? -1
                : buckets > 0 ? bucket(category, buckets) : known.getOrDefault(category, 0);
        range.encode(which, possibilities, to, offset);
      }
    };
  }

  /** FNV-1a over UTF-8, mixed, modulo the buckets: the same on every machine. */
  private static int bucket(String category, int buckets) {
    long hash = 0xCBF29CE484222325L;
    for (byte b : category.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
    }
    return (int) Long.remainderUnsigned(CounterRng.mix(hash), buckets);
  }
}
