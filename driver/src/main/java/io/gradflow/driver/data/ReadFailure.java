package io.gradflow.driver.data;

import io.gradflow.common.error.Causes;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.SparkException;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.AnalysisException;

/** What a failure of Spark's readers means to the user. */
final class ReadFailure {
  private static final String CSV_HEADER = "CSV header does not conform to the schema";

  private ReadFailure() {}

  /**
   * @param source what messages call the source
   * @return what to throw: Gradflow's own exception if one is behind the failure, an error of the
   *     data if a reader failed, else the failure itself
   */
  static RuntimeException of(String source, Exception failure) {
    Optional<GradflowException> ours = Causes.first(failure, GradflowException.class);
    if (ours.isPresent()) {
      return ours.get();
    }
    Throwable root = Causes.root(failure);
    boolean byReader =
        root instanceof IOException
            || root instanceof AnalysisException
            || isOfTheUsers(root)
            || root instanceof org.apache.hadoop.fs.PathIOException
            || failure instanceof SparkException
            || root.getClass().getName().startsWith("org.apache.parquet")
            || root.getClass().getName().startsWith("com.univocity");
    boolean fault =
        root instanceof NullPointerException
            || root instanceof IllegalStateException
            || root instanceof ClassCastException
            || root instanceof IndexOutOfBoundsException;
    if (!byReader || fault) {
      return failure instanceof RuntimeException unchecked
          ? unchecked
          : new IllegalStateException(source + ": " + root, failure);
    }
    return new GradflowException(
        code(root), "%s cannot be read: %s".formatted(source, words(root)), failure);
  }

  /** Whether Spark has an error class for it, and does not blame itself: values, casts, queries. */
  private static boolean isOfTheUsers(Throwable root) {
    return root instanceof SparkThrowable known
        && known.getCondition() != null
        && !known.isInternalError();
  }

  private static boolean hasCondition(Throwable root, String... conditions) {
    return root instanceof SparkThrowable known
        && known.getCondition() != null
        && Set.of(conditions).contains(known.getCondition());
  }

  private static ExitCode code(Throwable root) {
    if (root instanceof FileNotFoundException
        || hasCondition(
            root,
            "TABLE_OR_VIEW_NOT_FOUND",
            "PATH_NOT_FOUND",
            // What Spark says of a table in a catalog that it does not know.
            "REQUIRES_SINGLE_PART_NAMESPACE")) {
      return ExitCode.INPUT_MISSING;
    }
    return root instanceof AccessControlException
            || root instanceof AccessDeniedException
            || root instanceof ConnectException
            || root instanceof UnknownHostException
            || root instanceof UnsupportedFileSystemException
        ? ExitCode.IO
        : ExitCode.BAD_DATA;
  }

  /** The first line of the message that says something. */
  private static String words(Throwable root) {
    String message = Optional.ofNullable(root.getMessage()).orElse("");
    if (hasCondition(root, "UNABLE_TO_INFER_SCHEMA")) {
      return "it has no columns: there are no data files, or they are empty";
    }
    if (message.startsWith(CSV_HEADER)) {
      // What the header is, what it should be, and the file stand in the lines below.
      return message.lines().map(String::strip).collect(Collectors.joining("; "));
    }
    return message
        .lines()
        .filter(line -> !line.isBlank())
        .findFirst()
        .orElse(root.getClass().getSimpleName());
  }
}
