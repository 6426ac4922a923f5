package io.gradflow.driver.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.nn.Activation;
import io.gradflow.common.nn.LayerSpec;
import io.gradflow.common.spec.Formula;
import io.gradflow.common.spec.OneOf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  @Test
  void markdown_everyLayerLossAndActivation_hasItsFormula() {
    List<String> without = new ArrayList<>();
    for (Class<?> family : List.of(LayerSpec.class, LossSpec.class, Activation.class)) {
      for (Class<?> member : family.getAnnotation(OneOf.class).value()) {
        Formula formula = member.getAnnotation(Formula.class);
        if (formula == null || !Reference.markdown().contains("    " + formula.value() + "\n")) {
          without.add(member.getSimpleName());
        }
      }
    }
    assertEquals(List.of(), without);
  }
}
