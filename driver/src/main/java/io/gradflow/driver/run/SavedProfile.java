package io.gradflow.driver.run;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.model.Storage;
import io.gradflow.common.spec.SpecException;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.common.spec.SpecWriter;
import io.gradflow.driver.profile.TableProfile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The profile of the rows that a model was trained on, beside the model's own files. */
final class SavedProfile {
  /** The file's name in the model directory. */
  static final String NAME = "profile.json";

  /** More than the profiles of any table's columns take. */
  private static final int MAX_BYTES = 1 << 26;

  private SavedProfile() {}

  /** Writes a profile; deletes one that is there if the model has none. */
  static void write(Storage directory, Optional<TableProfile> profile) throws IOException {
    if (profile.isEmpty()) {
      directory.delete(NAME);
      return;
    }
    byte[] json = SpecWriter.toJson(profile.get()).getBytes(StandardCharsets.UTF_8);
    directory.write(NAME, out -> out.write(json));
  }

  /**
   * Reads the profile; empty if the model came without.
   *
   * @throws GradflowException BAD_DATA if it is no profile that this build reads
   */
  static Optional<TableProfile> read(Storage directory) throws IOException {
    if (!directory.exists(NAME)) {
      return Optional.empty();
    }
    try {
      String json = new String(directory.read(NAME, MAX_BYTES), StandardCharsets.UTF_8);
      return Optional.of(SpecReader.readJson(json, TableProfile.class));
    } catch (SpecException e) {
      throw new GradflowException(
          ExitCode.BAD_DATA,
          directory.location(NAME)
              + " is no profile that this build reads; delete it to go on without:\n"
              + e.getMessage(),
          e);
    }
  }
}
