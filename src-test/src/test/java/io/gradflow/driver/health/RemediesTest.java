package io.gradflow.driver.health;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each set-up of the test bed: the diagnosis names its fault, and the advised remedy trains. */
class RemediesTest {
  /** A network that has learned the rows has less than half of what it lost at first. */
  private static final double LEARNED = 0.5;

  @TempDir Path directory;

  static Stream<Remedies.Setup> setups() {
    return Remedies.all().stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("setups")
  void train_sickThenCured_isDiagnosedThenLearns(Remedies.Setup setup) throws IOException {
    Remedies.Course sick = Remedies.train(setup.sick(), setup.steps(), directory);
    List<Fault> found = sick.findings().stream().map(Finding::fault).distinct().toList();
    assertTrue(found.containsAll(setup.faults()), setup.name() + ": found " + sick.findings());
    Remedies.Course cured = Remedies.train(setup.cured(), setup.steps(), directory);
    double start = cured.losses().get(0);
    assertTrue(cured.end() < LEARNED * start, setup.name() + ": " + start + " to " + cured.end());
    assertTrue(
        !(sick.end() < 1.5 * cured.end()), setup.name() + ": learns without remedy: " + sick.end());
    for (Fault fault : setup.faults()) {
      assertTrue(
          cured.findings().stream().noneMatch(finding -> finding.fault() == fault),
          setup.name() + ": still " + cured.findings());
    }
  }
}
