package io.gradflow.driver.step;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.parallel.BlockTeam;
import io.gradflow.common.reduce.SumArrays;
import io.gradflow.worker.channel.SharedFloats;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileGradientTest {
  private static final float[] FIRST = {1, 2};
  private static final float[] SECOND = {30, 40};

  @TempDir private Path directory;
  private SharedFloats task;
  private FileGradient second;

  @BeforeEach
  void write() throws IOException {
    task = SharedFloats.create(directory.resolve("sums"), 4);
    task.write(9, List.of(FIRST, SECOND), BlockTeam.alone());
    SharedFloats driver = SharedFloats.open(directory.resolve("sums"));
    second = new FileGradient(driver, 9, 2, new SumArrays(2, 0), BlockTeam.alone());
  }

  @Test
  void take_secondOfTwo_isTheOneFromItsPlace() {
    assertArrayEquals(SECOND, second.take());
  }

  @Test
  void addTo_secondOfTwo_addsTheOneFromItsPlace() {
    float[] sum = {0.5f, 0.25f};
    second.addTo(sum);
    assertArrayEquals(new float[] {30.5f, 40.25f}, sum);
  }

  @Test
  void takeAndAddTo_somethingElseWritten_throw() {
    task.write(10, List.of(SECOND, FIRST), BlockTeam.alone());
    assertThrows(FileGradient.Gone.class, () -> second.take());
    FileGradient.Gone gone =
        assertThrows(FileGradient.Gone.class, () -> second.addTo(new float[2]));
    assertTrue(gone.getMessage().startsWith("the sums of command 9 in "), gone.getMessage());
  }
}
