package io.gradflow.common.error;

/**
 * A failure that a user can act on: its message says what, where, expected, received, remedy; its
 * code is how the command ends. Credentials do not get into the message, see {@link Redaction}.
 */
public final class GradflowException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final ExitCode code;

  public GradflowException(ExitCode code, String message) {
    super(Redaction.text(message));
    this.code = code;
  }

  public GradflowException(ExitCode code, String message, Throwable cause) {
    super(Redaction.text(message), cause);
    this.code = code;
  }

  public ExitCode code() {
    return code;
  }
}
