package io.gradflow.driver.checkpoint;

import io.gradflow.common.model.Storage;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * A storage that dies: the n-th operation that changes something fails half way, and every one
 * after it, as if the process had been killed there. Writing counts as its opening, each write to
 * the stream, and its end.
 */
final class FaultyStorage implements Storage {
  /** Operations left, shared by all that is below one root. */
  static final class Fuse {
    private long left;

    Fuse(long left) {
      this.left = left;
    }

    void burn() throws IOException {
      if (left-- <= 0) {
        throw new IOException("killed here");
      }
    }

    boolean blown() {
      return left < 0;
    }
  }

  private final Storage storage;
  private final Fuse fuse;

  FaultyStorage(Storage storage, Fuse fuse) {
    this.storage = storage;
    this.fuse = fuse;
  }

  @Override
  public String location(String name) {
    return storage.location(name);
  }

  @Override
  public InputStream open(String name) throws IOException {
    return storage.open(name);
  }

  @Override
  public void write(String name, Content content) throws IOException {
    fuse.burn();
    storage.write(
        name,
        out -> {
          content.writeTo(
              new FilterOutputStream(out) {
                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                  fuse.burn();
                  out.write(bytes, offset, length);
                }

                @Override
                public void flush() throws IOException {}
              });
          fuse.burn();
        });
  }

  @Override
  public boolean create(String name, byte[] content) throws IOException {
    fuse.burn();
    return storage.create(name, content);
  }

  @Override
  public OutputStream grow(String name) throws IOException {
    fuse.burn();
    return storage.grow(name);
  }

  @Override
  public boolean exists(String name) throws IOException {
    return storage.exists(name);
  }

  @Override
  public List<String> list(String name) throws IOException {
    return storage.list(name);
  }

  @Override
  public void delete(String name) throws IOException {
    fuse.burn();
    List<String> below = storage.list(name);
    if (!below.isEmpty()) {
      // Directories vanish file by file.
      storage.delete(name + "/" + below.get(0));
      fuse.burn();
    }
    storage.delete(name);
  }

  @Override
  public Storage below(String name) {
    return new FaultyStorage(storage.below(name), fuse);
  }
}
