package io.gradflow.driver.run;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.model.Model;
import io.gradflow.common.model.ModelDirectory;
import io.gradflow.common.model.Storage;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;

/** Finds the model that a user means: its own directory, or that of the run that made it. */
public final class SavedModels {
  private SavedModels() {}

  /**
   * Reads the model at or below a path.
   *
   * @throws GradflowException INPUT_MISSING if there is none
   */
  public static Model read(String path, Configuration configuration) throws IOException {
    return ModelDirectory.read(find(path, configuration));
  }

  /** The model directory at or below a path. */
  public static Storage find(String path, Configuration configuration) throws IOException {
    Storage storage = HadoopStorage.at(path, configuration);
    if (storage.exists(ModelDirectory.MODEL_JSON)) {
      return storage;
    }
    Storage below = storage.below(RunDirectory.MODEL);
    if (below.exists(ModelDirectory.MODEL_JSON)) {
      return below;
    }
    throw new GradflowException(
        ExitCode.INPUT_MISSING,
        "no model at "
            + storage.location("")
            + ": expected "
            + ModelDirectory.MODEL_JSON
            + " there or in "
            + RunDirectory.MODEL
            + "/");
  }
}
