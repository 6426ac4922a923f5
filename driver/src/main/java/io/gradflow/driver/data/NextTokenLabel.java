package io.gradflow.driver.data;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.data.FieldEncoder;
import io.gradflow.common.data.NextTokens;
import io.gradflow.common.data.RawGroup;
import io.gradflow.common.data.TextTokens;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import io.gradflow.driver.feature.FeatureSpec;
import io.gradflow.driver.feature.TextFeature;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** For every token of a text feature the one after it: what a language model learns. */
@Kind("nextToken")
@Doc("For every token of a text feature the token after it: what a language model learns.")
public record NextTokenLabel(@Doc("The text feature's column.") List<String> column)
    implements LabelSpec {
  // The largest vocabulary that is tried; which one it is makes no difference to losses.
  private static final int MOST = 64;

  public NextTokenLabel {
    column = List.copyOf(column);
    if (column.size() != 1) {
      throw new IllegalArgumentException("next tokens have one column, not " + column.size());
    }
  }

  /** The feature whose tokens it predicts. */
  Optional<TextFeature> feature(List<FeatureSpec> features) {
    return features.stream()
        .filter(TextFeature.class::isInstance)
        .map(TextFeature.class::cast)
        .filter(text -> text.columns().equals(column))
        .findFirst();
  }

  @Override
  public Stream<Field> targets(DataSpec data) {
    int length = feature(data.features()).orElseThrow().length();
    return IntStream.rangeClosed(3, MOST)
        .mapToObj(
            count ->
                new Field(
                    TARGET,
                    Shape.of(length),
                    Field.Kind.CLASS,
                    IntStream.range(0, count).mapToObj(Integer::toString).toList()));
  }

  @Override
  public RawGroup raw(List<String> found) {
    return new RawGroup(found, RawGroup.Content.TEXT, 0);
  }

  @Override
  public FieldEncoder target(
      List<String> found, Supplier<List<String>> classes, List<FieldEncoder> inputs) {
    TextTokens text =
        inputs.stream()
            .flatMap(input -> input.parts().stream())
            .filter(TextTokens.class::isInstance)
            .map(TextTokens.class::cast)
            .filter(tokens -> tokens.column().equals(found.get(0)))
            .findFirst()
            .orElseThrow();
    return new FieldEncoder(TARGET, Shape.of(text.length()), List.of(new NextTokens(text)));
  }
}
