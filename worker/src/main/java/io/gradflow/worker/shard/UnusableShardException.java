package io.gradflow.worker.shard;

import java.io.IOException;
import java.util.Optional;

/** A kept shard is missing, damaged or cannot be read; the message names the file and the fault. */
public final class UnusableShardException extends IOException {
  private static final long serialVersionUID = 1;

  UnusableShardException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The one behind a failed Spark job, if there is one. */
  public static Optional<UnusableShardException> behind(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof UnusableShardException unusable) {
        return Optional.of(unusable);
      }
    }
    return Optional.empty();
  }
}
