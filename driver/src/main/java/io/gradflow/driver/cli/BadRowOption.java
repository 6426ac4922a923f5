package io.gradflow.driver.cli;

import io.gradflow.driver.data.OnBadRow;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What happens to rows that cannot be used, as in a job's {@code data.onBadRow}. */
final class BadRowOption {
  private static final String QUARANTINE = "quarantine=";

  @Option(
      names = "--on-bad-row",
      defaultValue = "fail",
      paramLabel = "fail|drop|quarantine=DIR",
      converter = Converter.class,
      description = "What happens to rows that cannot be used (default: ${DEFAULT-VALUE}).")
  private OnBadRow answer;

  OnBadRow answer() {
    return answer;
  }

  /** Reads the option's value. */
  static final class Converter implements ITypeConverter<OnBadRow> {
    @Override
    public OnBadRow convert(String value) {
      if (value.equals("fail")) {
        return new OnBadRow.Fail();
      }
      if (value.equals("drop")) {
        return new OnBadRow.Drop();
      }
      if (value.startsWith(QUARANTINE) && value.length() > QUARANTINE.length()) {
        return new OnBadRow.Quarantine(value.substring(QUARANTINE.length()));
      }
      throw new TypeConversionException("expected fail, drop or quarantine=DIR, got " + value);
    }
  }
}
