package io.gradflow.common.array;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gradflow.testkit.ChildJvm;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link AllocationCheck} in a JVM of its own, where nothing else decides what is compiled. */
class AllocationTest {
  @Test
  void productsAndKernels_afterOtherWidthsHaveRun_allocateNothing()
      throws IOException, InterruptedException {
    ChildJvm.Outcome child =
        ChildJvm.run(
            List.of("--add-modules=jdk.incubator.vector", "-Xmx512m"),
            AllocationCheck.class.getName());

    assertEquals(0, child.exitCode(), child.stdout() + "\n" + child.stderr());
  }
}
