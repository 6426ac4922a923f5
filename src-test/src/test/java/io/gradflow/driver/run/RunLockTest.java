package io.gradflow.driver.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.model.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLockTest {
  private static final long INTERVAL_MILLIS = 50;

  @TempDir Path directory;
  private Storage storage;
  private Path lock;

  @BeforeEach
  void storage() {
    storage = Storage.local(directory);
    lock = directory.resolve(RunLock.NAME);
  }

  @Test
  void acquire_freeThenHeldThenFree() throws IOException {
    try (RunLock mine = RunLock.acquire(storage, INTERVAL_MILLIS)) {
      mine.requireHeld();
      GradflowException refused =
          assertThrows(GradflowException.class, () -> RunLock.acquire(storage, INTERVAL_MILLIS));
      assertEquals(ExitCode.OUTPUT_BLOCKED, refused.code());
      assertTrue(
          refused
              .getMessage()
              .contains("is in use by another run (process " + ProcessHandle.current().pid()),
          refused.getMessage());
      mine.requireHeld();
    }
    assertFalse(Files.exists(lock));
    assertFalse(Files.exists(directory.resolve(RunLock.HEARTBEAT)));
    RunLock.acquire(storage, INTERVAL_MILLIS).close();
  }

  @Test
  void close_theLockCannotBeRead_staysBehindAndTheRunIsNoneTheWorse() throws IOException {
    RunLock mine = RunLock.acquire(storage, INTERVAL_MILLIS);
    Files.delete(lock);
    Files.createDirectory(lock);
    assertThrows(
        IOException.class,
        () -> {
          try (InputStream in = storage.open(RunLock.NAME)) {
            in.read();
          }
        });
    mine.close();
    assertTrue(Files.exists(lock));
  }

  @Test
  void acquire_processOfThisMachineIsGone_brokenAtOnce() throws IOException {
    leave(text -> text.replaceAll("\"process\": \\d+", "\"process\": 999999999"));
    long start = System.nanoTime();
    try (RunLock mine = RunLock.acquire(storage, TimeUnit.HOURS.toMillis(1))) {
      mine.requireHeld();
    }
    assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(10));
  }

  @Test
  void acquire_numberOfAnotherProcessByNow_broken() throws IOException {
    leave(
        text ->
            text.replaceAll("\"started\": \"[^\"]*\"", "\"started\": \"2001-01-01T00:00:00Z\""));
    RunLock.acquire(storage, INTERVAL_MILLIS).close();
  }

  @Test
  void acquire_otherMachineWithoutHeartbeat_brokenAfterWatching() throws IOException {
    leave(text -> text.replaceAll("\"place\": \"[^\"]*\"", "\"place\": \"elsewhere\""));
    long start = System.nanoTime();
    RunLock.acquire(storage, INTERVAL_MILLIS).close();
    assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(3 * INTERVAL_MILLIS));
  }

  @Test
  void acquire_otherMachineWithHeartbeat_refused() throws Exception {
    leave(text -> text.replaceAll("\"place\": \"[^\"]*\"", "\"place\": \"elsewhere\""));
    AtomicBoolean alive = new AtomicBoolean(true);
    Thread heart =
        new Thread(
            () -> {
              try {
                for (int beat = 0; alive.get(); beat++) {
                  Files.writeString(directory.resolve(RunLock.HEARTBEAT), "beat " + beat);
                  TimeUnit.MILLISECONDS.sleep(20);
                }
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    heart.start();
    try {
      // Watches for 3 seconds: far more than the heart needs for a beat.
      assertThrows(GradflowException.class, () -> RunLock.acquire(storage, 1000));
    } finally {
      alive.set(false);
      heart.join();
    }
  }

  @Test
  void requireHeld_takenOver_throwsAndTheLockIsLost() throws IOException {
    try (RunLock mine = RunLock.acquire(storage, INTERVAL_MILLIS)) {
      Files.writeString(lock, "{\"process\": 7, \"host\": \"other\", \"user\": \"somebody\"}");
      GradflowException lost = assertThrows(GradflowException.class, mine::requireHeld);
      assertEquals(ExitCode.OUTPUT_BLOCKED, lost.code());
      assertTrue(
          lost.getMessage().contains("taken over by another run (process 7 of somebody on other"),
          lost.getMessage());
      assertTrue(mine.isLost());
    }
    assertTrue(Files.exists(lock), "the other's lock stays");
  }

  @Test
  void acquire_nonsenseLock_brokenAfterWatching() throws IOException {
    Files.writeString(lock, "not JSON");
    RunLock.acquire(storage, INTERVAL_MILLIS).close();
  }

  /** A lock as a run leaves it that was killed, changed. */
  private void leave(UnaryOperator<String> change) throws IOException {
    String text;
    try (RunLock dying = RunLock.acquire(storage, INTERVAL_MILLIS)) {
      dying.requireHeld();
      text = Files.readString(lock);
    }
    Files.writeString(lock, change.apply(text));
  }
}
