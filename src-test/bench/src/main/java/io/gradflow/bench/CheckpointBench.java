package io.gradflow.bench;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.ParamSlice;
import io.gradflow.common.array.Shape;
import io.gradflow.common.model.Storage;
import io.gradflow.driver.checkpoint.BackgroundCheckpoints;
import io.gradflow.driver.checkpoint.Checkpoint;
import io.gradflow.driver.checkpoint.CheckpointStore;
import io.gradflow.driver.checkpoint.RunIdentity;
import io.gradflow.driver.train.CheckpointSpec;
import io.gradflow.driver.train.PlateauState;
import io.gradflow.driver.train.RunningSums;
import io.gradflow.driver.train.StoppingState;
import io.gradflow.driver.train.TrainingState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a checkpoint of ten million parameters with Adam's state (120 MB) costs: what training waits
 * for (a copy in memory), what the background thread takes to write it to a local disk, and what
 * verifying and reading it back takes. Best and median of several.
 *
 * <p>Arguments: {@code rounds=N}, {@code dir=DIRECTORY}.
 */
public final class CheckpointBench {
  private static final int PARAMETERS = 10_000_000;

  private CheckpointBench() {}

  public static void main(String[] args) throws IOException {
    Arguments arguments = new Arguments(args, "rounds", "dir");
    arguments.expectAtMost(0);
    int rounds = arguments.number("rounds", 7);
    Path parent = Path.of(arguments.text("dir", System.getProperty("java.io.tmpdir")));
    Path directory = Files.createTempDirectory(parent, "checkpoint-bench");
    Storage storage = Storage.local(directory);
    try {
      measure(new CheckpointStore(storage), rounds);
    } finally {
      storage.delete("");
    }
  }

  private static void measure(CheckpointStore store, int rounds) throws IOException {
    ParamLayout layout =
        new ParamLayout(List.of(new ParamSlice("dense/kernel", Shape.of(PARAMETERS), 0, true)));
    SortedMap<String, float[]> optimizer = new TreeMap<>();
    optimizer.put("adam/m", filled(0.25f));
    optimizer.put("adam/v", filled(0.5f));
    float[] weights = filled(1);
    RunIdentity run = new RunIdentity(new TreeMap<>());
    CheckpointSpec spec =
        new CheckpointSpec(Optional.of(1), Optional.empty(), Optional.empty(), 1, false);
    double[] pauses = new double[rounds];
    double[] writes = new double[rounds];
    double[] reads = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      BackgroundCheckpoints keeper =
          new BackgroundCheckpoints(
              store, spec, run, layout, optimizer, false, () -> {}, -1, System::nanoTime);
      // The first copy allocates its arrays; those after it are what a run pays.
      keeper.keep(state(i * 2 + 1, weights, optimizer));
      keeper.close();
      double pause = keeper.pauseMillis();
      double write = keeper.writeMillis();
      keeper.keep(state(i * 2 + 2, weights, optimizer));
      pauses[i] = keeper.pauseMillis() - pause;
      keeper.close();
      writes[i] = keeper.writeMillis() - write;
      long start = System.nanoTime();
      Checkpoint checkpoint = store.newest(manifest -> true, System.err::println).orElseThrow();
      checkpoint.read(layout, optimizer);
      reads[i] = (System.nanoTime() - start) / 1e6;
    }
    System.out.printf(Locale.ROOT, "%,d parameters with Adam, 120 MB a checkpoint%n", PARAMETERS);
    print("training waits", pauses);
    print("written in the background", writes);
    print("verified and read", reads);
  }

  private static void print(String what, double[] millis) {
    Arrays.sort(millis);
    System.out.printf(
        Locale.ROOT,
        "  %-26s best %.1f ms, median %.1f ms%n",
        what,
        millis[0],
        millis[millis.length / 2]);
  }

  private static TrainingState state(
      long step, float[] weights, SortedMap<String, float[]> optimizer) {
    RunningSums none = new RunningSums(0, 0, 0, new double[0]);
    return new TrainingState(
        step,
        0,
        0,
        1,
        0,
        0,
        0,
        none,
        Optional.empty(),
        Optional.empty(),
        StoppingState.START,
        PlateauState.START,
        weights,
        optimizer);
  }

  private static float[] filled(float value) {
    float[] values = new float[PARAMETERS];
    Arrays.fill(values, value);
    return values;
  }
}
