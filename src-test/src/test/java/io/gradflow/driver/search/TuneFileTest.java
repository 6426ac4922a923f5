package io.gradflow.driver.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.spec.Kind;
import io.gradflow.common.spec.OneOf;
import io.gradflow.common.spec.SpecWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The published schema and page, and the reader. */
class TuneFileTest {
  // Tests run in src-test.
  private static final Path PAGE = Path.of("../deploy/docs/search-reference.md");

  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(SpecWriter.toJson(TuneFile.schema()), InputFormat.JSON);

  @Test
  void reference_committedPage_isTheGeneratedOne() throws IOException {
    if (Boolean.getBoolean("reference.write")) {
      Files.writeString(PAGE, TuneFile.reference());
    }
    assertEquals(
        Files.readString(PAGE),
        TuneFile.reference(),
        "the records have changed; write the page anew: ./mvnw -pl src-test -am test"
            + " -Dtest=TuneFileTest -Dreference.write=true"
            + " -Dsurefire.failIfNoSpecifiedTests=false");
  }

  @Test
  void reference_everyKey_saysWhatItMeans() {
    List<String> silent =
        TuneFile.reference()
            .lines()
            .filter(line -> line.startsWith("| `") && line.endsWith("|  |"))
            .toList();
    assertEquals(List.of(), silent);
    for (Class<?> family : List.of(SearchSpec.class, RungSpec.class, ParameterSpec.class)) {
      for (Class<?> member : family.getAnnotation(OneOf.class).value()) {
        String kind = member.getAnnotation(Kind.class).value();
        assertTrue(TuneFile.reference().contains("`" + kind + "`"), kind);
      }
    }
  }

  @Test
  void schema_examples_areAcceptedAndRead() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../deploy/examples/search"))) {
      List<Path> searches = files.filter(file -> file.toString().endsWith(".yaml")).toList();
      assertFalse(searches.isEmpty());
      for (Path search : searches) {
        String text = Files.readString(search);
        assertEquals(List.of(), SCHEMA.validate(text, InputFormat.YAML), search.toString());
        TuneFile.read(text, search.toString());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{job: a.yaml}",
        "{job: a.yaml, parameters: {x: {log: {from: 1}}}}",
        "{job: a.yaml, parameters: {x: {values: [1]}}, search: bayes}",
        "{job: a.yaml, parameters: {x: {values: [1]}}, stopping: {asha: {rungs: 3}}}",
        "{job: a.yaml, parameters: {x: {values: [1]}}, trials: 3}"
      })
  void read_brokenFile_isRefusedByReaderAndSchema(String text) {
    assertFalse(SCHEMA.validate(text, InputFormat.YAML).isEmpty(), "the schema accepts it");
    GradflowException e =
        assertThrows(GradflowException.class, () -> TuneFile.read(text, "space.yaml"));
    assertEquals(ExitCode.BAD_JOB, e.code());
  }
}
