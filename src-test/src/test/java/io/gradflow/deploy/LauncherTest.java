package io.gradflow.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.deploy.Clone.Outcome;
import io.gradflow.deploy.Clone.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code deploy/bin/gradflow} with stand-ins for everything that it calls. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  private static final int USAGE = 64;
  private static final int UNAVAILABLE = 69;

  @TempDir private Path folder;

  @Test
  void options_ofSparkSubmit_reachItWhereverTheyStand() throws IOException {
    Outcome outcome =
        Clone.withSpark(folder, 0)
            .run(
                "--master",
                "local[2]",
                "train",
                "a job.yaml",
                "--conf",
                "spark.x=a b",
                "--properties-file=my conf",
                "--set",
                "a=b c",
                "--",
                "--jars",
                "x y.jar");
    assertEquals(
        List.of(
            "[--master]",
            "[local[2]]",
            "[--conf]",
            "[spark.x=a b]",
            "[--properties-file]",
            "[my conf]",
            "[--jars]"),
        withoutDefaults(outcome.output().subList(1, outcome.output().indexOf("[x y.jar]"))));
  }

  @Test
  void otherWords_reachGradflow_unchanged() throws IOException {
    Outcome outcome =
        Clone.withSpark(folder, 0)
            .run("train", "a job.yaml", "--master", "m", "--set", "a=$HOME '*' \"", "", "-v");
    assertEquals(
        List.of("[train]", "[a job.yaml]", "[--set]", "[a=$HOME '*' \"]", "[]", "[-v]"),
        outcome.gradflowWords());
    assertEquals("[--class]", outcome.sparkWords().get(outcome.sparkWords().size() - 2));
  }

  @Test
  void option_withoutItsValue_isAUsageError() throws IOException {
    Outcome outcome = Clone.withSpark(folder, 0).run("train", "job.yaml", "--conf");
    assertEquals(USAGE, outcome.code());
    assertEquals("gradflow: --conf needs a value\n", outcome.errors());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 64, 65, 66, 70, 73, 74, 75, 76, 78})
  void exitCode_ofSparkSubmit_isPassedOn(int code) throws IOException {
    assertEquals(code, Clone.withSpark(folder, code).run("train", "job.yaml").code());
  }

  @Test
  void launcher_throughRelativeLinksFromAnotherFolder_findsItself() throws IOException {
    Clone clone = Clone.fresh(folder).maven(false);
    Path elsewhere = Files.createDirectories(folder.toRealPath().resolve("else where"));
    Files.createSymbolicLink(clone.root.resolve("gf"), Path.of("deploy/bin/gradflow"));
    Path link = elsewhere.resolve("gradflow");
    Files.createSymbolicLink(link, Path.of("../my clone/gf"));
    Outcome outcome = clone.run(link, elsewhere, "train", "job.yaml");
    assertEquals(0, outcome.code(), outcome.errors());
    assertEquals("own", outcome.output().get(0));
    assertEquals(clone.root.resolve("deploy/conf").toString(), outcome.value("conf"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h", "--version", "-V", "help", ""})
  void help_needsNoSpark_andRunsPlainJava(String word) throws IOException {
    Clone clone = Clone.withSpark(folder, 99);
    Outcome outcome = word.isEmpty() ? clone.run() : clone.run(word);
    assertEquals(0, outcome.code(), outcome.errors());
    assertEquals("java", outcome.output().get(0));
    String classPath =
        clone.root.resolve("some.jar") + ":" + clone.root.resolve("a spark") + "/jars/*";
    assertTrue(outcome.output().contains("[" + classPath + "]"), outcome.output()::toString);
  }

  @Test
  void help_ofACommand_needsNoSparkEither() throws IOException {
    Outcome outcome = Clone.withSpark(folder, 99).run("train", "--help");
    assertEquals("[train]", outcome.output().get(outcome.output().size() - 2));
    assertEquals("[--help]", outcome.output().get(outcome.output().size() - 1));
  }

  @Test
  void driverMemory_whenNobodySetsIt_hasADefault() throws IOException {
    assertTrue(hasDefaultMemory(Clone.withSpark(folder, 0).run("train", "j")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--driver-memory 1g",
        "--conf spark.driver.memory=1g",
        "-- --driver-memory 1g",
        "-- --conf spark.driver.memory=1g",
        "-- --deploy-mode cluster"
      })
  void driverMemory_byOption_winsOverTheDefault(String options) throws IOException {
    assertFalse(
        hasDefaultMemory(Clone.withSpark(folder, 0).run(("train job.yaml " + options).split(" "))));
  }

  @Test
  void driverMemory_byEnvironment_winsOverTheDefault() throws IOException {
    Clone clone = Clone.withSpark(folder, 0);
    clone.environment.put("SPARK_DRIVER_MEMORY", "1g");
    assertFalse(hasDefaultMemory(clone.run("train", "job.yaml")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"spark.driver.memory 1g", "  spark.driver.memory=1g"})
  void driverMemory_bySparksFiles_winsOverTheDefault(String line) throws IOException {
    Clone clone = Clone.withSpark(folder, 0);
    Path mine = Files.writeString(clone.root.resolve("my.conf"), "a b\n" + line + "\n");
    assertFalse(hasDefaultMemory(clone.run("train", "--properties-file", mine.toString())));
    Files.copy(mine, clone.root.resolve("a spark/conf/spark-defaults.conf"));
    assertFalse(hasDefaultMemory(clone.run("train", "job.yaml")));
  }

  @Test
  void logging_withoutAConfigurationOfTheUser_isQuiet() throws IOException {
    Clone clone = Clone.withSpark(folder, 0);
    clone.environment.put("SPARK_SUBMIT_OPTS", "-Dmine=1");
    assertEquals(
        "\"-Dlog4j2.configurationFile="
            + clone.root.resolve("deploy/conf/log4j2.properties")
            + "\" -Dmine=1",
        clone.run("train", "job.yaml").value("opts"));
  }

  @Test
  void logging_configuredByTheUser_isLeftAlone() throws IOException {
    Clone clone = Clone.withSpark(folder, 0);
    clone.environment.put("SPARK_SUBMIT_OPTS", "-Dlog4j2.configurationFile=mine.xml");
    assertEquals(
        "-Dlog4j2.configurationFile=mine.xml", clone.run("train", "job.yaml").value("opts"));
    clone.environment.remove("SPARK_SUBMIT_OPTS");
    Files.writeString(clone.root.resolve("a spark/conf/log4j2.xml"), "<Configuration/>");
    assertEquals("", clone.run("train", "job.yaml").value("opts"));
  }

  @Test
  void java_missing_isNamed() throws IOException {
    Clone clone = Clone.withSpark(folder, 0);
    clone.environment.put("JAVA_HOME", "/nowhere/jdk");
    Outcome outcome = clone.run("train", "job.yaml");
    assertEquals(UNAVAILABLE, outcome.code());
    assertTrue(outcome.errors().contains("JAVA_HOME=/nowhere/jdk has no bin/java"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.8.0_402", "11.0.22", "16"})
  void java_tooOld_isNamed(String version) throws IOException {
    Clone clone = Clone.withSpark(folder, 0);
    clone.java(version);
    Outcome outcome = clone.run("train", "job.yaml");
    assertEquals(UNAVAILABLE, outcome.code());
    assertTrue(outcome.errors().contains("is Java " + version), outcome.errors());
  }

  @ParameterizedTest
  @ValueSource(strings = {"17", "21.0.2", "25-ea"})
  void java_newEnough_isTaken(String version) throws IOException {
    Clone clone = Clone.withSpark(folder, 0);
    clone.java(version);
    assertEquals(0, clone.run("train", "job.yaml").code());
  }

  @Test
  void sparkHome_withoutSparkSubmit_isNamed() throws IOException {
    Clone clone = Clone.withSpark(folder, 0);
    clone.environment.put("SPARK_HOME", "/nowhere/spark");
    Outcome outcome = clone.run("train", "job.yaml");
    assertEquals(UNAVAILABLE, outcome.code());
    assertTrue(outcome.errors().contains("SPARK_HOME=/nowhere/spark has no bin/spark-submit"));
  }

  @Test
  void sparkHome_ofAnotherMajorVersion_isRefused() throws IOException {
    Clone clone = Clone.withSpark(folder, 0);
    Path jars = Files.createDirectories(clone.root.resolve("a spark/jars"));
    Files.writeString(jars.resolve("spark-core_2.12-3.5.1.jar"), "");
    Outcome outcome = clone.run("train", "job.yaml");
    assertEquals(UNAVAILABLE, outcome.code());
    assertTrue(outcome.errors().contains("spark-core_2.12-3.5.1.jar"), outcome.errors());
  }

  @Test
  void firstUse_builds_andTheSecondDoesNot() throws IOException {
    Clone clone = Clone.fresh(folder).maven(false);
    Outcome first = clone.run("train", "job.yaml");
    assertEquals(0, first.code(), first.errors());
    assertEquals("own", first.output().get(0));
    assertEquals(1, clone.builds().size());
    assertTrue(clone.builds().get(0).contains("-pl deploy,deploy/spark-home -am"));
    Outcome second = clone.run("train", "job.yaml");
    assertEquals("", second.errors());
    assertEquals(1, clone.builds().size());
  }

  @Test
  void firstUse_withASparkHome_buildsTheJarAlone() throws IOException {
    Clone clone = Clone.withSpark(folder, 0).maven(false);
    clone.environment.remove("GRADFLOW_JAR");
    assertEquals("given", clone.run("train", "job.yaml").output().get(0));
    assertTrue(clone.builds().get(0).contains("-pl deploy -am"), clone.builds()::toString);
  }

  @Test
  void jar_cutShortByAStoppedBuild_isBuiltAgain() throws IOException {
    Clone clone = Clone.fresh(folder).maven(false);
    clone.run("train", "job.yaml");
    Path jar = clone.root.resolve("deploy/target/gradflow_2.13-1.0-linux-x86_64.jar");
    Files.writeString(jar, "PK and then nothing more");
    assertEquals(0, clone.run("train", "job.yaml").code());
    assertEquals(2, clone.builds().size());
  }

  @Test
  void build_thatFails_showsItsErrorsAndWhereTheLogIs() throws IOException {
    Clone clone = Clone.fresh(folder);
    clone.script("mvnw", "echo '[INFO] x'; echo '[ERROR] No space left on device'; exit 1");
    Outcome outcome = clone.run("train", "job.yaml");
    assertEquals(UNAVAILABLE, outcome.code());
    assertTrue(outcome.errors().contains("[ERROR] No space left on device"), outcome.errors());
    assertTrue(
        outcome.errors().contains("see " + clone.root.resolve("deploy/target/build.log")),
        outcome.errors());
    assertEquals(List.of(), outcome.output());
    assertFalse(
        Files.exists(clone.root.resolve("deploy/target/.build-lock"), LinkOption.NOFOLLOW_LINKS));
  }

  @Test
  void firstUses_atOnce_buildOnce() throws IOException {
    Clone clone = Clone.fresh(folder).maven(true);
    Path launcher = clone.root.resolve("deploy/bin/gradflow");
    Running first = clone.start(launcher, clone.root, "train", "1");
    first.awaitError("first use: building");
    Running second = clone.start(launcher, clone.root, "train", "2");
    second.awaitError("another process");
    Files.writeString(clone.root.resolve("go"), "");
    assertEquals(0, first.end().code());
    Outcome outcome = second.end();
    assertEquals(0, outcome.code());
    assertEquals("own", outcome.output().get(0));
    assertEquals(1, clone.builds().size());
  }

  @Test
  void lock_ofADeadBuilder_isTakenOver() throws IOException, InterruptedException {
    Clone clone = Clone.fresh(folder).maven(false);
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    Path target = Files.createDirectories(clone.root.resolve("deploy/target"));
    Files.createSymbolicLink(target.resolve(".build-lock"), Path.of("" + dead.pid()));
    assertEquals(0, clone.run("train", "job.yaml").code());
    assertEquals(1, clone.builds().size());
  }

  private static boolean hasDefaultMemory(Outcome outcome) {
    return outcome.output().stream()
        .anyMatch(word -> word.matches("\\[spark.driver.memory=\\d+m]"));
  }

  private static List<String> withoutDefaults(List<String> words) {
    boolean first = words.get(1).startsWith("[spark.driver.memory=");
    return first ? words.subList(2, words.size()) : words;
  }
}
