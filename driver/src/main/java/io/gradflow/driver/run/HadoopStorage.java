package io.gradflow.driver.run;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.error.Redaction;
import io.gradflow.common.model.Storage;
import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.security.AccessControlException;

/**
 * {@link Storage} on any Hadoop file system; the path's scheme says which ({@code file:}, {@code
 * hdfs:}, {@code s3a:} ...).
 *
 * <p>Where renaming is a copy (object stores) a reader may find a file missing for a moment, never
 * half written; what must not be half seen is published by writing its manifest last.
 */
public final class HadoopStorage implements Storage {
  private final Path root;
  private final FileSystem files;

  /**
   * The storage for a path or URI; without a scheme it is on the default file system. Local paths
   * get {@link Storage#local}, which leaves no checksum files behind.
   */
  public static Storage at(String path, Configuration configuration) throws IOException {
    HadoopStorage storage = new HadoopStorage(new Path(path), configuration);
    return storage.files instanceof LocalFileSystem
        ? Storage.local(java.nio.file.Path.of(storage.root.toUri().getPath()))
        : storage;
  }

  /**
   * @param root a path or URI; without a scheme it is on the default file system
   * @throws GradflowException USAGE if no file system handles the scheme
   */
  public HadoopStorage(Path root, Configuration configuration) throws IOException {
    try {
      this.files = root.getFileSystem(configuration);
    } catch (UnsupportedFileSystemException e) {
      throw new GradflowException(
          ExitCode.USAGE,
          root
              + ": no file system for scheme "
              + root.toUri().getScheme()
              + "; add its connector's jar to Spark's classpath",
          e);
    }
    this.root = files.makeQualified(root);
  }

  private HadoopStorage(Path root, FileSystem files) {
    this.root = root;
    this.files = files;
  }

  @Override
  public String location(String name) {
    Path path = resolve(name);
    return path.toUri().getScheme().equals("file")
        ? path.toUri().getPath()
        : Redaction.text(path.toString());
  }

  @Override
  public InputStream open(String name) throws IOException {
    try {
      return files.open(resolve(name));
    } catch (FileNotFoundException e) {
      throw new GradflowException(
          ExitCode.INPUT_MISSING, "no file " + location(name) + "; check the path", e);
    }
  }

  @Override
  public void write(String name, Content content) throws IOException {
    Path file = resolve(name);
    Path temporary = new Path(file.getParent(), "." + file.getName() + ".tmp");
    try (FSDataOutputStream stream = create(temporary, name);
        OutputStream out = new BufferedOutputStream(stream)) {
      content.writeTo(out);
      out.flush();
      if (stream.hasCapability(StreamCapabilities.HSYNC)) {
        stream.hsync();
      }
    }
    // rename() does not replace.
    files.delete(file, false);
    if (!files.rename(temporary, file)) {
      throw new IOException("cannot rename " + temporary + " to " + file);
    }
  }

  @Override
  public boolean create(String name, byte[] content) throws IOException {
    Path file = resolve(name);
    try {
      files.mkdirs(file.getParent());
      try (OutputStream out = files.create(file, false)) {
        out.write(content);
      }
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (AccessControlException | FileNotFoundException | ParentNotDirectoryException e) {
      throw blocked(name, e);
    }
  }

  @Override
  public OutputStream grow(String name) throws IOException {
    FSDataOutputStream file = create(resolve(name), name);
    return new BufferedOutputStream(file) {
      @Override
      public synchronized void flush() throws IOException {
        super.flush();
        if (file.hasCapability(StreamCapabilities.HSYNC)) {
          file.hflush();
        }
      }
    };
  }

  @Override
  public boolean exists(String name) throws IOException {
    return files.exists(resolve(name));
  }

  @Override
  public List<String> list(String name) throws IOException {
    try {
      return Arrays.stream(files.listStatus(resolve(name)))
          .map(status -> status.getPath().getName())
          .sorted()
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  @Override
  public void delete(String name) throws IOException {
    files.delete(resolve(name), true);
  }

  @Override
  public Storage below(String name) {
    return new HadoopStorage(resolve(name), files);
  }

  private Path resolve(String name) {
    return name.isEmpty() ? root : new Path(root, name);
  }

  private FSDataOutputStream create(Path file, String name) throws IOException {
    try {
      files.mkdirs(file.getParent());
      return files.create(file, true);
    } catch (AccessControlException
        | FileAlreadyExistsException
        | FileNotFoundException
        | ParentNotDirectoryException e) {
      throw blocked(name, e);
    }
  }

  private GradflowException blocked(String name, IOException e) {
    return new GradflowException(
        ExitCode.OUTPUT_BLOCKED,
        "cannot write " + location(name) + ": " + e.getMessage() + "; choose another output",
        e);
  }
}
