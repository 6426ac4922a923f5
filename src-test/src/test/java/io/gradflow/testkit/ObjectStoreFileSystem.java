package io.gradflow.testkit;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * An object store in memory, as Hadoop shows them ({@code gfstore://bucket/key}): an object is
 * there once its stream is closed, and whole; directories are nothing but common beginnings of
 * keys; renaming copies and then deletes object by object; nothing is appended or flushed. Whether
 * an object may be created is asked when its stream is opened, so two may think that they are
 * first.
 *
 * <p>All file systems of a JVM share the objects. {@link #dieAfter} makes every operation that
 * changes something fail from some point on, as if the process had been killed there.
 */
public final class ObjectStoreFileSystem extends FileSystem {
  public static final String SCHEME = "gfstore";

  private static final NavigableMap<String, byte[]> OBJECTS = new ConcurrentSkipListMap<>();
  private static final AtomicLong LEFT = new AtomicLong(Long.MAX_VALUE);

  private URI uri;

  /** Forgets all objects and dies no more. */
  public static void reset() {
    OBJECTS.clear();
    dieAfter(Long.MAX_VALUE);
  }

  /** From now on so many operations that change something succeed, and none after them. */
  public static void dieAfter(long operations) {
    LEFT.set(operations);
  }

  /** How many more operations would succeed; negative once one has failed. */
  public static long left() {
    return LEFT.get();
  }

  /** Deletes an object, or nothing if there is none, whether operations succeed or not. */
  public static void remove(String location) {
    OBJECTS.remove(location);
  }

  /** Puts an object there, whether operations succeed or not. */
  public static void put(String location, byte[] content) {
    OBJECTS.put(location, content.clone());
  }

  /** An object's content. */
  public static byte[] content(String location) throws FileNotFoundException {
    byte[] content = OBJECTS.get(location);
    if (content == null) {
      throw new FileNotFoundException(location);
    }
    return content.clone();
  }

  /** The keys that begin with a location, in order. */
  public static List<String> locations(String prefix) {
    return OBJECTS.tailMap(prefix, true).keySet().stream()
        .takeWhile(key -> key.startsWith(prefix))
        .toList();
  }

  private static void change() throws IOException {
    if (LEFT.getAndDecrement() <= 0) {
      throw new IOException("killed here");
    }
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public void initialize(URI name, Configuration configuration) throws IOException {
    super.initialize(name, configuration);
    setConf(configuration);
    uri = URI.create(name.getScheme() + "://" + name.getAuthority());
  }

  @Override
  public URI getUri() {
    return uri;
  }

  private String key(Path path) {
    return makeQualified(path).toString();
  }

  @Override
  public FSDataInputStream open(Path path, int bufferBytes) throws IOException {
    return new FSDataInputStream(new ObjectInput(content(key(path))));
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferBytes,
      short replication,
      long blockBytes,
      Progressable progress)
      throws IOException {
    String key = key(path);
    if (!overwrite && OBJECTS.containsKey(key)) {
      throw new FileAlreadyExistsException(key);
    }
    change();
    return new FSDataOutputStream(
        new ByteArrayOutputStream() {
          private boolean closed;

          @Override
          public void close() throws IOException {
            if (!closed) {
              closed = true;
              change();
              OBJECTS.put(key, toByteArray());
            }
          }
        },
        null);
  }

  @Override
  public FSDataOutputStream append(Path path, int bufferBytes, Progressable progress) {
    throw new UnsupportedOperationException("objects do not grow");
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    String source = key(from);
    List<String> keys = below(source);
    if (keys.isEmpty() || OBJECTS.containsKey(key(to))) {
      return false;
    }
    for (String key : keys) {
      change();
      OBJECTS.put(key(to) + key.substring(source.length()), OBJECTS.get(key));
      change();
      OBJECTS.remove(key);
    }
    return true;
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    List<String> keys = below(key(path));
    for (String key : keys) {
      change();
      OBJECTS.remove(key);
    }
    return !keys.isEmpty();
  }

  /** The object of this key and all those below it. */
  private static List<String> below(String key) {
    List<String> keys = new ArrayList<>(locations(key + "/"));
    if (OBJECTS.containsKey(key)) {
      keys.add(key);
    }
    return keys;
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    String key = key(path);
    if (OBJECTS.containsKey(key)) {
      return new FileStatus[] {getFileStatus(path)};
    }
    List<String> keys = locations(key + "/");
    if (keys.isEmpty()) {
      throw new FileNotFoundException(key);
    }
    List<FileStatus> found = new ArrayList<>();
    for (String name :
        keys.stream()
            .map(each -> each.substring(key.length() + 1).split("/", 2)[0])
            .distinct()
            .toList()) {
      found.add(getFileStatus(new Path(path, name)));
    }
    return found.toArray(FileStatus[]::new);
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    String key = key(path);
    byte[] object = OBJECTS.get(key);
    if (object == null && locations(key + "/").isEmpty()) {
      throw new FileNotFoundException(key);
    }
    long bytes = object == null ? 0 : object.length;
    return new FileStatus(bytes, object == null, 1, 1 << 20, 0, makeQualified(path));
  }

  @Override
  public boolean mkdirs(Path path, FsPermission permission) {
    return true;
  }

  @Override
  public void setWorkingDirectory(Path path) {
    // There is none.
  }

  @Override
  public Path getWorkingDirectory() {
    return new Path(uri.toString() + "/");
  }

  private static final class ObjectInput extends FSInputStream {
    private final byte[] content;
    private ByteArrayInputStream in;
    private int at;

    ObjectInput(byte[] content) {
      this.content = content;
      this.in = new ByteArrayInputStream(content);
    }

    @Override
    public void seek(long position) {
      at = (int) position;
      in = new ByteArrayInputStream(content, at, content.length - at);
    }

    @Override
    public long getPos() {
      return at;
    }

    @Override
    public boolean seekToNewSource(long position) {
      return false;
    }

    @Override
    public int read() {
      int value = in.read();
      at += value < 0 ? 0 : 1;
      return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      int count = in.read(bytes, offset, length);
      at += Math.max(0, count);
      return count;
    }
  }
}
