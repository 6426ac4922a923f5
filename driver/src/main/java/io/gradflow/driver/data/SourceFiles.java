package io.gradflow.driver.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** The files of a source. */
final class SourceFiles {
  private SourceFiles() {}

  /** Those that globs name or that lie below what they name, hidden ones aside. */
  static List<FileStatus> below(List<String> globs, Configuration configuration)
      throws IOException {
    List<FileStatus> below = new ArrayList<>();
    for (String glob : globs) {
      Path path = new Path(glob);
      FileSystem files = path.getFileSystem(configuration);
      FileStatus[] found = files.globStatus(path);
      for (FileStatus each : found == null ? new FileStatus[0] : found) {
        RemoteIterator<? extends FileStatus> all = files.listFiles(each.getPath(), true);
        while (all.hasNext()) {
          FileStatus file = all.next();
          char first = file.getPath().getName().charAt(0);
          if (first != '_' && first != '.') {
            below.add(file);
          }
        }
      }
    }
    return below;
  }
}
