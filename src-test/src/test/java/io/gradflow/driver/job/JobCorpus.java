package io.gradflow.driver.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The job files below the test resources. */
final class JobCorpus {
  static final String EXPECT = "# expect: ";

  /** A broken job file: its first lines are comments that list its faults. */
  record Broken(String name, String text) {
    /** {@code line:column message} each, the message as it begins. */
    List<String> expected() {
      return text.lines()
          .takeWhile(line -> line.startsWith(EXPECT))
          .map(line -> line.substring(EXPECT.length()))
          .toList();
    }
  }

  private JobCorpus() {}

  static List<Broken> broken() {
    try (Stream<Path> files =
        Files.list(Path.of(JobCorpus.class.getResource("/broken/jobs").toURI()))) {
      return files
          .sorted()
          .map(file -> new Broken(file.getFileName().toString(), read(file)))
          .toList();
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A job that uses many keys and both ways of writing things. */
  static String good(String name) {
    try {
      return read(Path.of(JobCorpus.class.getResource("/job/" + name).toURI()));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
