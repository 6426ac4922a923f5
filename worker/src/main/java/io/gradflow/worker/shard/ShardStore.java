package io.gradflow.worker.shard;

import io.gradflow.common.data.PackedShard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The packed shards of this JVM, in directories of its own on the executor's local disks. A shard
 * is packed by the first task that asks; others wait for it and share the map. Everything is
 * deleted when the JVM ends.
 *
 * <p>A shard whose file has gone or is damaged when it is opened is packed again. Once a task has
 * read a damaged row of any shard, each is opened anew, and with that verified, when it is asked
 * for next. One that is deleted while it is mapped stays readable, as POSIX has it.
 */
public final class ShardStore {
  private static final Logger LOG = LoggerFactory.getLogger(ShardStore.class);

  /** Packs a shard into a file. */
  @FunctionalInterface
  interface Packing {
    void pack(Path file) throws IOException;
  }

  private static final class Slot {
    private PackedShard shard;
    private int damagesBefore;
  }

  private record Key(String data, int microShard) {}

  private static ShardStore ofThisJvm;

  private final List<Path> directories;
  private final ConcurrentMap<Key, Slot> slots = new ConcurrentHashMap<>();
  private final AtomicInteger damages = new AtomicInteger();

  ShardStore(List<Path> directories) {
    this.directories = List.copyOf(directories);
  }

  /** The store of this JVM, created when first asked for. */
  static synchronized ShardStore ofThisJvm() {
    if (ofThisJvm == null) {
      ShardStore store = new ShardStore(LocalDirectories.create());
      Runtime.getRuntime().addShutdownHook(new Thread(store::delete, "gradflow-shards-delete"));
      ofThisJvm = store;
    }
    return ofThisJvm;
  }

  /**
   * The shard, from the map, from the file, or packed now.
   *
   * @param data names the data set, unlike any other of this application
   */
  PackedShard shard(String data, int microShard, Packing packing) {
    Slot slot = slots.computeIfAbsent(new Key(data, microShard), key -> new Slot());
    synchronized (slot) {
      // What has harmed one has harmed others, as like as not; a task is not tried often enough to
      // find them one by one. The old ones are not closed: others may be reading them.
      int found = damages.get();
      if (slot.shard == null || slot.damagesBefore != found) {
        slot.shard = open(file(data, microShard), packing, damages::incrementAndGet);
        slot.damagesBefore = found;
      }
      return slot.shard;
    }
  }

  /** Closes and deletes the shards of a data set. Tasks that still hold them fail. */
  void drop(String data) {
    forget(data);
    for (Path directory : directories) {
      deleteTree(directory.resolve(data));
    }
  }

  /** Closes the shards of a data set and leaves their files. */
  void forget(String data) {
    slots.forEach(
        (key, slot) -> {
          if (key.data().equals(data) && slots.remove(key, slot)) {
            synchronized (slot) {
              if (slot.shard != null) {
                slot.shard.close();
              }
            }
          }
        });
  }

  Path file(String data, int microShard) {
    Path directory = directories.get(microShard % directories.size());
    return directory.resolve(data).resolve("micro-shard-%06d.gfshard".formatted(microShard));
  }

  private static PackedShard open(Path file, Packing packing, Runnable onDamage) {
    try {
      try {
        return PackedShard.open(file, onDamage);
      } catch (NoSuchFileException e) {
        LOG.debug("packing {}", file);
      } catch (IOException e) {
        LOG.warn("packing again: {}", e.getMessage());
      }
      Files.createDirectories(file.getParent());
      packing.pack(file);
      return PackedShard.open(file, onDamage);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot write "
              + file
              + " ("
              + e.getMessage()
              + "); spark.local.dir names the disks for packed shards",
          e);
    }
  }

  private void delete() {
    directories.forEach(ShardStore::deleteTree);
  }

  private static void deleteTree(Path root) {
    if (!Files.exists(root)) {
      return;
    }
    List<Path> paths = new ArrayList<>();
    try (Stream<Path> tree = Files.walk(root)) {
      tree.sorted(Comparator.reverseOrder()).forEach(paths::add);
      for (Path path : paths) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("cannot delete {}: {}", root, e.toString());
    }
  }
}
