package io.gradflow.testkit;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.Deflater;

/** Gradflow's own entries of this JVM's class path as one jar, and the entries that are not. */
final class ClassPathJar {
  private ClassPathJar() {}

  /** Writes the jar: folders of classes, and jars of Gradflow's modules. */
  static void write(Path file) throws IOException {
    Set<String> seen = new HashSet<>();
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file))) {
      jar.setLevel(Deflater.NO_COMPRESSION);
      for (String entry : entries().filter(ClassPathJar::isOwn).collect(Collectors.toList())) {
        Path path = Path.of(entry);
        if (Files.isDirectory(path)) {
          addFolder(path, seen, jar);
        } else if (Files.exists(path)) {
          addJar(path, seen, jar);
        }
      }
    }
  }

  /** The class path without what {@link #write} takes. */
  static String otherEntries() {
    return entries().filter(entry -> !isOwn(entry)).collect(Collectors.joining(File.pathSeparator));
  }

  private static Stream<String> entries() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.isEmpty());
  }

  private static boolean isOwn(String entry) {
    Path path = Path.of(entry);
    return Files.isDirectory(path) || path.getFileName().toString().startsWith("gradflow-");
  }

  private static void addFolder(Path folder, Set<String> seen, JarOutputStream jar)
      throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder)) {
      files = walk.filter(Files::isRegularFile).sorted().collect(Collectors.toList());
    }
    for (Path file : files) {
      String name = folder.relativize(file).toString().replace(File.separatorChar, '/');
      if (seen.add(name)) {
        jar.putNextEntry(new JarEntry(name));
        Files.copy(file, jar);
      }
    }
  }

  private static void addJar(Path file, Set<String> seen, JarOutputStream jar) throws IOException {
    try (JarFile from = new JarFile(file.toFile())) {
      for (JarEntry entry : from.stream().collect(Collectors.toList())) {
        if (!entry.isDirectory() && seen.add(entry.getName())) {
          jar.putNextEntry(new JarEntry(entry.getName()));
          try (InputStream content = from.getInputStream(entry)) {
            content.transferTo(jar);
          }
        }
      }
    }
  }
}
