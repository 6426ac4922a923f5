package io.gradflow.common.data;

import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;
import java.util.Optional;

/**
 * For every position of a text's tokens the token after it: what a language model learns to
 * predict. Padding, index 0, stands behind the last one.
 *
 * @param text the tokens at the positions; padded and cut at the end
 */
@Kind("nextTokens")
@Doc("For every position of a text's tokens, the token after it.")
public record NextTokens(TextTokens text) implements ColumnEncoder {
  public NextTokens {
    if (text.padding() != TextTokens.Side.END || text.truncation() != TextTokens.Side.END) {
      throw new IllegalArgumentException("next tokens need padding and truncation at the end");
    }
  }

  @Override
  public RawGroup raw() {
    return text.raw();
  }

  @Override
  public int width() {
    return text.width();
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
    return text.vocabulary();
  }

  @Override
  public Bound bind() {
    return text.bind(1);
  }
}
