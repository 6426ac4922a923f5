package io.gradflow.driver.data;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.spec.Suggestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The columns that a table has, and what names and globs find among them.
 *
 * @param table what messages call it
 * @param names in the table's order
 */
record ColumnNames(String table, List<String> names) {
  private static final int MAX_LISTED = 20;

  /**
   * Names stand for themselves, even where they hold a glob's characters; a glob stands for all
   * that it matches, in the table's order.
   *
   * @param what the key of the spec, for messages
   * @param unmatched columns that globs pass over: labels and weights are no features
   * @throws GradflowException (bad data) if a name is not there, a glob matches nothing, or a
   *     column is found twice
   */
  List<String> find(String what, List<String> patterns, Set<String> unmatched) {
    List<String> found = new ArrayList<>();
    for (String pattern : patterns) {
      List<String> matches = matches(pattern, unmatched);
      if (matches.isEmpty()) {
        throw notFound(what, pattern);
      }
      found.addAll(matches);
    }
    for (String name : found) {
      if (found.indexOf(name) != found.lastIndexOf(name)) {
        throw new GradflowException(
            ExitCode.BAD_DATA,
            "%s: column %s is named twice by %s".formatted(what, name, patterns));
      }
    }
    return List.copyOf(found);
  }

  private List<String> matches(String pattern, Set<String> unmatched) {
    if (names.contains(pattern)) {
      return List.of(pattern);
    }
    if (!isGlob(pattern)) {
      return List.of();
    }
    Pattern regex =
        Pattern.compile(
            pattern
                .codePoints()
                .mapToObj(
                    c ->
                        switch (c) {
                          case '*' -> ".*";
                          case '?' -> ".";
                          default -> Pattern.quote(Character.toString(c));
                        })
                .collect(Collectors.joining()),
            Pattern.DOTALL);
    return names.stream()
        .filter(name -> !unmatched.contains(name) && regex.matcher(name).matches())
        .toList();
  }

  private GradflowException notFound(String what, String pattern) {
    String listed =
        names.stream().limit(MAX_LISTED).collect(Collectors.joining(", "))
            + (names.size() > MAX_LISTED ? " and " + (names.size() - MAX_LISTED) + " more" : "");
    String hint = isGlob(pattern) ? "" : Suggestion.of(pattern, names);
    return new GradflowException(
        ExitCode.BAD_DATA,
        "%s: %s %s in %s; %sits columns are %s"
            .formatted(
                what,
                isGlob(pattern) ? "no column matches" : "no column",
                pattern,
                table,
                hint,
                listed));
  }

  static boolean isGlob(String pattern) {
    return pattern.indexOf('*') >= 0 || pattern.indexOf('?') >= 0;
  }
}
