package io.gradflow.common.spec;

import java.util.Collection;
import java.util.Locale;

/** The nearest of the words that would have been right. */
public final class Suggestion {
  private Suggestion() {}

  /** {@code did you mean "epochs"? }, or nothing when no word is near. */
  public static String of(String word, Collection<String> words) {
    String plain = plain(word);
    String best = null;
    int bestDistance = Integer.MAX_VALUE;
    for (String candidate : words) {
      String other = plain(candidate);
      int allowed = Math.max(1, Math.min(plain.length(), other.length()) / 3);
      int distance = distance(plain, other);
      if (distance > allowed && plain.length() >= 3 && other.contains(plain)) {
        distance = allowed;
      }
      if (distance <= allowed && distance < bestDistance) {
        best = candidate;
        bestDistance = distance;
      }
    }
    return best == null ? "" : "did you mean \"" + best + "\"? ";
  }

  private static String plain(String word) {
    return word.toLowerCase(Locale.ROOT).replaceAll("[_\\- ]", "");
  }

  /** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(replaced, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
