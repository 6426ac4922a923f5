package io.gradflow.worker.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.testkit.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An executor's share of a step allocates little beside the few small objects of its message,
 * whatever the network: gradients are taken from a pool and given back. The bound is a sixty-fourth
 * of the budget of a megabyte; the message itself takes a kilobyte or two. Vectors boxed in every
 * row, which this is to find, were 250 to 500 kB a step in networks as small as these.
 *
 * <p>Each network has to be clean in one of three JVMs. What the compiler inlines depends on what
 * it happens to have compiled before, and one start in some twenty, on a busy machine, leaves a few
 * vectors of one loop boxed for good (25 to 37 kB a step in lstm), whatever the loop; code of ours
 * that allocates does so in every start.
 */
class ComputeAllocationTest {
  private static final int NETWORKS = 6;
  private static final int STARTS = 3;

  @Test
  void gradient_atSteadyState_allocatesLittleBesideItsMessage(@TempDir Path directory)
      throws IOException, InterruptedException {
    Map<String, Long> least = new TreeMap<>();
    for (int start = 0; start < STARTS && !areAllLittle(least); start++) {
      for (String line : lines(Files.createDirectory(directory.resolve("start" + start)))) {
        int blank = line.indexOf(' ');
        least.merge(line.substring(0, blank), Long.parseLong(line.substring(blank + 1)), Math::min);
      }
    }
    assertEquals(NETWORKS, least.size(), least.toString());
    assertTrue(areAllLittle(least), least + " bytes a step at least");
  }

  private static boolean areAllLittle(Map<String, Long> least) {
    return !least.isEmpty()
        && Collections.max(least.values()) <= ComputeAllocationCheck.MAX_BYTES_A_STEP;
  }

  private static List<String> lines(Path directory) throws IOException, InterruptedException {
    ChildJvm.Outcome child =
        ChildJvm.run(
            List.of("--add-modules", "jdk.incubator.vector"),
            ComputeAllocationCheck.class.getName(),
            directory.toString());
    assertEquals(0, child.exitCode(), child.stderr());
    return child.stdout().lines().toList();
  }
}
