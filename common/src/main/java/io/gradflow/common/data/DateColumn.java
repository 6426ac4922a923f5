package io.gradflow.common.data;

import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;

/**
 * Parts of a date or time in UTC. Cyclic parts are two numbers, the sine and the cosine of their
 * share of the cycle, so that December is near January; the others are one.
 *
 * @param column that holds it
 * @param parts in order
 */
@Kind("date")
@Doc("Parts of a date or time; cyclic ones as sine and cosine.")
public record DateColumn(String column, List<Part> parts) implements ColumnEncoder {
  /** A part of a date or time. */
  public enum Part {
    /** Years since 2000, with the day as a fraction of 365.25. */
    YEAR(0),
    /** January to December, cyclic. */
    MONTH(12),
    /** 1 to 31, cyclic. */
    DAY_OF_MONTH(31),
    /** Monday to Sunday, cyclic. */
    DAY_OF_WEEK(7),
    /** 1 to 366, cyclic. */
    DAY_OF_YEAR(366),
    /** With its minutes as a fraction, cyclic. */
    HOUR(24),
    /** Cyclic. */
    MINUTE(60),
    /** 1 on Saturday and Sunday, else 0. */
    WEEKEND(0),
    /** Days since 1970-01-01, with the time as a fraction. */
    EPOCH_DAYS(0);

    private final int cycle;

    Part(int cycle) {
      this.cycle = cycle;
    }

    private double value(LocalDateTime at, double seconds) {
      return switch (this) {
        case YEAR -> at.getYear() - 2000 + (at.getDayOfYear() - 1) / 365.25;
        case MONTH -> at.getMonthValue() - 1;
        case DAY_OF_MONTH -> at.getDayOfMonth() - 1;
        case DAY_OF_WEEK -> at.getDayOfWeek().getValue() - 1;
        case DAY_OF_YEAR -> at.getDayOfYear() - 1;
        case HOUR -> at.getHour() + at.getMinute() / 60.0;
        case MINUTE -> at.getMinute();
        case WEEKEND -> at.getDayOfWeek().getValue() > 5 ? 1 : 0;
        case EPOCH_DAYS -> seconds / 86_400;
      };
    }
  }

  public DateColumn {
    parts = List.copyOf(parts);
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("column " + column + ": parts is empty");
    }
  }

  @Override
  public RawGroup raw() {
    return new RawGroup(List.of(column), RawGroup.Content.TIME, 1);
  }

  @Override
  public int width() {
    return parts.stream().mapToInt(part -> part.cycle > 0 ? 2 : 1).sum();
  }

  @Override
  public Bound bind() {
    RawGroup raw = raw();
    return new Bound() {
      @Override
      public String problem(RawValues values) {
        return raw.check(values);
      }

      @Override
      public void encode(RawValues values, float[] to, int offset) {
        double seconds = values.number(0);
        LocalDateTime at =
            LocalDateTime.ofEpochSecond((long) Math.floor(seconds), 0, ZoneOffset.UTC);
        int next = offset;
        for (Part part : parts) {
          double value = part.value(at, seconds);
          if (part.cycle == 0) {
            to[next++] = (float) value;
          } else {
            // Strict: the same bits on every processor.
            double angle = 2 * Math.PI * value / part.cycle;
            to[next++] = (float) StrictMath.sin(angle);
            to[next++] = (float) StrictMath.cos(angle);
          }
        }
      }
    };
  }
}
