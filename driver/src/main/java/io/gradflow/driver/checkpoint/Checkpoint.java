package io.gradflow.driver.checkpoint;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.Sha256;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.model.InitialWeights;
import io.gradflow.common.model.ModelDirectory;
import io.gradflow.common.model.SafetensorsEntry;
import io.gradflow.common.model.SafetensorsReader;
import io.gradflow.common.model.Storage;
import io.gradflow.driver.train.TrainingState;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A checkpoint whose manifest has been read. Its other files are read when asked for; {@link
 * #verify} compares them with the manifest.
 */
public final class Checkpoint {
  static final String WEIGHTS = ModelDirectory.WEIGHTS;
  static final String OPTIMIZER = "optimizer.safetensors";
  static final String BEST = "best.safetensors";

  private static final List<String> REQUIRED = List.of(WEIGHTS, OPTIMIZER, StateJson.NAME);
  private static final Set<String> TENSORS = Set.of(WEIGHTS, OPTIMIZER, BEST);
  private static final int BUFFER_BYTES = 1 << 16;

  private final Storage directory;
  private final CheckpointManifest manifest;

  private Checkpoint(Storage directory, CheckpointManifest manifest) {
    this.directory = directory;
    this.manifest = manifest;
  }

  /** Whether there is a checkpoint in a directory, whole or damaged. */
  public static boolean isAt(Storage directory) throws IOException {
    return directory.exists(CheckpointManifest.NAME) && directory.exists(StateJson.NAME);
  }

  /**
   * Opens a checkpoint.
   *
   * @param directory the checkpoint's own
   * @throws GradflowException INPUT_MISSING if there is no manifest; BAD_DATA if it is damaged
   */
  public static Checkpoint open(Storage directory) throws IOException {
    String where = directory.location(CheckpointManifest.NAME);
    CheckpointManifest manifest =
        CheckpointManifest.parse(
            directory.read(CheckpointManifest.NAME, CheckpointManifest.MAX_BYTES), where);
    if (!manifest.files().keySet().containsAll(REQUIRED)) {
      throw new GradflowException(
          ExitCode.BAD_DATA,
          where + ": files are " + manifest.files().keySet() + "; expected " + REQUIRED);
    }
    return new Checkpoint(directory, manifest);
  }

  public CheckpointManifest manifest() {
    return manifest;
  }

  /** Where it is, for messages. */
  public String location() {
    return directory.location("");
  }

  /**
   * Compares every file with the manifest.
   *
   * @throws GradflowException BAD_DATA or INPUT_MISSING for the first that is damaged or missing
   */
  public void verify() throws IOException {
    for (Map.Entry<String, CheckpointFile> entry : manifest.files().entrySet()) {
      String name = entry.getKey();
      CheckpointFile expected = entry.getValue();
      MessageDigest digest = Sha256.begin();
      long bytes = 0;
      byte[] buffer = new byte[BUFFER_BYTES];
      try (InputStream in = directory.open(name)) {
        for (int read = in.read(buffer);
            read > 0 && bytes <= expected.bytes();
            read = in.read(buffer)) {
          digest.update(buffer, 0, read);
          bytes += read;
        }
      }
      if (bytes != expected.bytes()) {
        throw damaged(
            name,
            (bytes > expected.bytes() ? "is longer" : "has " + bytes + " bytes")
                + "; the manifest says "
                + expected.bytes());
      }
      if (!Sha256.end(digest).equals(expected.sha256())) {
        throw damaged(name, "its sha256 is not the manifest's: the content has changed");
      }
    }
  }

  /**
   * Reads the state. Every array is as long as the caller says, whatever the files say.
   *
   * @param layout of the network that goes on
   * @param optimizer the state of the optimizer that goes on: names and lengths count
   * @throws GradflowException BAD_DATA if it is damaged; BAD_JOB if it is of another network or
   *     optimizer
   */
  public TrainingState read(ParamLayout layout, SortedMap<String, float[]> optimizer)
      throws IOException {
    float[] weights = new float[layout.size()];
    loadWeights(WEIGHTS, layout, List.of(), weights);
    SortedMap<String, float[]> arrays = optimizerState(optimizer);
    Optional<float[]> best = Optional.empty();
    if (manifest.files().containsKey(BEST)) {
      best = Optional.of(new float[layout.size()]);
      loadWeights(BEST, layout, List.of(), best.get());
    }
    byte[] json = directory.read(StateJson.NAME, StateJson.MAX_BYTES);
    return StateJson.read(json, directory.location(StateJson.NAME), weights, arrays, best);
  }

  /** The files of tensors that it has. */
  public List<String> tensorFiles() {
    return manifest.files().keySet().stream().filter(TENSORS::contains).toList();
  }

  /** The tensors of one of {@link #tensorFiles()}, by its header. */
  public List<SafetensorsEntry> tensors(String name) throws IOException {
    try (SafetensorsReader reader =
        new SafetensorsReader(directory.open(name), directory.location(name))) {
      return reader.entries();
    }
  }

  /** Overwrites those weights that the checkpoint has; as {@link InitialWeights#load}. */
  public void loadWeights(ParamLayout layout, List<String> allowMissing, float[] weights)
      throws IOException {
    loadWeights(WEIGHTS, layout, allowMissing, weights);
  }

  /**
   * Reads the optimizer's arrays.
   *
   * @param expected names and lengths; not written to
   */
  public SortedMap<String, float[]> optimizerState(SortedMap<String, float[]> expected)
      throws IOException {
    String where = directory.location(OPTIMIZER);
    SortedMap<String, float[]> arrays = new TreeMap<>();
    try (SafetensorsReader reader = new SafetensorsReader(directory.open(OPTIMIZER), where)) {
      TreeSet<String> found = new TreeSet<>();
      reader.entries().forEach(entry -> found.add(describe(entry.name(), entry.elements())));
      TreeSet<String> wanted = new TreeSet<>();
      expected.forEach((name, array) -> wanted.add(describe(name, array.length)));
      if (!found.equals(wanted)) {
        throw new GradflowException(
            ExitCode.BAD_JOB,
            where
                + " holds "
                + found
                + "; this job's optimizer keeps "
                + wanted
                + ": go on with the optimizer that saved it");
      }
      for (SafetensorsEntry entry : reader.entries()) {
        float[] array = new float[expected.get(entry.name()).length];
        reader.read(entry, array, 0);
        arrays.put(entry.name(), array);
      }
      reader.finish();
    }
    return arrays;
  }

  private static String describe(String name, long length) {
    return name + " [" + length + "]";
  }

  private void loadWeights(
      String name, ParamLayout layout, List<String> allowMissing, float[] weights)
      throws IOException {
    InitialWeights.load(
        directory.open(name), directory.location(name), layout, allowMissing, weights);
  }

  private GradflowException damaged(String name, String what) {
    return new GradflowException(ExitCode.BAD_DATA, directory.location(name) + ": " + what);
  }
}
