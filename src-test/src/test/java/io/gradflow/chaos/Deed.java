package io.gradflow.chaos;

import io.gradflow.testkit.LocalCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Something that is done to a running application. */
@FunctionalInterface
interface Deed {
  /**
   * Does it.
   *
   * @param directory below which the cluster keeps its files
   * @return what is to be undone once the run has ended
   */
  Runnable on(Site site, JavaProcess application, Path directory)
      throws IOException, InterruptedException;

  /** Another deed at once after this one. */
  default Deed and(Deed next) {
    return (site, application, directory) -> {
      Runnable undo = on(site, application, directory);
      Runnable undoNext = next.on(site, application, directory);
      return () -> {
        undoNext.run();
        undo.run();
      };
    };
  }

  /** {@code kill -9} of an executor. */
  static Deed killExecutor(Random random) {
    return (site, application, directory) -> {
      executor(site, application, random).destroyForcibly();
      return () -> {};
    };
  }

  /** An executor gets a signal; it is ended when the run is over. */
  static Deed signalExecutor(Random random, String signal) {
    return (site, application, directory) -> {
      ProcessHandle executor = executor(site, application, random);
      LocalCluster.signal(executor.pid(), signal);
      return executor::destroyForcibly;
    };
  }

  /** Deletes all packed shards of all executors. */
  static Deed deleteShards() {
    return deleting(name -> name.endsWith(".gfshard"));
  }

  /** Deletes all files of shuffles. */
  static Deed deleteShuffleFiles() {
    return deleting(name -> name.startsWith("shuffle_"));
  }

  /** Flips a bit in each packed shard, somewhere behind its header. */
  static Deed flipShards(Random random) {
    return (site, application, directory) -> {
      for (Path file : files(directory, name -> name.endsWith(".gfshard"))) {
        Damage.flip(file, random, Files.size(file) / 2);
      }
      return () -> {};
    };
  }

  private static ProcessHandle executor(Site site, JavaProcess application, Random random)
      throws InterruptedException {
    List<ProcessHandle> executors = site.executors(application);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (executors.isEmpty()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("no executor is there");
      }
      TimeUnit.MILLISECONDS.sleep(20);
      executors = site.executors(application);
    }
    return executors.get(random.nextInt(executors.size()));
  }

  private static Deed deleting(Predicate<String> which) {
    return (site, application, directory) -> {
      List<Path> files = files(directory, which);
      if (files.isEmpty()) {
        throw new AssertionError("no such file below " + directory);
      }
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
      return () -> {};
    };
  }

  private static List<Path> files(Path directory, Predicate<String> which) throws IOException {
    try (Stream<Path> tree = Files.walk(directory)) {
      return tree.filter(path -> which.test(path.getFileName().toString())).sorted().toList();
    }
  }
}
