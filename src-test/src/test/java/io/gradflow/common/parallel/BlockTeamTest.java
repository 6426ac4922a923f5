package io.gradflow.common.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class BlockTeamTest {
  @Test
  void run_helpersOfAnyNumber_doesEveryBlockOnce() {
    ExecutorService executor = Executors.newFixedThreadPool(3);
    try {
      for (int threads = 1; threads <= 5; threads++) {
        BlockTeam team = new BlockTeam(threads, executor);
        for (int blocks : new int[] {0, 1, 2, 7, 1000}) {
          AtomicIntegerArray done = new AtomicIntegerArray(blocks);
          team.run(blocks, done::incrementAndGet);
          for (int i = 0; i < blocks; i++) {
            assertEquals(1, done.get(i), "block " + i + " of " + blocks);
          }
        }
      }
    } finally {
      executor.shutdown();
    }
  }

  @Test
  void run_helpersThatComeInLaterRuns_workOnThose() {
    List<Runnable> late = new ArrayList<>();
    BlockTeam team = new BlockTeam(3, late::add);
    AtomicIntegerArray first = new AtomicIntegerArray(10);
    team.run(10, first::incrementAndGet);
    assertEquals(2, late.size());
    AtomicIntegerArray second = new AtomicIntegerArray(10);
    team.run(
        10,
        block -> {
          second.incrementAndGet(block);
          if (block == 9) {
            late.get(0).run(); // Takes all that are left, while the caller is in its first.
          }
        });
    late.forEach(Runnable::run);
    for (int i = 0; i < 10; i++) {
      assertEquals(1, first.get(i));
      assertEquals(1, second.get(i));
    }
  }

  @Test
  void run_blockThatFails_doesTheOthersAndSaysWhy() {
    RuntimeException cause = new IllegalArgumentException("seven");
    AtomicIntegerArray done = new AtomicIntegerArray(10);
    BlockTeam team = BlockTeam.alone();
    IllegalStateException error =
        assertThrows(
            IllegalStateException.class,
            () ->
                team.run(
                    10,
                    block -> {
                      if (block == 7) {
                        throw cause;
                      }
                      done.incrementAndGet(block);
                    }));
    assertSame(cause, error.getCause());
    assertTrue(error.getMessage().contains("seven"), error.getMessage());
    for (int i = 0; i < 10; i++) {
      assertEquals(i == 7 ? 0 : 1, done.get(i));
    }
    team.run(10, done::incrementAndGet);
    assertEquals(1, done.get(7));
  }

  @Test
  void overFloats_anyCount_coversItOnce() {
    int block = BlockTeam.BLOCK_FLOATS;
    BlockTeam team = BlockTeam.alone();
    for (int floats : new int[] {0, 1, block - 1, block, block + 1, 5 * block, Integer.MAX_VALUE}) {
      long[] covered = new long[1];
      team.overFloats(
          floats,
          (from, count) -> {
            // One thread takes blocks from the last to the first.
            assertEquals(floats - covered[0], from + count);
            assertTrue(count > 0 && count <= block, "count " + count);
            covered[0] += count;
          });
      assertEquals(floats, covered[0]);
    }
  }

  @Test
  void constructor_nobody_throws() {
    assertThrows(IllegalArgumentException.class, () -> new BlockTeam(0, Runnable::run));
  }
}
