package io.gradflow.deploy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A clone with the real launcher and stand-ins for what it calls: java, Maven and spark-submit, all
 * shell scripts. Its path has spaces.
 */
final class Clone {
  /** The bytes of an empty zip file: just its end record. */
  private static final String WRITE_EMPTY_ZIP =
      "printf"
          + " 'PK\\005\\006\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000'";

  final Path root;
  final Map<String, String> environment = new HashMap<>();

  private Clone(Path root) {
    this.root = root;
  }

  /** A fresh clone, nothing built, no SPARK_HOME. */
  static Clone fresh(Path folder) throws IOException {
    Clone clone = new Clone(folder.toRealPath().resolve("my clone"));
    Path launcher = Path.of("..", "deploy", "bin", "gradflow");
    clone.script("deploy/bin/gradflow", Files.readString(launcher));
    Files.createDirectories(clone.root.resolve("deploy/conf"));
    Files.copy(
        Path.of("..", "deploy", "conf", "log4j2.properties"),
        clone.root.resolve("deploy/conf/log4j2.properties"));
    clone.java("17.0.15");
    clone.environment.put("JAVA_HOME", clone.root.resolve("a jdk").toString());
    clone.environment.put("GRADFLOW_PLATFORM", "linux-x86_64");
    clone.environment.put("PATH", System.getenv("PATH"));
    return clone;
  }

  /** A clone whose SPARK_HOME has a spark-submit that prints its words and exits with the code. */
  static Clone withSpark(Path folder, int exitCode) throws IOException {
    Clone clone = fresh(folder);
    clone.script("a spark/bin/spark-submit", submit("given", exitCode));
    Files.createDirectories(clone.root.resolve("a spark/conf"));
    clone.environment.put("SPARK_HOME", clone.root.resolve("a spark").toString());
    Path jar = Files.writeString(clone.root.resolve("some.jar"), "");
    clone.environment.put("GRADFLOW_JAR", jar.toString());
    return clone;
  }

  /** A Maven that builds whatever it is asked for, waiting for the file {@code go} if told to. */
  Clone maven(boolean waits) throws IOException {
    script(
        "mvnw",
        "echo \"$*\" >>runs\n"
            + (waits ? "until [ -e go ]; do sleep 0.05; done\n" : "")
            + "case \" $* \" in *\" deploy \"*|*\" deploy,\"*) mkdir -p deploy/target; "
            + WRITE_EMPTY_ZIP
            + " >deploy/target/gradflow_2.13-1.0-linux-x86_64.jar;; esac\n"
            + "case \"$*\" in *deploy/spark-home*) mkdir -p deploy/target/spark/bin; "
            + "cp own-submit deploy/target/spark/bin/spark-submit;; esac\n");
    script("own-submit", submit("own", 0));
    return this;
  }

  /** A java that says it is of this version, and otherwise prints its words. */
  void java(String version) throws IOException {
    script(
        "a jdk/bin/java",
        "[ \"$1\" != -version ] || { echo 'openjdk version \""
            + version
            + "\" 2025-04-15' >&2; exit 0; }\necho java\nfor a; do echo \"[$a]\"; done\n");
  }

  void script(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text.startsWith("#!") ? text : "#!/usr/bin/env bash\n" + text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** How often Maven ran, and with which words. */
  List<String> builds() throws IOException {
    Path runs = root.resolve("runs");
    return Files.exists(runs) ? Files.readAllLines(runs) : List.of();
  }

  Outcome run(String... arguments) {
    return run(root.resolve("deploy/bin/gradflow"), root, arguments);
  }

  Outcome run(Path launcher, Path workingFolder, String... arguments) {
    Running running = start(launcher, workingFolder, arguments);
    return running.end();
  }

  Running start(Path launcher, Path workingFolder, String... arguments) {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(workingFolder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    try {
      return new Running(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String submit(String which, int exitCode) {
    return "echo "
        + which
        + "\nfor a; do echo \"[$a]\"; done\n"
        + "echo \"opts=${SPARK_SUBMIT_OPTS-}\"\necho \"conf=${SPARK_CONF_DIR-}\"\nexit "
        + exitCode
        + "\n";
  }

  /** A launcher that is running. */
  static final class Running {
    private final Process process;
    private final BufferedReader errors;
    private final StringBuilder said = new StringBuilder();

    Running(Process process) {
      this.process = process;
      this.errors =
          new BufferedReader(
              new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
    }

    /** Waits for a line on stderr that holds the text. */
    void awaitError(String text) throws IOException {
      for (String line = errors.readLine(); line != null; line = errors.readLine()) {
        said.append(line).append('\n');
        if (line.contains(text)) {
          return;
        }
      }
      throw new AssertionError("never said '" + text + "' but:\n" + said);
    }

    Outcome end() {
      try (BufferedReader rest = errors) {
        byte[] output = process.getInputStream().readAllBytes();
        rest.lines().forEach(line -> said.append(line).append('\n'));
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new AssertionError("the launcher closed its output and does not end");
        }
        String text = new String(output, StandardCharsets.UTF_8);
        return new Outcome(process.exitValue(), text.lines().toList(), said.toString());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** What a launcher did. */
  record Outcome(int code, List<String> output, String errors) {
    /** The words that spark-submit got before the jar. */
    List<String> sparkWords() {
      return output.subList(1, jarIndex());
    }

    /** The words that Gradflow got. */
    List<String> gradflowWords() {
      return output.subList(jarIndex() + 1, output.size() - 2);
    }

    String value(String name) {
      return output.stream()
          .filter(line -> line.startsWith(name + "="))
          .findFirst()
          .orElseThrow()
          .substring(name.length() + 1);
    }

    private int jarIndex() {
      for (int i = 0; i < output.size(); i++) {
        if (output.get(i).endsWith(".jar]")) {
          return i;
        }
      }
      throw new AssertionError("no jar was submitted: " + this);
    }
  }
}
