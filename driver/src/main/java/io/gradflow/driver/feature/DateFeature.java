package io.gradflow.driver.feature;

import io.gradflow.common.array.Shape;
import io.gradflow.common.data.DateColumn;
import io.gradflow.common.data.DateColumn.Part;
import io.gradflow.common.data.RawGroup;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A date or time each column, in UTC, as its parts.
 *
 * @param parts of each; cyclic ones become a sine and a cosine
 */
@Kind("date")
@Doc("A date or time each column, as its parts; those that come again become sine and cosine.")
public record DateFeature(
    @Doc("Column names or globs: dates, timestamps, or text such as 2026-11-24 09:30.")
        List<String> columns,
    @Doc("The network input they belong to.") @Default("features") String input,
    @Doc("What of it.") @Default("[month, dayOfWeek]") List<Part> parts)
    implements FeatureSpec {
  public DateFeature {
    columns = Columns.some(columns);
    parts = new DateColumn(columns.get(0), parts).parts();
  }

  @Override
  public boolean aColumnAPart() {
    return true;
  }

  @Override
  public Optional<Shape> exampleShape(OptionalInt count) {
    int each = new DateColumn(columns.get(0), parts).width();
    return count.isEmpty() ? Optional.empty() : Optional.of(Shape.of(each * count.getAsInt()));
  }

  @Override
  public RawGroup raw(List<String> found) {
    return new RawGroup(found, RawGroup.Content.TIME, found.size());
  }

  @Override
  public FeatureFit fit(List<String> found, int width) {
    return FeatureFit.of(new DateColumn(found.get(0), parts));
  }
}
