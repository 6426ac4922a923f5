package io.gradflow.common.model;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** {@link Storage} on the local file system, by {@code java.nio.file} alone. */
final class LocalStorage implements Storage {
  private final Path root;

  LocalStorage(Path root) {
    this.root = root;
  }

  @Override
  public String location(String name) {
    return resolve(name).toString();
  }

  @Override
  public InputStream open(String name) throws IOException {
    try {
      return Files.newInputStream(resolve(name));
    } catch (NoSuchFileException e) {
      throw new GradflowException(
          ExitCode.INPUT_MISSING, "no file " + location(name) + "; check the path", e);
    }
  }

  @Override
  public void write(String name, Content content) throws IOException {
    Path file = resolve(name);
    Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
    try (OutputStream out = create(temporary, name)) {
      content.writeTo(out);
    }
    sync(temporary);
    Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public boolean create(String name, byte[] content) throws IOException {
    Path file = resolve(name);
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.write(file, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      return true;
    } catch (FileAlreadyExistsException e) {
      if (Files.isRegularFile(file)) {
        return false;
      }
      throw blocked(name, e);
    } catch (AccessDeniedException e) {
      throw blocked(name, e);
    }
  }

  @Override
  public OutputStream grow(String name) throws IOException {
    return create(resolve(name), name);
  }

  @Override
  public boolean exists(String name) {
    return Files.exists(resolve(name));
  }

  @Override
  public List<String> list(String name) throws IOException {
    if (!Files.isDirectory(resolve(name))) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(resolve(name))) {
      return children.map(child -> child.getFileName().toString()).sorted().toList();
    }
  }

  @Override
  public void delete(String name) throws IOException {
    if (!exists(name)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> tree = Files.walk(resolve(name))) {
      deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.delete(path);
    }
  }

  @Override
  public Storage below(String name) {
    return new LocalStorage(resolve(name));
  }

  private OutputStream create(Path file, String name) throws IOException {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      return new BufferedOutputStream(Files.newOutputStream(file));
    } catch (AccessDeniedException | FileAlreadyExistsException e) {
      throw blocked(name, e);
    }
  }

  /** After a power cut a name must not stand for a file without its content. */
  private static void sync(Path file) throws IOException {
    // Not by a channel: that fails when its thread is interrupted.
    try (RandomAccessFile written = new RandomAccessFile(file.toFile(), "rw")) {
      written.getFD().sync();
    }
  }

  private GradflowException blocked(String name, FileSystemException e) {
    return new GradflowException(
        ExitCode.OUTPUT_BLOCKED,
        "cannot write " + location(name) + ": " + reason(e) + "; choose another output",
        e);
  }

  private Path resolve(String name) {
    return name.isEmpty() ? root : root.resolve(name);
  }

  private static String reason(FileSystemException e) {
    return e instanceof AccessDeniedException
        ? "permission denied at " + e.getFile()
        : e.getFile() + " is a file, not a directory";
  }
}
