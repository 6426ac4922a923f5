package io.gradflow.driver.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.error.Redaction;
import io.gradflow.common.model.Storage;
import io.gradflow.driver.report.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds a run's directory for one run. {@value #NAME} says who has it and never changes; {@value
 * #HEARTBEAT} beside it is written anew every few seconds.
 *
 * <p>A lock is stale if its process is gone, where that can be seen (same machine, boot and process
 * namespace), else if its heartbeat stands still while it is watched for three intervals; clocks
 * are never compared. Whoever breaks it deletes it and makes its own, which one of several can do.
 * Where a file system cannot create a file exclusively (object stores) two may believe so for a
 * moment: every holder looks again before it publishes a checkpoint or a result and at each
 * heartbeat, and gives up when the lock is no longer its own.
 */
final class RunLock implements AutoCloseable {
  static final String NAME = "run.lock";
  static final String HEARTBEAT = "run.heartbeat";

  private static final Logger LOG = LoggerFactory.getLogger(RunLock.class);
  private static final int MAX_BYTES = 1 << 16;
  private static final int WATCHED_INTERVALS = 3;
  private static final AtomicLong LOCKS = new AtomicLong();

  private final Storage storage;
  private final String text;
  private final Thread heart;
  private volatile boolean lost;

  private RunLock(Storage storage, String text, long intervalMillis) {
    this.storage = storage;
    this.text = text;
    this.heart = new Thread(() -> beat(intervalMillis), "gradflow-heartbeat");
    heart.setDaemon(true);
  }

  /**
   * Refuses at once if another run has the directory; changes nothing.
   *
   * @param intervalMillis between heartbeats
   * @throws GradflowException OUTPUT_BLOCKED if so, naming its holder
   */
  static void requireFree(Storage storage, long intervalMillis) throws IOException {
    requireStale(storage, intervalMillis);
  }

  /**
   * Takes the lock, breaking a stale one.
   *
   * @throws GradflowException OUTPUT_BLOCKED if another run has the directory, naming its holder
   */
  static RunLock acquire(Storage storage, long intervalMillis) throws IOException {
    String stale = requireStale(storage, intervalMillis);
    if (!stale.isEmpty()) {
      // Read again: another may have broken it while this one was watching.
      if (!stale.equals(read(storage, NAME))) {
        throw inUse(storage, read(storage, NAME));
      }
      LOG.warn("{} is left over from a run that ended without notice", storage.location(NAME));
      storage.delete(HEARTBEAT);
      storage.delete(NAME);
    }
    RunLock lock = new RunLock(storage, describe(), intervalMillis);
    if (!storage.create(NAME, lock.text.getBytes(StandardCharsets.UTF_8))) {
      throw inUse(storage, read(storage, NAME));
    }
    lock.requireHeld();
    lock.heart.start();
    return lock;
  }

  /** Whether the directory has been found to be another run's by now. */
  boolean isLost() {
    return lost;
  }

  /**
   * Looks whether the directory is still this run's.
   *
   * @throws GradflowException OUTPUT_BLOCKED if it is not
   */
  void requireHeld() {
    try {
      String now = read(storage, NAME);
      if (!now.equals(text)) {
        lost = true;
        throw new GradflowException(
            ExitCode.OUTPUT_BLOCKED,
            "output "
                + storage.location("")
                + " was taken over by another run ("
                + (now.isEmpty() ? "its lock is gone" : holder(now))
                + ") while this one stood still; this one ends and writes no more");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + storage.location(NAME), e);
    }
  }

  /**
   * Gives the directory back. If that fails the run is none the worse: whoever comes next breaks
   * the lock of a process that is gone.
   */
  @Override
  public void close() {
    heart.interrupt();
    try {
      heart.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      if (read(storage, NAME).equals(text)) {
        storage.delete(HEARTBEAT);
        storage.delete(NAME);
      }
    } catch (IOException e) {
      LOG.warn("{} stays behind: {}", storage.location(NAME), Redaction.text(e.toString()));
    }
  }

  private void beat(long intervalMillis) {
    try {
      for (long beats = 1; !lost; beats++) {
        byte[] content = (text + beats + "\n").getBytes(StandardCharsets.UTF_8);
        try {
          requireHeld();
          storage.write(HEARTBEAT, out -> out.write(content));
        } catch (IOException | UncheckedIOException e) {
          LOG.warn("heartbeat of {}: {}", storage.location(NAME), Redaction.text(e.toString()));
        } catch (GradflowException e) {
          LOG.error("{}", e.getMessage());
        }
        Thread.sleep(intervalMillis);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The content of a lock that is there and stale; "" without one; throws if one is held. */
  private static String requireStale(Storage storage, long intervalMillis) throws IOException {
    if (!storage.exists(NAME)) {
      return "";
    }
    String found = read(storage, NAME);
    JsonNode holder = parse(found);
    if (holder.path("place").asText().equals(place())) {
      if (isAlive(holder)) {
        throw inUse(storage, found);
      }
      return found;
    }
    String heartbeat = read(storage, HEARTBEAT);
    for (int i = 0; i < WATCHED_INTERVALS * 10; i++) {
      try {
        Thread.sleep(Math.max(1, intervalMillis / 10));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw inUse(storage, found);
      }
      String now = read(storage, HEARTBEAT);
      // It may be missing for a moment while it is replaced.
      if ((!now.isEmpty() && !now.equals(heartbeat)) || !read(storage, NAME).equals(found)) {
        throw inUse(storage, found);
      }
    }
    return found;
  }

  private static boolean isAlive(JsonNode holder) {
    return ProcessHandle.of(holder.path("process").asLong(-1))
        .filter(ProcessHandle::isAlive)
        .map(process -> started(process).equals(holder.path("started").asText()))
        .orElse(false);
  }

  private static GradflowException inUse(Storage storage, String lock) {
    return new GradflowException(
        ExitCode.OUTPUT_BLOCKED,
        "output "
            + storage.location("")
            + " is in use by another run ("
            + holder(lock)
            + "); wait for it, or choose another --output. If that run is surely gone, delete "
            + storage.location(NAME));
  }

  private static String holder(String lock) {
    JsonNode holder = parse(lock);
    return "process "
        + holder.path("process").asText("unknown")
        + " of "
        + holder.path("user").asText("unknown")
        + " on "
        + holder.path("host").asText("unknown")
        + ", since "
        + holder.path("since").asText("unknown");
  }

  private static String describe() {
    ProcessHandle self = ProcessHandle.current();
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("format", "gradflow-lock");
    values.put("version", 1);
    values.put("host", RunPlace.host());
    values.put("user", System.getProperty("user.name", "unknown"));
    values.put("process", self.pid());
    values.put("started", started(self));
    values.put("place", place());
    values.put("since", Instant.now().toString());
    values.put("number", LOCKS.incrementAndGet());
    return Json.indented(values);
  }

  private static String started(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toString).orElse("unknown");
  }

  private static String place() {
    return RunPlace.processNamespace();
  }

  private static JsonNode parse(String text) {
    try {
      return JsonMapper.builder().build().readTree(text);
    } catch (JsonProcessingException e) {
      return JsonMapper.builder().build().createObjectNode();
    }
  }

  /** A small file's text; "" if there is none. */
  private static String read(Storage storage, String name) throws IOException {
    try (InputStream in = storage.open(name)) {
      return new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
    } catch (GradflowException e) {
      return "";
    }
  }
}
