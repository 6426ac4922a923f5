package io.gradflow.common.data;

import io.gradflow.common.array.Shape;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * The last values of some columns, each shifted and scaled: [history, columns]. A row's values are
 * an array each column, the oldest first; y = (float) ((x - center) * factor) of its column.
 *
 * @param history values of a column
 * @param centers one a column; empty for zeros
 * @param factors one a column; empty for ones
 */
@Kind("series")
@Doc("The last values of some columns, shifted by a center and then multiplied by a factor.")
public record SeriesColumns(
    List<String> columns, int history, List<Double> centers, List<Double> factors)
    implements ColumnEncoder {
  public SeriesColumns {
    columns = List.copyOf(columns);
    centers = List.copyOf(centers);
    factors = List.copyOf(factors);
    if (history < 1
        || (!centers.isEmpty() && centers.size() != columns.size())
        || centers.size() != factors.size()) {
      throw new IllegalArgumentException(
          "history %d of %d columns, %d centers, %d factors"
              .formatted(history, columns.size(), centers.size(), factors.size()));
    }
  }

  /** History, columns. */
  public Shape shape() {
    return Shape.of(history, columns.size());
  }

  @Override
  public RawGroup raw() {
    return new RawGroup(columns, RawGroup.Content.VECTOR, width());
  }

  @Override
  public int width() {
    return history * columns.size();
  }

  @Override
  public Bound bind() {
    int width = columns.size();
    double[] center = new double[width];
    double[] factor = new double[width];
    for (int c = 0; c < width; c++) {
      center[c] = centers.isEmpty() ? 0 : centers.get(c);
      factor[c] = factors.isEmpty() ? 1 : factors.get(c);
    }
    return new Bound() {
      @Override
      public String problem(RawValues raw) {
        return null;
      }

      @Override
      public void encode(RawValues raw, float[] to, int offset) {
        for (int c = 0; c < width; c++) {
          for (int t = 0; t < history; t++) {
            to[offset + t * width + c] =
                (float) ((raw.number(c * history + t) - center[c]) * factor[c]);
          }
        }
      }
    };
  }
}
