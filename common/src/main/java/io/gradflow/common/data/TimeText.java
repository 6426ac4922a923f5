package io.gradflow.common.data;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Date;

/** Dates and times as seconds since 1970-01-01 in UTC, read the same from every source. */
public final class TimeText {
  private static final LocalDateTime EPOCH = LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC);

  private TimeText() {}

  /**
   * The time that a text spells: {@code 2026-11-24}, with a time after T or a space such as {@code
   * 09:30}, {@code 09:30:15.25}, and with an offset such as Z or +01:00; without one it is UTC.
   *
   * @return NaN if it spells none
   */
  public static double parse(String text) {
    String iso = text.strip().replace(' ', 'T');
    try {
      if (iso.indexOf('T') < 0) {
        return seconds(LocalDate.parse(iso).atStartOfDay());
      }
      int time = iso.indexOf('T');
      boolean offset =
          iso.endsWith("Z") || iso.indexOf('+', time) >= 0 || iso.indexOf('-', time) >= 0;
      return offset
          ? seconds(
              OffsetDateTime.parse(iso).withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime())
          : seconds(LocalDateTime.parse(iso));
    } catch (DateTimeParseException e) {
      return Double.NaN;
    }
  }

  /**
   * The time of a plain Java value.
   *
   * @return NaN if it is none
   */
  public static double of(Object value) {
    if (value instanceof String text) {
      return parse(text);
    }
    if (value instanceof java.sql.Date date) {
      return seconds(date.toLocalDate().atStartOfDay());
    }
    if (value instanceof Date date) {
      return seconds(LocalDateTime.ofInstant(date.toInstant(), ZoneOffset.UTC));
    }
    if (value instanceof Instant instant) {
      return seconds(LocalDateTime.ofInstant(instant, ZoneOffset.UTC));
    }
    if (value instanceof LocalDate date) {
      return seconds(date.atStartOfDay());
    }
    return value instanceof LocalDateTime time ? seconds(time) : Double.NaN;
  }

  /** To the microsecond, as tables hold times. */
  private static double seconds(LocalDateTime time) {
    return micros(ChronoUnit.MICROS.between(EPOCH, time));
  }

  /** The seconds of so many microseconds. */
  public static double micros(long micros) {
    return micros / 1e6;
  }
}
