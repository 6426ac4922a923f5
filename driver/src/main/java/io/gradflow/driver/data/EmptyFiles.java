package io.gradflow.driver.data;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * Files without a byte. Spark passes them over, so that an image or a part of a table that was
 * never written would be missed by nobody.
 */
final class EmptyFiles {
  private EmptyFiles() {}

  /** The empty ones of the files that globs name or that lie below them, hidden files aside. */
  static List<Path> below(List<String> globs, Configuration configuration) throws IOException {
    return SourceFiles.below(globs, configuration).stream()
        .filter(file -> file.getLen() == 0)
        .map(FileStatus::getPath)
        .toList();
  }
}
