package io.gradflow.common.model;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.ParamSlice;
import io.gradflow.common.array.WeightsDigest;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.spec.SpecException;
import io.gradflow.common.spec.SpecNode;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.common.spec.SpecTree;
import io.gradflow.common.spec.SpecWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A model as files: {@code weights.safetensors}, written first, and {@code model.json}, which makes
 * it whole. The weights' digest in {@code model.json} ties the two together.
 */
public final class ModelDirectory {
  /** The network, the preprocessing and the rest of {@link ModelSpec}. */
  public static final String MODEL_JSON = "model.json";

  /** More than the vocabularies of any model take. */
  private static final int MAX_JSON_BYTES = 1 << 26;

  /** Every parameter and statistic by name. */
  public static final String WEIGHTS = "weights.safetensors";

  private ModelDirectory() {}

  /** Writes a model, replacing one that is there. */
  public static void write(Storage directory, Model model) throws IOException {
    directory.delete(MODEL_JSON);
    ParamLayout layout = model.spec().network().layout();
    List<Safetensors.Tensor> tensors = tensors(layout, model.weights());
    Map<String, String> metadata =
        Map.of("format", "gradflow " + ModelSpec.FORMAT_VERSION, "model", model.spec().name());
    directory.write(WEIGHTS, out -> Safetensors.write(out, tensors, metadata));
    byte[] json = SpecWriter.toJson(model.spec()).getBytes(StandardCharsets.UTF_8);
    directory.write(MODEL_JSON, out -> out.write(json));
  }

  /** The parameters and statistics of a flat vector by name, in its order; views of the vector. */
  public static List<Safetensors.Tensor> tensors(ParamLayout layout, float[] weights) {
    List<Safetensors.Tensor> tensors = new ArrayList<>();
    for (ParamSlice slice : layout.slices()) {
      tensors.add(
          new Safetensors.Tensor(slice.name(), slice.shape().dims(), weights, slice.offset()));
    }
    return tensors;
  }

  /**
   * Reads a model and checks its weights against their digest.
   *
   * @throws GradflowException INPUT_MISSING if there is no model; BAD_DATA if it is corrupt or of a
   *     version that this build does not read
   */
  public static Model read(Storage directory) throws IOException {
    ModelSpec spec = readSpec(directory);
    ParamLayout layout = spec.network().layout();
    String where = directory.location(WEIGHTS);
    float[] weights;
    try {
      weights = InitialWeights.load(directory.open(WEIGHTS), where, layout);
    } catch (GradflowException e) {
      if (e.code() == ExitCode.BAD_JOB) {
        throw new GradflowException(ExitCode.BAD_DATA, e.getMessage(), e);
      }
      throw e;
    }
    String digest = WeightsDigest.sha256(weights);
    if (!digest.equals(spec.weightsSha256())) {
      throw new GradflowException(
          ExitCode.BAD_DATA,
          where
              + ": the weights' sha256 is "
              + digest
              + "; "
              + MODEL_JSON
              + " expects "
              + spec.weightsSha256()
              + ": the files are of two models, or damaged");
    }
    return new Model(spec, weights);
  }

  /** Reads {@code model.json} alone. */
  public static ModelSpec readSpec(Storage directory) throws IOException {
    String where = directory.location(MODEL_JSON);
    String json = new String(directory.read(MODEL_JSON, MAX_JSON_BYTES), StandardCharsets.UTF_8);
    try {
      SpecTree tree = SpecTree.parseYaml(json, where);
      checkVersion(tree, where);
      return SpecReader.read(tree, ModelSpec.class);
    } catch (SpecException e) {
      throw new GradflowException(
          ExitCode.BAD_DATA, "not a model that this build reads:\n" + e.getMessage(), e);
    }
  }

  // Before the rest is read: another version may have other keys.
  private static void checkVersion(SpecTree tree, String where) {
    String version =
        tree.root() instanceof SpecNode.Mapping map
                && map.entry("formatVersion").map(SpecNode.Entry::value).orElse(null)
                    instanceof SpecNode.Scalar scalar
            ? scalar.text()
            : "(none)";
    if (!version.equals(String.valueOf(ModelSpec.FORMAT_VERSION))) {
      throw new GradflowException(
          ExitCode.BAD_DATA,
          where + ": format version " + version + "; this build reads " + ModelSpec.FORMAT_VERSION);
    }
  }
}
