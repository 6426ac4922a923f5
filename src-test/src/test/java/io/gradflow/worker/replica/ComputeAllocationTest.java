package io.gradflow.worker.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.testkit.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An executor's share of a step allocates little beside the few small objects of its message,
 * whatever the network: gradients are taken from a pool and given back. The bound is a sixty-fourth
 * of the budget of a megabyte; the message itself takes a kilobyte or two. Vectors boxed in every
 * row, which this is to find, were 250 to 500 kB a step in networks as small as these.
 */
class ComputeAllocationTest {
  private static final int NETWORKS = 6;

  @Test
  void gradient_atSteadyState_allocatesLittleBesideItsMessage(@TempDir Path directory)
      throws IOException, InterruptedException {
    ChildJvm.Outcome child =
        ChildJvm.run(
            List.of("--add-modules", "jdk.incubator.vector"),
            ComputeAllocationCheck.class.getName(),
            directory.toString());
    assertEquals(0, child.exitCode(), child.stderr());
    List<String> lines = child.stdout().lines().toList();
    assertEquals(NETWORKS, lines.size(), child.stdout());
    for (String line : lines) {
      long bytes = Long.parseLong(line.substring(line.indexOf(' ') + 1));
      assertTrue(bytes <= ComputeAllocationCheck.MAX_BYTES_A_STEP, line + " bytes a step");
    }
  }
}
