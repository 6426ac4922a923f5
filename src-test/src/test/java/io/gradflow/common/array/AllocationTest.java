package io.gradflow.common.array;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gradflow.testkit.ChildJvm;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@link AllocationCheck} in a JVM of its own, where nothing else decides what is compiled: at the
 * processor's width, and at 128 bits, which is that of 64-bit ARM.
 */
class AllocationTest {
  @ParameterizedTest
  @ValueSource(strings = {"-Xmx512m", "-Dgradflow.vector=128"})
  void productsAndKernels_afterOtherWidthsHaveRun_allocateNothing(String option)
      throws IOException, InterruptedException {
    ChildJvm.Outcome child =
        ChildJvm.run(
            List.of("--add-modules=jdk.incubator.vector", "-Xmx512m", option),
            AllocationCheck.class.getName());

    assertEquals(0, child.exitCode(), child.stdout() + "\n" + child.stderr());
  }
}
