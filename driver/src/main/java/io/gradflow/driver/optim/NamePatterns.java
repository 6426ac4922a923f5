package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.ParamSlice;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Parameters picked by name, e.g. {@code dense_1/*} or {@code *}{@code /bias}: a star stands for
 * any characters, slashes included.
 */
final class NamePatterns {
  private NamePatterns() {}

  /** Parameters of a layout, by index, that some pattern matches. */
  static boolean[] matches(String owner, List<String> patterns, ParamLayout layout) {
    boolean[] matched = new boolean[layout.slices().size()];
    for (String pattern : patterns) {
      boolean[] one = matches(owner, pattern, layout);
      for (int p = 0; p < matched.length; p++) {
        matched[p] |= one[p];
      }
    }
    return matched;
  }

  /**
   * Parameters of a layout, by index, that a pattern matches.
   *
   * @throws IllegalArgumentException if it matches no trainable parameter, naming those there are
   */
  static boolean[] matches(String owner, String pattern, ParamLayout layout) {
    Pattern expression =
        Pattern.compile(
            pattern
                .chars()
                .mapToObj(c -> c == '*' ? ".*" : Pattern.quote(Character.toString(c)))
                .collect(Collectors.joining()));
    List<ParamSlice> params = layout.slices();
    boolean[] matched = new boolean[params.size()];
    boolean any = false;
    for (int p = 0; p < matched.length; p++) {
      matched[p] = params.get(p).trainable() && expression.matcher(params.get(p).name()).matches();
      any |= matched[p];
    }
    if (!any) {
      throw new IllegalArgumentException(
          owner
              + ": pattern "
              + pattern
              + " matches no trainable parameter; there are "
              + params.stream().filter(ParamSlice::trainable).map(ParamSlice::name).toList());
    }
    return matched;
  }
}
