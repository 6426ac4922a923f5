package io.gradflow.common.data;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns text into token indices, for one thread.
 *
 * <p>Byte pairs: a unit starts as its characters; of all neighbours whose text together is a token,
 * those of the lowest index merge, leftmost first, until none is left. The training follows the
 * same rule, so it needs no list of pairs (Sennrich, Haddow and Birch 2016, "Neural machine
 * translation of rare words with subword units", with characters in place of bytes).
 */
public final class TokenIndexer {
  private static final int UNKNOWN = 1;
  private static final int MAX_CACHED = 1 << 16;

  private final TextLevel level;
  private final Map<String, Integer> indices = new HashMap<>();
  private final Map<String, int[]> merged = new HashMap<>();
  private int[] tokens = new int[64];
  private int count;

  /**
   * @param vocabulary as of {@link TextTokens}
   */
  public TokenIndexer(TextLevel level, List<String> vocabulary) {
    this.level = level;
    for (String token : vocabulary) {
      indices.putIfAbsent(token, indices.size());
    }
  }

  /**
   * Finds a text's tokens.
   *
   * @param wanted at least the first so many, if there are
   * @return how many were found
   */
  public int index(String text, int wanted) {
    count = 0;
    level.units(
        text,
        (from, to) -> {
          String unit = text.substring(from, to);
          if (level == TextLevel.BYTE_PAIR) {
            for (int token : mergedTokens(unit)) {
              add(token);
            }
          } else {
            add(indices.getOrDefault(unit, UNKNOWN));
          }
          return count < wanted;
        });
    return count;
  }

  /** Token {@code i} of those found last. */
  public int get(int i) {
    return tokens[i];
  }

  private void add(int token) {
    if (count == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * count);
    }
    tokens[count++] = token;
  }

  private int[] mergedTokens(String unit) {
    int[] known = merged.get(unit);
    if (known == null) {
      known = merge(unit);
      if (merged.size() < MAX_CACHED) {
        merged.put(unit, known);
      }
    }
    return known;
  }

  private int[] merge(String unit) {
    int length = unit.codePointCount(0, unit.length());
    // Part i of the unit is [starts[i], starts[i + 1]).
    int[] starts = new int[length + 1];
    for (int i = 0; i < length; i++) {
      starts[i + 1] = starts[i] + Character.charCount(unit.codePointAt(starts[i]));
    }
    int parts = length;
    while (true) {
      int best = Integer.MAX_VALUE;
      int at = -1;
      for (int i = 0; i + 1 < parts; i++) {
        Integer index = indices.get(unit.substring(starts[i], starts[i + 2]));
        if (index != null && index < best) {
          best = index;
          at = i;
        }
      }
      if (at < 0) {
        break;
      }
      System.arraycopy(starts, at + 2, starts, at + 1, parts - at - 1);
      parts--;
    }
    int[] found = new int[parts];
    for (int i = 0; i < parts; i++) {
      found[i] = indices.getOrDefault(unit.substring(starts[i], starts[i + 1]), UNKNOWN);
    }
    return found;
  }
}
