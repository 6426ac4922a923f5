package io.gradflow.driver.checkpoint;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.model.ModelDirectory;
import io.gradflow.common.model.Safetensors;
import io.gradflow.common.model.Storage;
import io.gradflow.driver.train.TrainingState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The checkpoints of one run, a directory each. A checkpoint counts once its manifest is there,
 * which is written last and deleted first: whatever is cut short leaves those before it as they
 * were.
 *
 * <p>One writer at a time; the run's lock sees to that.
 */
public final class CheckpointStore {
  /** The directory below the run's. */
  public static final String DIRECTORY = "checkpoints";

  private static final Pattern NAME = Pattern.compile("step-\\d{10,18}");

  private final Storage storage;

  /** What is known of the checkpoints of this process's own writing or reading, by name. */
  private final Map<String, CheckpointManifest> known = new TreeMap<>();

  /**
   * @param storage rooted at the directory of checkpoints, which need not be there
   */
  public CheckpointStore(Storage storage) {
    this.storage = storage;
  }

  /** {@code step-0000000400} */
  public static String name(long step) {
    return String.format(Locale.ROOT, "step-%010d", step);
  }

  /** The names of what looks like a checkpoint, newest first. */
  public List<String> names() throws IOException {
    List<String> names = new ArrayList<>(storage.list(""));
    names.removeIf(name -> !NAME.matcher(name).matches());
    names.sort(Comparator.comparingLong(CheckpointStore::step).reversed());
    return names;
  }

  /** The number in a name. */
  static long step(String name) {
    return Long.parseLong(name.substring(name.indexOf('-') + 1));
  }

  /** Opens one of {@link #names()}. */
  public Checkpoint open(String name) throws IOException {
    return Checkpoint.open(storage.below(name));
  }

  /** Where a name is, for messages. */
  public String location(String name) {
    return storage.location(name);
  }

  /**
   * Writes a checkpoint, replacing one of the same step.
   *
   * @param layout of the weights
   * @param beforeManifest called when all else is written; what it throws leaves no checkpoint
   * @return the bytes written
   */
  public long write(
      TrainingState state,
      Made made,
      boolean best,
      RunIdentity run,
      ParamLayout layout,
      Runnable beforeManifest)
      throws IOException {
    String name = name(state.step());
    delete(name);
    Storage directory = storage.below(name);
    SortedMap<String, CheckpointFile> files = new TreeMap<>();
    try {
      put(directory, files, Checkpoint.WEIGHTS, ModelDirectory.tensors(layout, state.weights()));
      List<Safetensors.Tensor> arrays = new ArrayList<>();
      state
          .optimizer()
          .forEach(
              (key, array) ->
                  arrays.add(new Safetensors.Tensor(key, List.of(array.length), array, 0)));
      put(directory, files, Checkpoint.OPTIMIZER, arrays);
      if (state.stopping().bestWeights().isPresent()) {
        put(
            directory,
            files,
            Checkpoint.BEST,
            ModelDirectory.tensors(layout, state.stopping().bestWeights().get()));
      }
      byte[] json = StateJson.write(state).getBytes(StandardCharsets.UTF_8);
      put(directory, files, StateJson.NAME, out -> out.write(json));
      beforeManifest.run();
      CheckpointManifest manifest =
          new CheckpointManifest(state.step(), state.epoch(), made, best, run, files);
      byte[] text = manifest.toJson().getBytes(StandardCharsets.UTF_8);
      directory.write(CheckpointManifest.NAME, out -> out.write(text));
      known.put(name, manifest);
    } catch (IOException | RuntimeException e) {
      discard(name, e);
      throw e;
    }
    return files.values().stream().mapToLong(CheckpointFile::bytes).sum();
  }

  /**
   * Deletes all but the newest ones, the newest that every run of the job has, and the newest that
   * was the best so far.
   *
   * @param keep how many of the newest stay
   * @param keepBest whether the best stays
   */
  public void prune(int keep, boolean keepBest) throws IOException {
    List<String> names = names();
    Set<String> kept = new HashSet<>();
    boolean regular = false;
    boolean best = !keepBest;
    int count = 0;
    for (String name : names) {
      Optional<CheckpointManifest> manifest = manifest(name);
      if (manifest.isEmpty()) {
        continue;
      }
      boolean firstRegular = !regular && manifest.get().made().isRegular();
      boolean firstBest = !best && manifest.get().best();
      regular |= firstRegular;
      best |= firstBest;
      if (count < keep || firstRegular || firstBest) {
        kept.add(name);
      }
      count++;
    }
    for (String name : names) {
      if (!kept.contains(name)) {
        delete(name);
      }
    }
  }

  /** Deletes what is newer than a step: a run has gone back to it, and on from there otherwise. */
  public void deleteAfter(long step) throws IOException {
    for (String name : names()) {
      if (step(name) > step) {
        delete(name);
      }
    }
  }

  /**
   * Finds the newest whole checkpoint.
   *
   * @param wanted which ones count; asked before the files are compared with the manifest
   * @param skipped told about each newer one that is damaged: its name, and why
   */
  public Optional<Checkpoint> newest(Predicate<CheckpointManifest> wanted, Consumer<String> skipped)
      throws IOException {
    for (String name : names()) {
      try {
        Checkpoint checkpoint = open(name);
        if (wanted.test(checkpoint.manifest())) {
          checkpoint.verify();
          known.put(name, checkpoint.manifest());
          return Optional.of(checkpoint);
        }
      } catch (GradflowException e) {
        skipped.accept(name + " is passed over: " + e.getMessage());
      }
    }
    return Optional.empty();
  }

  private Optional<CheckpointManifest> manifest(String name) throws IOException {
    if (!known.containsKey(name)) {
      try {
        known.put(name, open(name).manifest());
      } catch (GradflowException e) {
        return Optional.empty();
      }
    }
    return Optional.of(known.get(name));
  }

  private void delete(String name) throws IOException {
    known.remove(name);
    storage.delete(name + "/" + CheckpointManifest.NAME);
    storage.delete(name);
  }

  private void discard(String name, Exception cause) {
    try {
      delete(name);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private static void put(
      Storage directory,
      SortedMap<String, CheckpointFile> files,
      String name,
      List<Safetensors.Tensor> tensors)
      throws IOException {
    put(directory, files, name, out -> Safetensors.write(out, tensors, Map.of()));
  }

  private static void put(
      Storage directory,
      SortedMap<String, CheckpointFile> files,
      String name,
      Storage.Content content)
      throws IOException {
    directory.write(
        name,
        out -> {
          CheckpointFile.Gauge gauge = new CheckpointFile.Gauge(out);
          content.writeTo(gauge);
          gauge.flush();
          files.put(name, gauge.file());
        });
  }
}
