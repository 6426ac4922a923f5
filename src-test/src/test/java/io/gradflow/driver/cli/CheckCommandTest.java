package io.gradflow.driver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CheckCommandTest {
  private static final Path EXAMPLE = Path.of("../deploy/examples/digits.yaml").toAbsolutePath();

  @Test
  void check_digitsExample_passesEveryWay() {
    Shell.Result result = Shell.run("check", EXAMPLE.normalize(), "--set", "train.batchSize=16");
    assertEquals(0, result.code(), result.out() + result.err());
    assertTrue(result.out().contains("of 4 parameters, 0 wrong"), result.out());
    assertTrue(result.out().contains("= resident tasks"), result.out());
    assertTrue(result.out().contains("check passed"), result.out());
  }
}
