package io.gradflow.driver.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a check found.
 *
 * @param findings of the gradients
 * @param noise what rounding does to the mean loss
 * @param untruncated whether gradients were checked without the windows that the job cuts them to
 * @param ways how the step was run, each in words, the first the one that others were held to
 * @param differences where another way's bits differ from the first's, in words
 */
public record CheckReport(
    List<GradientFinding> findings,
    double noise,
    boolean untruncated,
    List<String> ways,
    List<String> differences) {
  public CheckReport {
    findings = List.copyOf(findings);
    ways = List.copyOf(ways);
    differences = List.copyOf(differences);
  }

  /** Whether all gradients agree and all ways have the same bits. */
  public boolean passes() {
    return differences.isEmpty() && findings.stream().allMatch(GradientFinding::agrees);
  }

  /** The finding that is farthest apart; empty where nothing is trained. */
  public Optional<GradientFinding> worst() {
    return findings.stream().max(Comparator.comparingDouble(GradientFinding::excess));
  }

  /** The report for people. */
  public String text() {
    List<String> lines = new ArrayList<>();
    long parameters = findings.stream().map(GradientFinding::parameter).distinct().count();
    long wrong = findings.stream().filter(finding -> !finding.agrees()).count();
    long unseen = findings.stream().filter(finding -> !finding.seen()).count();
    lines.add(
        "gradients: %d derivatives of %d parameters, %d wrong, %d too small to see above rounding"
            .formatted(findings.size(), parameters, wrong, unseen));
    lines.add(
        String.format(
            Locale.ROOT,
            "  allowed: 1 %% and twice what rounding (%.2g of the loss) does to the difference",
            noise));
    if (untruncated) {
      lines.add("  without tbptt: a gradient that is cut is no derivative of the loss");
    }
    worst().ifPresent(finding -> lines.add("  worst: " + finding));
    lines.add("bits: " + String.join(" = ", ways) + (differences.isEmpty() ? "" : " expected"));
    differences.forEach(difference -> lines.add("  differs: " + difference));
    lines.add(passes() ? "check passed" : "check FAILED");
    return String.join(System.lineSeparator(), lines) + System.lineSeparator();
  }
}
