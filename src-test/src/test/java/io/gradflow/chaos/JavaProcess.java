package io.gradflow.chaos;

import io.gradflow.testkit.LocalCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A Java process of the test's own, with what it started; all of it ends when this is closed, each
 * process by its id.
 */
final class JavaProcess implements AutoCloseable {
  /** Options of JVMs that live for seconds and share two cores with many others. */
  static final String LEAN = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

  private final Process process;
  private final Path errors;
  private final long started = System.nanoTime();
  private final Set<ProcessHandle> known = new LinkedHashSet<>();
  private final Thread atExit = new Thread(this::destroy, "chaos-at-exit");
  private int mark;

  private JavaProcess(Process process, Path errors) {
    this.process = process;
    this.errors = errors;
    // A test that is interrupted must not leave clusters behind.
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Starts it.
   *
   * @param before words before the command, e.g. to enter a network namespace
   * @param directory where it runs, and its output is kept by name
   * @param host the address that Spark takes for this machine's
   * @param words options of the JVM, the main class, its arguments
   */
  static JavaProcess start(
      String name, List<String> before, Path directory, String host, List<String> words)
      throws IOException {
    List<String> command = new ArrayList<>(before);
    command.addAll(LocalCluster.java());
    command.addAll(List.of(LEAN.split(" ")));
    command.addAll(words);
    Path errors = directory.resolve(name + ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(directory.resolve(name + ".out").toFile())
            .redirectError(errors.toFile());
    LocalCluster.environment(builder.environment(), directory);
    builder.environment().put("SPARK_LOCAL_IP", host);
    builder.environment().put("SPARK_LOCAL_HOSTNAME", host);
    return new JavaProcess(builder.start(), errors);
  }

  /** What it has said on stderr since it was {@link #mark}ed. */
  String said() throws IOException {
    return Files.readString(errors).substring(mark);
  }

  /** From now on what was said before does not count, up to the end of this text. */
  void mark(String text) throws IOException {
    mark += said().indexOf(text) + text.length();
  }

  /** Waits until stderr has a text; false if the process ended before. */
  boolean awaitText(String text, long seconds) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (!said().contains(text)) {
      if (!process.isAlive()) {
        return said().contains(text);
      }
      if (System.nanoTime() > end) {
        throw new AssertionError("no \"" + text + "\" in " + seconds + " s:\n" + said());
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    return true;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  double seconds() {
    return (System.nanoTime() - started) / 1e9;
  }

  /** The Java processes that it has started and that are alive, the first first. */
  List<ProcessHandle> children() {
    List<ProcessHandle> children =
        process
            .children()
            .filter(child -> child.info().command().orElse("").endsWith("java"))
            .toList();
    known.addAll(children);
    return children;
  }

  /** Ends it and its children without notice. */
  void kill() throws InterruptedException {
    children();
    process.destroyForcibly().waitFor();
    known.forEach(ProcessHandle::destroyForcibly);
  }

  /** Asks it to end, as a cluster's preemption does. */
  void terminate() {
    process.destroy();
  }

  /** Its exit code. */
  int await(long seconds) throws IOException, InterruptedException {
    children();
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      throw new AssertionError("no end in " + seconds + " s:\n" + said());
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    destroy();
    Runtime.getRuntime().removeShutdownHook(atExit);
  }

  private void destroy() {
    children();
    process.destroyForcibly();
    known.forEach(ProcessHandle::destroyForcibly);
  }
}
