package io.gradflow.common.data;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Text to the indices of its tokens, cut or padded to a fixed length. Index 0 is padding, 1 is any
 * token that the vocabulary lacks.
 *
 * @param column that holds the text
 * @param level how text is cut into tokens
 * @param lowercase whether text becomes lower case first, by the rules of no language
 * @param vocabulary the tokens in index order, those of indices 0 and 1 included; with {@link
 *     TextLevel#BYTE_PAIR} merged tokens in the order in which they merge, single characters first
 * @param length indices that a row gives
 * @param padding where padding goes
 * @param truncation where tokens beyond the length are dropped
 * @param boundaries whether a text's tokens stand between a start token, index 2, and an end token,
 *     index 3: with {@link NextTokens} of the same text, a decoder then learns each token from
 *     those before it, the first from the start token, and when to end
 */
@Kind("text")
@Doc("Text, as the indices of its tokens.")
public record TextTokens(
    String column,
    TextLevel level,
    @Default("false") boolean lowercase,
    List<String> vocabulary,
    int length,
    @Default("end") Side padding,
    @Default("end") Side truncation,
    @Default("false") boolean boundaries)
    implements ColumnEncoder {
  /** Padding in the vocabulary. */
  public static final String PADDING = "";

  /** What stands for unknown tokens in the vocabulary; no text that is read holds it. */
  public static final String UNKNOWN = "\uFFFD";

  /** What stands for a text's start in the vocabulary: the control character. */
  public static final String START = "\u0002";

  /** What stands for a text's end in the vocabulary: the control character. */
  public static final String FINISH = "\u0003";

  private static final int START_INDEX = 2;
  private static final int FINISH_INDEX = 3;

  /** An end of a text. */
  public enum Side {
    START,
    END
  }

  public TextTokens {
    vocabulary = List.copyOf(vocabulary);
    require(column, vocabulary, length, boundaries);
  }

  /** Texts without tokens for their boundaries. */
  public TextTokens(
      String column,
      TextLevel level,
      boolean lowercase,
      List<String> vocabulary,
      int length,
      Side padding,
      Side truncation) {
    this(column, level, lowercase, vocabulary, length, padding, truncation, false);
  }

  /** The tokens that every vocabulary of this kind starts with. */
  public static List<String> reserved(boolean boundaries) {
    return boundaries ? List.of(PADDING, UNKNOWN, START, FINISH) : List.of(PADDING, UNKNOWN);
  }

  /**
   * Checks what all encoders of tokens have.
   *
   * @throws IllegalArgumentException for a length below 1, or a vocabulary that does not start with
   *     the {@link #reserved} tokens
   */
  static void require(String column, List<String> vocabulary, int length, boolean boundaries) {
    if (length < 1) {
      throw new IllegalArgumentException("length " + length + "; expected at least 1");
    }
    if (!startsWith(vocabulary, reserved(false))) {
      throw new IllegalArgumentException(
          "column "
              + column
              + ": a vocabulary starts with padding (an empty text) and the unknown token"
              + " (U+FFFD)");
    }
    if (boundaries && !startsWith(vocabulary, reserved(true))) {
      throw new IllegalArgumentException(
          "column "
              + column
              + ": a vocabulary of texts with boundaries goes on with start (U+0002) and end"
              + " (U+0003)");
    }
  }

  private static boolean startsWith(List<String> vocabulary, List<String> first) {
    return vocabulary.size() >= first.size() && vocabulary.subList(0, first.size()).equals(first);
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
    return Field.Kind.TOKENS;
  }

  @Override
  public Optional<Side> paddingSide() {
    return Optional.of(padding);
  }

  @Override
  public List<String> classes() {
    return vocabulary;
  }

  @Override
  public Bound bind() {
    return bind(0);
  }

  /** The text in which tokens are looked for. */
  public String prepared(String text) {
    return lowercase ? text.toLowerCase(Locale.ROOT) : text;
  }

  /** The same with another vocabulary. */
  public TextTokens withVocabulary(List<String> learned) {
    return new TextTokens(
        column, level, lowercase, learned, length, padding, truncation, boundaries);
  }

  /** As {@link #bind()}, but gives the tokens from {@code skipped} on. */
  Bound bind(int skipped) {
    TokenIndexer indexer = new TokenIndexer(level, vocabulary);
    int positions = skipped + length;
    return new Bound() {
      @Override
      public String problem(RawValues values) {
        return null;
      }

      @Override
      public void encode(RawValues values, float[] to, int offset) {
        int found =
            indexer.index(
                prepared(values.text()), truncation == Side.END ? positions : Integer.MAX_VALUE);
        int count = boundaries ? found + 2 : found;
        int kept = Math.min(count, positions);
        int first = truncation == Side.END ? 0 : count - kept;
        int start = padding == Side.END ? 0 : positions - kept;
        for (int i = 0; i < length; i++) {
          int token = skipped + i - start;
          to[offset + i] = token < 0 || token >= kept ? 0 : token(first + token, found);
        }
      }

      private int token(int at, int found) {
        if (!boundaries) {
          return indexer.get(at);
        }
        return at == 0 ? START_INDEX : at > found ? FINISH_INDEX : indexer.get(at - 1);
      }
    };
  }
}
