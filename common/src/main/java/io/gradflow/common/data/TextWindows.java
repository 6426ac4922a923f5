package io.gradflow.common.data;

import io.gradflow.common.spec.Doc;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.IntStream;

/**
 * How long texts become rows: windows of {@code length + 1} units, the last of which is only ever
 * predicted. The first starts with the text, the others {@code stride} units after one another
 * until one reaches the text's end, which may make that one shorter. So every unit but a text's
 * first is the next token of some row; of exactly one if stride equals length.
 *
 * @param column that holds the texts
 * @param level WORD or CHARACTER: units are known before any vocabulary is
 */
@Doc("How long texts become rows.")
public record TextWindows(String column, TextLevel level, int length, int stride)
    implements Serializable {
  public TextWindows {
    if (length < 1 || stride < 1 || stride > length) {
      throw new IllegalArgumentException(
          "windows of length %d and stride %d; expected 1 <= stride <= length"
              .formatted(length, stride));
    }
    if (level == TextLevel.BYTE_PAIR) {
      throw new IllegalArgumentException(
          "windows need level word or character: where byte pairs end is known only once they are"
              + " learned");
    }
  }

  /** The windows of a text, in order; the text itself if it has no unit. */
  public Iterator<String> of(String text) {
    // Unit i is [edges[2 i], edges[2 i + 1]).
    int[][] edges = {new int[Math.max(16, text.length() / 2)]};
    int[] count = {0};
    level.units(
        text,
        (from, to) -> {
          if (count[0] + 2 > edges[0].length) {
            edges[0] = Arrays.copyOf(edges[0], 2 * count[0]);
          }
          edges[0][count[0]++] = from;
          edges[0][count[0]++] = to;
          return true;
        });
    int units = count[0] / 2;
    if (units == 0) {
      return Arrays.asList(text).iterator();
    }
    int windows = 1 + Math.max(0, (units - length - 1 + stride - 1) / stride);
    return IntStream.range(0, windows)
        .mapToObj(
            w -> {
              int first = w * stride;
              int last = (int) Math.min(units, (long) first + length + 1) - 1;
              return text.substring(edges[0][2 * first], edges[0][2 * last + 1]);
            })
        .iterator();
  }
}
