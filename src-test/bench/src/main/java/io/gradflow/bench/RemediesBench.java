package io.gradflow.bench;

import io.gradflow.driver.health.Finding;
import io.gradflow.driver.health.Remedies;
import io.gradflow.driver.report.Series;
import io.gradflow.driver.report.SvgChart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Writes the figures and plots of the page {@code learning.md} anew, from the test bed of set-ups
 * that do not learn.
 */
public final class RemediesBench {
  /** What follows it in the page is written anew. */
  private static final String MARK = "# Its figures\n";

  private RemediesBench() {}

  /**
   * @param args the directory of the page
   */
  public static void main(String[] args) throws IOException {
    Path directory = Files.createDirectories(Path.of(args[0]));
    Path scratch = Files.createTempDirectory("gradflow-remedies-");
    Path file = directory.resolve("learning.md");
    String before = Files.readString(file);
    StringBuilder page =
        new StringBuilder(before.substring(0, before.indexOf(MARK) + MARK.length()));
    int number = 0;
    for (Remedies.Setup setup : Remedies.all()) {
      Remedies.Course sick = Remedies.train(setup.sick(), setup.steps(), scratch);
      Remedies.Course cured = Remedies.train(setup.cured(), setup.steps(), scratch);
      String plot = "learning-" + ++number + ".svg";
      Files.writeString(
          directory.resolve(plot),
          SvgChart.document(
              setup.name() + ": loss by step",
              "step",
              List.of(
                  series("as it is", sick.losses()), series("with the remedy", cured.losses()))));
      page.append("\n## ").append(setup.name()).append("\n\n");
      Set<String> sentences = new LinkedHashSet<>();
      for (Finding finding : sick.findings()) {
        if (setup.faults().contains(finding.fault()) && sentences.size() < 2) {
          sentences.add(finding.sentence());
        }
      }
      sentences.forEach(sentence -> page.append("> ").append(sentence).append("\n>\n"));
      page.append(
          String.format(
              Locale.ROOT,
              "%nRemedy: %s. Loss after %d steps: %.3f as it is, %.3f with the"
                  + " remedy.%n%n![](%s)%n",
              setup.remedy(),
              setup.steps(),
              sick.end(),
              cured.end(),
              plot));
    }
    Files.writeString(file, page);
  }

  private static Series series(String name, List<Double> losses) {
    List<Series.Point> points = new ArrayList<>();
    for (int i = 0; i < losses.size(); i++) {
      points.add(new Series.Point(i + 1, losses.get(i)));
    }
    return new Series(name, points).thinned(120);
  }
}
