package io.gradflow.driver.cli;

import io.gradflow.common.error.Causes;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.error.Redaction;
import io.gradflow.common.spec.SpecException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.apache.hadoop.mapred.InvalidInputException;
import org.apache.spark.sql.AnalysisException;

/**
 * What a command's failure is to its user: the one place where exceptions become exit codes.
 *
 * @param code how the process ends
 * @param message without a stack trace
 * @param isFault whether Gradflow or its surroundings are at fault rather than the user's input, so
 *     that the trace is worth keeping
 */
record Failure(ExitCode code, String message, boolean isFault) {
  private static final String PATH_NOT_FOUND = "PATH_NOT_FOUND";

  Failure {
    message = Redaction.text(message);
  }

  /** Looks through the causes: what went wrong on an executor arrives wrapped in Spark's. */
  static Failure of(Throwable thrown) {
    List<Throwable> chain = Causes.of(thrown);
    for (Throwable cause : chain) {
      if (cause instanceof GradflowException known) {
        return new Failure(known.code(), known.getMessage(), known.code() == ExitCode.INTERNAL);
      }
    }
    for (Throwable cause : chain) {
      if (cause instanceof SpecException spec) {
        return new Failure(ExitCode.BAD_JOB, spec.getMessage(), false);
      }
      if (cause instanceof AnalysisException analysis
          && PATH_NOT_FOUND.equals(analysis.getCondition())) {
        return new Failure(ExitCode.INPUT_MISSING, firstLine(analysis), false);
      }
      if (cause instanceof FileNotFoundException
          || cause instanceof NoSuchFileException
          || cause instanceof InvalidInputException) {
        return new Failure(ExitCode.INPUT_MISSING, "not found: " + firstLine(cause), false);
      }
      if (cause instanceof OutOfMemoryError) {
        return new Failure(
            ExitCode.INTERNAL,
            "out of memory ("
                + cause.getMessage()
                + "); give the driver more (--driver-memory, before the first step it holds"
                + " weights and optimizer state; in local mode also the replicas) or use a"
                + " smaller batch",
            true);
      }
      if (cause instanceof CancellationException || cause instanceof InterruptedException) {
        return new Failure(ExitCode.STOPPED, "stopped on request", false);
      }
    }
    for (Throwable cause : chain) {
      if (cause instanceof AnalysisException) {
        return new Failure(ExitCode.BAD_DATA, firstLine(cause), true);
      }
      if (cause instanceof IOException || cause instanceof UncheckedIOException) {
        return new Failure(ExitCode.IO, firstLine(cause), true);
      }
    }
    Throwable root = chain.get(chain.size() - 1);
    return new Failure(
        ExitCode.INTERNAL, root.getClass().getSimpleName() + ": " + firstLine(root), true);
  }

  private static String firstLine(Throwable thrown) {
    String message = thrown.getMessage();
    return message == null
        ? thrown.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }
}
