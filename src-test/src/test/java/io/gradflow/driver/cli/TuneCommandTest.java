package io.gradflow.driver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.spec.SpecReader;
import io.gradflow.driver.job.JobFile;
import io.gradflow.driver.search.Tune;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TuneCommandTest {
  @TempDir Path directory;

  @BeforeEach
  void job() throws IOException {
    Blobs.write(directory);
  }

  private Path space(String search, String more) throws IOException {
    return Files.writeString(
        directory.resolve("space.yaml"),
        """
        job: blobs.yaml
        search: %s
        %s
        parameters:
          optimizer.adam.learningRate: {log: {from: 0.0001, to: 0.1}}
          model.layers[0].dense.units: {values: [4, 16]}
        """
            .formatted(search, more));
  }

  private Shell.Result tune(Path space, String output) {
    return Shell.run(
        "tune", space, "--set", "train.epochs=3", "--output", directory.resolve(output));
  }

  @Test
  void tune_random_leavesTableAndABestJobThatTrains() throws IOException {
    Shell.Result result = tune(space("{random: {trials: 4}}", "parallel: 2"), "tune");
    assertEquals(0, result.code(), result.err());
    Path output = directory.resolve("tune");
    List<String> table = Files.readAllLines(output.resolve("trials.csv"));
    assertEquals(6, table.size(), table.toString());
    assertTrue(table.get(0).startsWith("trial,validation.loss,epochs,seconds,status,"));
    assertTrue(Files.readString(output.resolve("trials.svg")).startsWith("<svg xmlns="));
    assertTrue(result.out().contains("best: trial "), result.out());

    Path run = directory.resolve("best-run");
    Shell.Result trained =
        Shell.run("train", output.resolve("best.yaml"), "--output", run, "--json");
    assertEquals(0, trained.code(), trained.err());
  }

  @Test
  void tune_parallelOrNot_triesAndFindsTheSame() throws IOException {
    Path space = space("{tpe: {trials: 5, startup: 2}}", "parallel: 2");
    assertEquals(0, tune(space, "a").code());
    assertEquals(0, tune(space, "b").code());
    List<String> a = withoutTimes(directory.resolve("a"));
    assertEquals(a, withoutTimes(directory.resolve("b")));
    // Trial 1 waits for nothing: it is the same one after the other, too.
    tune(space("{tpe: {trials: 5, startup: 2}}", "parallel: 1"), "c");
    assertEquals(a.get(2), withoutTimes(directory.resolve("c")).get(2));
  }

  private static List<String> withoutTimes(Path output) throws IOException {
    return Files.readAllLines(output.resolve("trials.csv")).stream()
        .map(line -> line.replaceFirst("^(\\d+,[^,]*,\\d+),[^,]*,", "$1,"))
        .toList();
  }

  @Test
  void tune_again_goesOnAfterTheTrialsThatAreThere() throws IOException {
    Path space = space("{random: {trials: 3}}", "");
    assertEquals(0, tune(space, "tune").code());
    Path third = directory.resolve("tune/trials/0003.json");
    String before = Files.readString(directory.resolve("tune/trials/0002.json"));
    Files.delete(third);
    Shell.Result again = tune(space, "tune");
    assertEquals(0, again.code(), again.err());
    assertTrue(Files.exists(third));
    assertEquals(before, Files.readString(directory.resolve("tune/trials/0002.json")));
    assertTrue(again.err().contains("trial 3:") && !again.err().contains("trial 2:"), again.err());

    Shell.Result other = tune(space("{random: {trials: 9}}", ""), "tune");
    assertEquals(73, other.code());
    assertTrue(other.err().contains("is of another search"), other.err());
  }

  @Test
  void tune_ashaAndPopulation_giveUpAndExchange() throws IOException {
    Shell.Result asha =
        tune(space("{random: {trials: 5}}", "stopping: {asha: {factor: 2}}"), "asha");
    assertEquals(0, asha.code(), asha.err());
    assertTrue(asha.out().contains("givenUp"), asha.out());

    Path space =
        Files.writeString(
            directory.resolve("population.yaml"),
            """
            job: blobs.yaml
            search: {population: {members: 4}}
            parameters: {optimizer.adam.learningRate: {log: {from: 0.0001, to: 0.1}}}
            """);
    Shell.Result population = tune(space, "population");
    assertEquals(0, population.code(), population.err());
    assertTrue(population.err().contains("round 3: all members after epoch 3"), population.err());
    assertEquals(5, Files.readAllLines(directory.resolve("population/trials.csv")).size());
  }

  @Test
  void tune_keyThatTheJobHasNot_isABadJob() throws IOException {
    Path space =
        Files.writeString(
            directory.resolve("wrong.yaml"),
            "{job: blobs.yaml, parameters: {optimizer.adam.rate: {values: [1]}}}");
    Shell.Result result = tune(space, "wrong");
    assertEquals(78, result.code(), result.err());
    assertTrue(result.err().contains("rate"), result.err());
  }

  @Test
  void read_examples_makeJobsAtBothEndsOfEveryRange() throws IOException {
    Path example = Path.of("../deploy/examples/search/breast-cancer.yaml");
    Tune tune = SpecReader.readYaml(Files.readString(example), "example", Tune.class);
    Path job = example.resolveSibling(tune.job());
    for (double u : new double[] {0, Math.nextDown(1.0)}) {
      double[] place = new double[tune.space().size()];
      Arrays.fill(place, u);
      List<String> values = new ArrayList<>();
      tune.space().values(place).forEach((key, value) -> values.add(key + "=" + value));
      JobFile.read(Files.readString(job), job.toString(), values);
    }
  }

  @Test
  void lrFind_blobs_plotsAndSuggests() throws IOException {
    Path plot = directory.resolve("rates.svg");
    Shell.Result result =
        Shell.run("lr-find", directory.resolve("blobs.yaml"), "--steps", 100, "--plot", plot);
    assertEquals(0, result.code(), result.err());
    assertTrue(result.out().contains("suggested learning rate: "), result.out());
    assertTrue(result.out().contains("log10 of the learning rate"), result.out());
    assertTrue(Files.readString(plot).contains("<polyline"), "no curve");
    String rate = result.out().replaceAll("(?s).*suggested learning rate: (\\S+).*", "$1");
    double suggested = Double.parseDouble(rate);
    assertTrue(suggested > 1e-4 && suggested < 2, "suggested " + suggested);
  }
}
