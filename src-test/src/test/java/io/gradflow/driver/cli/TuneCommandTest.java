package io.gradflow.driver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.model.Storage;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.driver.job.JobFile;
import io.gradflow.driver.run.Tuning;
import io.gradflow.driver.search.Tune;
import io.gradflow.testkit.SparkSessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
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
    String search = "{tpe: {trials: 6, startup: 2, ahead: 2}}";
    String stopping = "stopping: {asha: {factor: 2}}\nparallel: ";
    assertEquals(0, tune(space(search, stopping + 1), "a").code());
    assertEquals(0, tune(space(search, stopping + 2), "b").code());
    List<String> a = withoutTimes(directory.resolve("a"));
    assertEquals(a, withoutTimes(directory.resolve("b")));
    assertTrue(a.toString().contains("givenUp"), a.toString());
    // A search that goes on judges by the trials that were there before.
    Files.delete(directory.resolve("b/trials/0005.json"));
    Files.delete(directory.resolve("b/trials/0006.json"));
    assertEquals(0, tune(space(search, stopping + 2), "b").code());
    assertEquals(a, withoutTimes(directory.resolve("b")));
  }

  @Test
  void tune_populationInParallelOrResumed_findsTheSame() throws IOException {
    Path one = population("parallel: 1");
    assertEquals(0, tune(one, "a").code());
    List<String> a = withoutTimes(directory.resolve("a"));
    Path two = population("parallel: 2");
    assertEquals(0, tune(two, "b").code());
    assertEquals(a, withoutTimes(directory.resolve("b")));

    // Stopped when the first member has trained its second round.
    Path cut = directory.resolve("c");
    Path round = cut.resolve("population/0001/0002.json");
    GradflowException stopped =
        assertThrows(GradflowException.class, () -> tuneUntil(() -> Files.exists(round), two, cut));
    assertEquals(ExitCode.STOPPED, stopped.code());
    Path first = cut.resolve("population/0001/0001.json");
    FileTime before = Files.getLastModifiedTime(first);
    tuneUntil(() -> false, two, cut);
    assertEquals(a, withoutTimes(cut));
    assertEquals(before, Files.getLastModifiedTime(first));
  }

  private void tuneUntil(BooleanSupplier stop, Path space, Path output) throws IOException {
    Tune tune = SpecReader.readYaml(Files.readString(space), "space", Tune.class);
    Path job = directory.resolve(tune.job());
    new Tuning(
            SparkSessions.local2(),
            tune,
            Files.readString(job),
            job.toString(),
            List.of("train.epochs=3"))
        .run(Storage.local(output), line -> {}, stop);
  }

  private Path population(String more) throws IOException {
    return Files.writeString(
        directory.resolve("population.yaml"),
        """
        job: blobs.yaml
        search: {population: {members: 4}}
        %s
        parameters: {optimizer.adam.learningRate: {log: {from: 0.0001, to: 0.1}}}
        """
            .formatted(more));
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

    Shell.Result population = tune(population(""), "population");
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
