package io.gradflow.driver.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Files without a byte. Spark passes them over, so that an image or a part of a table that was
 * never written would be missed by nobody.
 */
final class EmptyFiles {
  private EmptyFiles() {}

  /** The empty ones of the files that globs name or that lie below them, hidden files aside. */
  static List<Path> below(List<String> globs, Configuration configuration) throws IOException {
    List<Path> empty = new ArrayList<>();
    for (String glob : globs) {
      Path path = new Path(glob);
      FileSystem files = path.getFileSystem(configuration);
      FileStatus[] found = files.globStatus(path);
      for (FileStatus each : found == null ? new FileStatus[0] : found) {
        RemoteIterator<LocatedFileStatus> all = files.listFiles(each.getPath(), true);
        while (all.hasNext()) {
          LocatedFileStatus file = all.next();
          char first = file.getPath().getName().charAt(0);
          if (file.getLen() == 0 && first != '_' && first != '.') {
            empty.add(file.getPath());
          }
        }
      }
    }
    return empty;
  }
}
