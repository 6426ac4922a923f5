package io.gradflow.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import io.gradflow.architecture.ArchitectureRules.Rule;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The code keeps the rules of {@link ArchitectureRules}, and each of them can fail. */
class ArchitectureTest {
  private static final List<String> MODULES = List.of("common", "worker", "driver");

  private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

  /** One for all compilations: it keeps its index of the class path. */
  private static final StandardJavaFileManager FILES =
      COMPILER.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8);

  @TempDir private static Path scratch;

  @TestFactory
  Stream<DynamicTest> code_ofTheModules_keepsTheRule() throws IOException {
    JavaClasses code = modules();
    return ArchitectureRules.all().stream()
        .map(rule -> dynamicTest(rule.name(), () -> rule.rule().check(code)));
  }

  @TestFactory
  Stream<DynamicTest> rule_onCodeThatBreaksIt_fails() {
    return ArchitectureRules.all().stream()
        .map(
            rule ->
                dynamicTest(
                    rule.name(),
                    () ->
                        assertTrue(
                            rule.rule().evaluate(compile(rule)).hasViolation(),
                            "nothing found in " + rule.sources())));
  }

  @Test
  void packages_ofTheModules_sayWhatTheyAreFor() throws IOException {
    Set<Path> without = new TreeSet<>();
    for (String module : MODULES) {
      Path sources = Path.of("..", module, "src", "main", "java");
      try (Stream<Path> files = Files.walk(sources)) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .map(Path::getParent)
            .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
            .forEach(folder -> without.add(sources.relativize(folder)));
      }
    }
    assertEquals(Set.of(), without, "packages without package-info.java");
  }

  /** Float lanes have no defined order of addition; ArchUnit does not see arguments. */
  @Test
  void vectorCode_addingLanes_doesSoInFixedOrder() throws IOException {
    List<String> offences = new ArrayList<>();
    for (String module : MODULES) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          List<String> lines = Files.readAllLines(file);
          for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).matches(".*reduceLanes\\((VectorOperators\\.)?(ADD|MUL)\\b.*")) {
              offences.add(file + ":" + (i + 1));
            }
          }
        }
      }
    }
    assertEquals(List.of(), offences);
  }

  /** The main classes by where they are loaded from: tests live in the same packages. */
  private static JavaClasses modules() throws IOException {
    ClassLoader loader = ArchitectureTest.class.getClassLoader();
    List<URL> tests = Collections.list(loader.getResources("io/gradflow/architecture/"));
    Set<Location> locations = new LinkedHashSet<>();
    for (URL url : Collections.list(loader.getResources("io/gradflow/"))) {
      if (tests.stream().noneMatch(test -> test.toString().startsWith(url.toString()))) {
        locations.add(Location.of(url));
      }
    }
    JavaClasses code = new ClassFileImporter().importLocations(locations);
    for (String module : MODULES) {
      assertTrue(
          code.stream().anyMatch(c -> c.getPackageName().startsWith("io.gradflow." + module)),
          "no classes of " + module + " in " + locations);
    }
    return code;
  }

  private static JavaClasses compile(Rule rule) {
    Path classes = scratch.resolve("rule" + rule.name().hashCode());
    List<JavaFileObject> units = new ArrayList<>();
    for (String source : rule.sources()) {
      String packageName = source.substring("package ".length(), source.indexOf(';'));
      String className = source.replaceAll("(?s).*?\\bclass (\\w+).*", "$1");
      String path = "/" + packageName.replace('.', '/') + "/" + className + ".java";
      units.add(
          new SimpleJavaFileObject(URI.create("string://" + path), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
              return source;
            }
          });
    }
    StringWriter messages = new StringWriter();
    try {
      FILES.setLocationFromPaths(
          StandardLocation.CLASS_OUTPUT, List.of(Files.createDirectories(classes)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> options = List.of("-proc:none", "--add-modules=jdk.incubator.vector");
    assertTrue(
        COMPILER.getTask(messages, FILES, null, options, null, units).call(), messages::toString);
    return new ClassFileImporter().importPath(classes);
  }
}
