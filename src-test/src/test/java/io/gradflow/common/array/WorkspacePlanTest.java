package io.gradflow.common.array;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WorkspacePlanTest {
  @Test
  void allocate_buffersOfOtherMoments_shareMemory() {
    WorkspacePlan plan = new WorkspacePlan(2);
    Buffer first = plan.rows(16, Lifetime.of(0, 1));
    Buffer both = plan.rows(8, Lifetime.of(1, 2));
    Buffer second = plan.rows(16, Lifetime.of(2, 3));
    assertEquals(48, plan.floats());
    float[] array = plan.allocate();
    assertSame(array, first.array());
    assertEquals(first.offset(), second.offset());
    assertEquals(32, both.offset());
  }

  @Test
  void overlaps_intervals_areClosed() {
    assertTrue(Lifetime.of(0, 1).overlaps(Lifetime.of(1, 2)));
    assertFalse(Lifetime.of(0, 1).overlaps(Lifetime.of(2, 3)));
    Lifetime twice = Lifetime.of(0, 1).and(5, 6);
    assertFalse(twice.overlaps(Lifetime.of(2, 4)));
    assertTrue(Lifetime.of(6, 9).overlaps(twice));
    assertTrue(Lifetime.ALWAYS.overlaps(twice));
    assertThrows(IllegalArgumentException.class, () -> Lifetime.of(2, 1));
  }

  /** Random plans: what lives at the same time never lies on the same floats. */
  @Test
  void allocate_randomPlans_neverAliasWhatLivesTogether() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      int rows = 1 + random.nextInt(3);
      WorkspacePlan plan = new WorkspacePlan(rows);
      List<Buffer> buffers = new ArrayList<>();
      List<Lifetime> lifetimes = new ArrayList<>();
      long apart = 0;
      for (int b = 0; b < 30; b++) {
        int from = random.nextInt(20);
        Lifetime lifetime =
            random.nextInt(8) == 0 ? Lifetime.ALWAYS : Lifetime.of(from, from + random.nextInt(5));
        if (random.nextInt(4) == 0) {
          lifetime = lifetime.and(from + 10, from + 12);
        }
        int width = 1 + random.nextInt(50);
        buffers.add(plan.rows(width, lifetime));
        lifetimes.add(lifetime);
        apart += ((long) rows * width + 15) / 16 * 16;
      }
      int length = plan.allocate().length;
      assertTrue(length <= apart, "seed " + seed);
      for (int a = 0; a < 30; a++) {
        assertEquals(0, buffers.get(a).offset() % 16);
        assertTrue(end(buffers.get(a), rows) <= length);
        for (int b = 0; b < a; b++) {
          boolean disjoint =
              end(buffers.get(a), rows) <= buffers.get(b).offset()
                  || end(buffers.get(b), rows) <= buffers.get(a).offset();
          assertTrue(disjoint || !lifetimes.get(a).overlaps(lifetimes.get(b)), "seed " + seed);
        }
      }
    }
  }

  private static int end(Buffer buffer, int rows) {
    return buffer.offset() + rows * buffer.width();
  }
}
