package io.gradflow.driver.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gradflow.driver.train.TrainingStart;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class ReportTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void metricsLog_shortRun_oneLineAStepAndEpoch() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (MetricsLog log = new MetricsLog(out)) {
      RunFixture.play(log);
    }
    List<JsonNode> lines = lines(out);

    assertEquals(
        List.of("start", "step", "step", "step", "epoch", "step", "step", "step", "epoch", "end"),
        lines.stream().map(line -> line.get("type").asText()).toList());
    JsonNode step = lines.get(3);
    assertEquals(3, step.get("step").asLong());
    assertEquals(1 / 3.0, step.get("loss").asDouble(), 1e-15);
    assertEquals(50, step.get("rows").asLong());
    assertEquals(3.0, step.get("millisPerStep").asDouble());
    JsonNode epoch = lines.get(8);
    assertEquals(0.25, epoch.get("train").get("loss").asDouble());
    assertEquals(0.85, epoch.get("validation").get("accuracy").asDouble(), 1e-15);
    assertTrue(epoch.get("train").get("recall").get(1).isNull(), "NaN is not JSON");
    assertEquals("ab12", lines.get(9).get("weightsSha256").asText());
  }

  @Test
  void metricsLog_longRun_thinnedToWeightedMeans() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (MetricsLog log = new MetricsLog(out)) {
      // 4,000 steps to come: two a line.
      log.onStart(new TrainingStart(0, 2000, 2, 200, 100, 1, 1, "threads"));
      log.onStep(RunFixture.step(3));
      log.onStep(RunFixture.step(4));
    }
    List<JsonNode> lines = lines(out);

    assertEquals(2, lines.size());
    assertEquals((50 / 3.0 + 100 / 4.0) / 150, lines.get(1).get("loss").asDouble(), 1e-15);
    assertEquals(150, lines.get(1).get("rows").asLong());
    assertEquals(3.5, lines.get(1).get("millisPerStep").asDouble());
  }

  @Test
  void summary_finishedRun_hasEveryKeyOfTheFormat() throws IOException {
    JsonNode summary = JSON.readTree(Json.indented(RunFixture.summary("digits").toMap()));
    List<String> keys = new ArrayList<>();
    summary.fieldNames().forEachRemaining(keys::add);

    assertTrue(
        keys.containsAll(
            Arrays.asList(
                "name",
                "status",
                "epochs",
                "steps",
                "seconds",
                "totalSeconds",
                "resumedAfterStep",
                "examplesPerSecond",
                "microShards",
                "tasksPerStep",
                "parameters",
                "weightsSha256",
                "train",
                "validation",
                "rows",
                "stepMillis")),
        keys::toString);
    assertFalse(keys.contains("test"), "there were no test data");
    assertEquals("completed", summary.get("status").asText());
    assertEquals(250.0, summary.get("examplesPerSecond").asDouble(), "500 rows in 2 s");
    assertEquals(3, summary.get("rows").get("rejected").asLong());
    // Steps took 1 to 6 ms; bins are 1.6 percent wide.
    assertEquals(3.0, summary.get("stepMillis").get("median").asDouble(), 0.05);
    assertEquals(6.0, summary.get("stepMillis").get("p95").asDouble(), 0.1);
    assertEquals(0.5, summary.get("stepMillis").get("compute").asDouble(), 0.01);
  }

  @Test
  void report_jobNameWithMarkup_isWellFormedAndEscaped() throws Exception {
    HtmlReport report = new HtmlReport();
    RunFixture.play(report);
    String page =
        report.render(
            RunFixture.summary("<script>alert('1')</script> & \"co\""),
            Map.of("job", Map.of("name", "</pre><img src=x>")));

    assertFalse(page.contains("<script"), page);
    assertFalse(page.contains("<img"), page);
    String xml = page.replace("<!DOCTYPE html>", "").replace("<meta charset='utf-8'>", "");
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    assertEquals(
        "<script>alert('1')</script> & \"co\"",
        document.getElementsByTagName("h1").item(0).getTextContent());
    // Loss by step, then loss and accuracy by epoch.
    assertEquals(3, document.getElementsByTagName("svg").getLength());
    assertTrue(page.contains("points='") && !page.contains("NaN,") && !page.contains(",NaN"));
  }

  @Test
  void svgChart_constantAndNonFinite_drawsFinitePointsOnly() {
    String svg =
        SvgChart.render(
            "flat",
            "x",
            List.of(
                new Series(
                    "a",
                    List.of(
                        new Series.Point(1, 2),
                        new Series.Point(2, Double.NaN),
                        new Series.Point(3, 2)))));

    assertFalse(svg.contains("NaN"), svg);
    String points = svg.replaceAll("(?s).*points='([^']*)'.*", "$1");
    assertEquals(2, points.chars().filter(c -> c == ',').count(), points);
  }

  @Test
  void progress_terminal_redrawsOneLineAndKeepsEpochs() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    AtomicLong clock = new AtomicLong();
    Progress progress =
        new Progress(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            true,
            () -> clock.addAndGet(150_000_000));
    RunFixture.play(progress);
    String text = out.toString(StandardCharsets.UTF_8);

    assertTrue(
        text.contains("\r[=====           ]") || text.contains("\r[==========      ]"), text);
    assertTrue(text.contains("epoch 1/2  0.5 s  500 examples/s  train loss 0.5000"), text);
    assertTrue(text.contains("validation loss 0.3000 accuracy 0.8500"), text);
    assertFalse(text.endsWith("]"), "the line is erased at the end");
  }

  @Test
  void progress_noTerminal_plainLinesEveryFiveSeconds() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    AtomicLong clock = new AtomicLong();
    Progress progress =
        new Progress(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            false,
            () -> clock.addAndGet(2_000_000_000L));
    RunFixture.play(progress);
    String text = out.toString(StandardCharsets.UTF_8);

    assertFalse(text.contains("\r"), text);
    assertEquals(2, text.lines().filter(line -> line.contains("ETA")).count(), text);
    assertTrue(text.contains("epoch 1/2 step 3/3  loss 0.3333  42 examples/s  ETA 0:06"), text);
  }

  @Test
  void manifest_anyRun_saysWhatItIsAndWhereItRan() throws IOException {
    JsonNode manifest =
        JSON.readTree(Json.indented(Manifest.create(Map.of("name", "digits"), Map.of("seed", 7L))));

    assertEquals(Manifest.FORMAT, manifest.get("format").asText());
    assertEquals(7, manifest.get("seed").asLong());
    assertEquals("digits", manifest.get("job").get("name").asText());
    assertTrue(manifest.get("machine").get("jvm").asText().contains("17"));
    assertTrue(manifest.get("machine").get("processors").asInt() >= 1);
  }

  private static List<JsonNode> lines(ByteArrayOutputStream out) throws IOException {
    List<JsonNode> nodes = new ArrayList<>();
    for (String line : out.toString(StandardCharsets.UTF_8).lines().toList()) {
      nodes.add(JSON.readTree(line));
    }
    return nodes;
  }
}
