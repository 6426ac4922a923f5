package io.gradflow.common.data;

import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;
import java.util.Optional;

/**
 * A text's labels in order to their indices: words or characters. Index 0 is the padding behind
 * them, 1 stands for no label.
 *
 * @param column that holds the text
 * @param level how text is cut into labels: words or characters
 * @param vocabulary the labels in index order, behind padding and the unknown token
 * @param length indices that a row gives, at least as many as a text has labels
 */
@Kind("labelSequence")
@Doc("A text's labels in order, as their indices.")
public record LabelSequence(String column, TextLevel level, List<String> vocabulary, int length)
    implements ColumnEncoder {
  public LabelSequence {
    vocabulary = List.copyOf(vocabulary);
    TextTokens.require(column, vocabulary, length, false);
  }

  @Override
  public RawGroup raw() {
    return new RawGroup(List.of(column), RawGroup.Content.TEXT, 0);
  }

  @Override
  public int width() {
    return length;
  }

  @Override
  public Field.Kind kind() {
    return Field.Kind.CLASS;
  }

  @Override
  public Optional<TextTokens.Side> paddingSide() {
    return Optional.of(TextTokens.Side.END);
  }

  @Override
  public List<String> classes() {
    return vocabulary;
  }

  @Override
  public Bound bind() {
    TokenIndexer indexer = new TokenIndexer(level, vocabulary);
    return new Bound() {
      @Override
      public String problem(RawValues values) {
        int count = indexer.index(values.text(), length + 1);
        if (count > length) {
          return "column %s: %s has more than %d labels"
              .formatted(column, RawValues.quoted(values.text()), length);
        }
        for (int i = 0; i < count; i++) {
          if (indexer.get(i) < 2) {
            return "column %s: label %d of %s is not among the %d that are given"
                .formatted(column, i + 1, RawValues.quoted(values.text()), vocabulary.size() - 2);
          }
        }
        return null;
      }

      @Override
      public void encode(RawValues values, float[] to, int offset) {
        int count = indexer.index(values.text(), length);
        for (int i = 0; i < length; i++) {
          to[offset + i] = i < count ? indexer.get(i) : 0;
        }
      }
    };
  }
}
