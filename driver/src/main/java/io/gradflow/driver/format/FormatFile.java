package io.gradflow.driver.format;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** A file that may be opened again and again; unpacked on the way if its name ends in .gz. */
record FormatFile(Path path, Configuration configuration) {
  /** All files of a path: a file, those of a directory, those that a glob matches; by name. */
  static List<FormatFile> of(String path, Configuration configuration) throws IOException {
    Path root = new Path(path);
    List<FormatFile> files = new ArrayList<>();
    for (FileStatus found : root.getFileSystem(configuration).globStatus(root)) {
      FileStatus[] all =
          found.isDirectory()
              ? found.getPath().getFileSystem(configuration).listStatus(found.getPath())
              : new FileStatus[] {found};
      for (FileStatus file : all) {
        String name = file.getPath().getName();
        if (file.isFile() && !name.startsWith("_") && !name.startsWith(".")) {
          files.add(new FormatFile(file.getPath(), configuration));
        }
      }
    }
    files.sort((a, b) -> a.path.compareTo(b.path));
    return files;
  }

  InputStream open() throws IOException {
    InputStream raw = path.getFileSystem(configuration).open(path);
    return new BufferedInputStream(
        path.getName().endsWith(".gz") ? new GZIPInputStream(raw) : raw, 1 << 16);
  }

  /** A file of another name in the same directory. */
  FormatFile beside(String name) {
    return new FormatFile(new Path(path.getParent(), name), configuration);
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
