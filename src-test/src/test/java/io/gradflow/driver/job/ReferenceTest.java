package io.gradflow.driver.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReferenceTest {
  // Tests run in src-test.
  private static final Path PAGE = Path.of("../deploy/docs/reference.md");

  @Test
  void markdown_committedPage_isTheGeneratedOne() throws IOException {
    if (Boolean.getBoolean("reference.write")) {
      Files.writeString(PAGE, Reference.markdown());
    }
    assertEquals(
        Files.readString(PAGE),
        Reference.markdown(),
        "the records have changed; write the page anew: ./mvnw -pl src-test -am test"
            + " -Dtest=ReferenceTest -Dreference.write=true"
            + " -Dsurefire.failIfNoSpecifiedTests=false");
  }

  @Test
  void markdown_everyKey_saysWhatItMeans() {
    String silent =
        Reference.markdown()
            .lines()
            .filter(line -> line.startsWith("| `") && line.endsWith("|  |"))
            .toList()
            .toString();
    assertEquals("[]", silent);
    assertFalse(Reference.markdown().isBlank());
  }
}
