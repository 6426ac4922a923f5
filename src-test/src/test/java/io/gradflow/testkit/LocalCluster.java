package io.gradflow.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;

/**
 * Spark's {@code local-cluster} master in a JVM of its own: a master, two workers and two executor
 * processes of one core each, from the jars of this test's class path. Executors fetch Gradflow's
 * classes as an application's jar, as on any cluster, so that Spark's own class loader there does
 * not know them. A run costs half a minute.
 */
public final class LocalCluster {
  private static final long TIMEOUT_MINUTES = 4;

  private static final String JAR = "gradflow.test.jar";

  private LocalCluster() {}

  /**
   * Runs a class's main method in a new JVM from which {@link #conf()} works.
   *
   * @param directory for Spark's home and work files, and the output
   * @return what it printed on stdout, line by line
   * @throws AssertionError if it fails or takes too long, with what it printed
   */
  public static List<String> run(Class<?> main, Path directory, String... args)
      throws IOException, InterruptedException {
    Path jar = jar(directory);
    List<String> command = java();
    command.addAll(
        List.of("-Xmx512m", "-Dlog4j2.level=ERROR", "-D" + JAR + "=" + jar, main.getName()));
    command.addAll(List.of(args));
    Path out = directory.resolve("stdout");
    Path err = directory.resolve("stderr");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    environment(builder.environment(), directory);
    Process process = builder.start();
    try {
      if (!process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES)) {
        throw new AssertionError("no end in " + TIMEOUT_MINUTES + " min\n" + tail(err));
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      throw new AssertionError("exit " + process.exitValue() + "\n" + tail(err));
    }
    return Files.readAllLines(out);
  }

  /** The command that starts this JVM's own java, with its options for modules. */
  public static List<String> java() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (option.startsWith("--add-") || option.startsWith("-XX:+Ignore")) {
        command.add(option);
      }
    }
    return command;
  }

  /** What a process needs to be Spark's driver, master or worker from this test's class path. */
  public static void environment(Map<String, String> environment, Path directory)
      throws IOException {
    Files.createDirectories(directory.resolve("spark-home/jars"));
    environment.put("SPARK_HOME", directory.resolve("spark-home").toString());
    environment.put("SPARK_SCALA_VERSION", "2.13");
    environment.put("SPARK_LOCAL_IP", "127.0.0.1");
    environment.put("CLASSPATH", System.getProperty("java.class.path"));
  }

  /** Writes what executors fetch as the application's jar, and says where it is. */
  public static Path jar(Path directory) throws IOException {
    Path jar = directory.resolve("gradflow-tests.jar");
    ClassPathJar.write(jar);
    return jar;
  }

  /** Settings of an application whose executors are processes of this test's class path. */
  public static Map<String, String> settings(Path jar) {
    return Map.of(
        "spark.ui.enabled",
        "false",
        "spark.executor.memory",
        "512m",
        "spark.jars",
        jar.toString(),
        "spark.executor.extraClassPath",
        ClassPathJar.otherEntries(),
        "spark.kryo.registrationRequired",
        "true");
  }

  /** Within such a JVM: settings of an application on two executor processes. */
  public static SparkConf conf() {
    SparkConf conf =
        new SparkConf()
            .setMaster("local-cluster[2,1,1024]")
            .setAppName("gradflow-tests")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1")
            .set("spark.log.level", "ERROR");
    settings(Path.of(System.getProperty(JAR))).forEach(conf::set);
    return conf;
  }

  /** Within such a JVM: kills one executor process; false if there is none. */
  public static boolean killAnExecutor() {
    return executors().findFirst().map(ProcessHandle::destroyForcibly).orElse(false);
  }

  /**
   * Within such a JVM: sends one executor process a signal.
   *
   * @param name e.g. {@code STOP}
   * @return its process id
   */
  public static long signalAnExecutor(String name) {
    long pid = executors().findFirst().orElseThrow().pid();
    signal(pid, name);
    return pid;
  }

  /** Sends a process a signal. */
  public static void signal(long pid, String name) {
    try {
      LocalCommand.run("kill", "-" + name, Long.toString(pid));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // The workers run within the driver's JVM, and start no other Java processes than executors.
  private static Stream<ProcessHandle> executors() {
    return ProcessHandle.current()
        .children()
        .filter(child -> child.info().command().orElse("").endsWith("java"));
  }

  private static String tail(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
  }
}
