package io.gradflow.driver.feature;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.data.RawGroup;
import io.gradflow.common.data.TextLevel;
import io.gradflow.common.data.TextTokens;
import io.gradflow.common.data.TextTokens.Side;
import io.gradflow.common.data.TextWindows;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A text, as the indices of its tokens in a vocabulary that is learned from the training rows.
 * Index 0 is padding, 1 any token that the vocabulary lacks.
 *
 * @param maxLength tokens of a row, unless windows say it
 * @param windows how long texts become rows
 * @param maxVocabulary the vocabulary's size at most, padding and the unknown token included
 * @param minCount how often a token has to occur in the training rows
 */
@Kind("text")
@Doc("A text, as the indices of its tokens: 0 is padding, 1 a token that the vocabulary lacks.")
public record TextFeature(
    @Doc("The text's column.") List<String> columns,
    @Doc("The network input it is.") @Default("features") String input,
    @Doc("word: words and signs. character: every character. bytePair: learned pieces of words.")
        @Default("word")
        TextLevel level,
    @Doc("Tokens of a row; shorter texts are padded, longer ones cut.") Optional<Integer> maxLength,
    @Doc("Cuts long texts into rows, for language models.") Optional<WindowsSpec> windows,
    @Doc("Most tokens in the vocabulary, padding and the unknown token included.") @Default("20000")
        int maxVocabulary,
    @Doc("How often a token must occur in the training rows to be known.") @Default("1")
        int minCount,
    @Doc("Whether text becomes lower case first.") @Default("false") boolean lowercase,
    @Doc("Where padding goes.") @Default("end") Side padding,
    @Doc("Where what is too long is cut.") @Default("end") Side truncation,
    @Doc(
            "Whether a start and an end token go around the text: for what a decoder writes, given"
                + " as an input and, by as: nextToken, as the label.")
        @Default("false")
        boolean boundaries)
    implements FeatureSpec {
  public TextFeature {
    columns = Columns.one("a text", Columns.some(columns));
    if (maxLength.isPresent() == windows.isPresent()) {
      throw new IllegalArgumentException(
          "expected either maxLength, e.g. maxLength: 200, or windows, e.g. windows: {length:"
              + " 128}");
    }
    if (maxLength.orElse(1) < 1) {
      throw new IllegalArgumentException("maxLength " + maxLength.get() + "; expected at least 1");
    }
    int least = TextTokens.reserved(boundaries).size() + 1;
    if (maxVocabulary < least || maxVocabulary > 1 << 24) {
      throw new IllegalArgumentException(
          "maxVocabulary %d; expected %d to 2^24".formatted(maxVocabulary, least));
    }
    if (minCount < 1) {
      throw new IllegalArgumentException("minCount " + minCount + "; expected at least 1");
    }
    if (windows.isPresent() && boundaries) {
      throw new IllegalArgumentException(
          "boundaries are of whole texts; windows cut texts into pieces");
    }
    if (windows.isPresent() && level == TextLevel.BYTE_PAIR) {
      throw new IllegalArgumentException(
          "windows need level word or character: where byte pairs end is known only once they are"
              + " learned");
    }
  }

  /** Words of the input {@code features}. */
  public static TextFeature words(String column, int maxLength) {
    return new TextFeature(
        List.of(column),
        "features",
        TextLevel.WORD,
        Optional.of(maxLength),
        Optional.empty(),
        20_000,
        1,
        false,
        Side.END,
        Side.END,
        false);
  }

  /** Tokens of a row. */
  public int length() {
    return maxLength.orElseGet(() -> windows.orElseThrow().length());
  }

  /** How the table's rows become the rows of examples, if they do not stay as they are. */
  public Optional<TextWindows> rowWindows() {
    return windows.map(
        w -> new TextWindows(columns.get(0), level, w.length(), w.stride().orElse(w.length())));
  }

  @Override
  public Field.Kind kind() {
    return Field.Kind.TOKENS;
  }

  @Override
  public boolean alone() {
    return true;
  }

  @Override
  public Optional<Shape> exampleShape(OptionalInt count) {
    return Optional.of(Shape.of(length()));
  }

  @Override
  public RawGroup raw(List<String> found) {
    return new RawGroup(Columns.one("a text", found), RawGroup.Content.TEXT, 0);
  }

  @Override
  public FeatureFit fit(List<String> found, int width) {
    TextTokens untaught =
        new TextTokens(
            found.get(0),
            level,
            lowercase,
            TextTokens.reserved(boundaries),
            length(),
            padding,
            truncation,
            boundaries);
    return new VocabularyFit(untaught, maxVocabulary, minCount);
  }
}
