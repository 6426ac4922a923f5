package io.gradflow.driver.feature;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How often each of several texts occurs: exact sums, which need no order. */
public final class TextCounts implements Serializable {
  private static final long serialVersionUID = 1;

  /** Frequent texts first, equally frequent ones by code point: the same on every machine. */
  static final Comparator<Map.Entry<String, Long>> FREQUENT_FIRST =
      Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
          .thenComparing((a, b) -> Arrays.compareUnsigned(utf8(a.getKey()), utf8(b.getKey())));

  private final HashMap<String, Long> counts = new HashMap<>();

  public void add(String text) {
    counts.merge(text, 1L, Long::sum);
  }

  public Map<String, Long> counts() {
    return counts;
  }

  /** The most frequent texts in order. */
  public List<String> frequent(int atLeast, int most) {
    return counts.entrySet().stream()
        .filter(text -> text.getValue() >= atLeast)
        .sorted(FREQUENT_FIRST)
        .limit(most)
        .map(Map.Entry::getKey)
        .toList();
  }

  public void write(DataOutput to) throws IOException {
    to.writeInt(counts.size());
    for (Map.Entry<String, Long> each : counts.entrySet()) {
      byte[] text = utf8(each.getKey());
      to.writeInt(text.length);
      to.write(text);
      to.writeLong(each.getValue());
    }
  }

  public void merge(DataInput from) throws IOException {
    for (int left = from.readInt(); left > 0; left--) {
      byte[] text = new byte[from.readInt()];
      from.readFully(text);
      counts.merge(new String(text, StandardCharsets.UTF_8), from.readLong(), Long::sum);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
