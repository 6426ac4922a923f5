package io.gradflow.common.spec;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** All that is wrong with a document, in the order of the document. */
public final class SpecException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<Fault> faults;

  /**
   * @param faults at least one
   */
  public SpecException(List<Fault> faults) {
    super(message(sorted(faults)));
    this.faults = sorted(faults);
  }

  /** At least one; by line and column, those without a line last. */
  public List<Fault> faults() {
    return faults;
  }

  private static List<Fault> sorted(List<Fault> faults) {
    return faults.stream()
        .distinct()
        .sorted(
            Comparator.comparing((Fault fault) -> fault.at().line() == 0)
                .thenComparing(fault -> fault.at().line())
                .thenComparing(fault -> fault.at().column()))
        .toList();
  }

  private static String message(List<Fault> faults) {
    return faults.stream().map(Fault::toString).collect(Collectors.joining("\n"));
  }
}
