package io.gradflow.testkit;

import io.gradflow.common.model.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;

/** A storage in which some files have no end: blanks, one after the other. */
public final class EndlessFiles implements Storage {
  private final Storage storage;
  private final List<String> endless;

  /**
   * @param storage where all other files are
   * @param endless what their names end with
   */
  public EndlessFiles(Storage storage, String... endless) {
    this(storage, List.of(endless));
  }

  private EndlessFiles(Storage storage, List<String> endless) {
    this.storage = storage;
    this.endless = endless;
  }

  private boolean isEndless(String name) {
    return endless.stream().anyMatch(name::endsWith);
  }

  @Override
  public InputStream open(String name) throws IOException {
    return isEndless(name) ? new Blanks() : storage.open(name);
  }

  @Override
  public boolean exists(String name) throws IOException {
    return isEndless(name) || storage.exists(name);
  }

  @Override
  public List<String> list(String name) throws IOException {
    return storage.list(name);
  }

  @Override
  public String location(String name) {
    return storage.location(name);
  }

  @Override
  public void write(String name, Content content) throws IOException {
    storage.write(name, content);
  }

  @Override
  public boolean create(String name, byte[] content) throws IOException {
    return storage.create(name, content);
  }

  @Override
  public OutputStream grow(String name) throws IOException {
    return storage.grow(name);
  }

  @Override
  public void delete(String name) throws IOException {
    storage.delete(name);
  }

  @Override
  public Storage below(String name) {
    return new EndlessFiles(storage.below(name), endless);
  }

  private static final class Blanks extends InputStream {
    @Override
    public int read() {
      return ' ';
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      Arrays.fill(bytes, offset, offset + length, (byte) ' ');
      return length;
    }
  }
}
