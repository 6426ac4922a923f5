package io.gradflow.worker.shard;

import io.gradflow.common.error.Redaction;
import java.io.IOException;

/** A kept shard is missing, damaged or cannot be read; the message names the file and the fault. */
public final class UnusableShardException extends IOException {
  private static final long serialVersionUID = 1;

  UnusableShardException(String message, Throwable cause) {
    super(Redaction.text(message), cause);
  }
}
