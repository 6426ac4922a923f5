package io.gradflow.driver.feature;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Learns a byte-pair vocabulary from counted units (Sennrich, Haddow and Birch 2016): single
 * characters first, then, again and again, the token that the most frequent pair of neighbours
 * makes. Pairs that make the same text count together, as {@code TokenIndexer} merges them alike;
 * of equally frequent ones the first by code point wins. One use.
 */
final class BytePairs {
  /** A token that may come next; outdated if its count is not the current one. */
  private record Candidate(String token, long count) implements Comparable<Candidate> {
    @Override
    public int compareTo(Candidate other) {
      return TextCounts.FREQUENT_FIRST.compare(
          Map.entry(token, count), Map.entry(other.token, other.count));
    }
  }

  private final List<List<String>> units = new ArrayList<>();
  private final List<Long> unitCounts = new ArrayList<>();
  private final Map<String, Long> characters = new HashMap<>();
  private final Map<String, Long> pairs = new HashMap<>();
  private final Map<String, Set<Integer>> unitsOfPair = new HashMap<>();
  private final PriorityQueue<Candidate> candidates = new PriorityQueue<>();
  private final int minCount;

  BytePairs(Map<String, Long> counts, int minCount) {
    this.minCount = minCount;
    counts.forEach(
        (unit, count) -> {
          List<String> parts =
              new ArrayList<>(unit.codePoints().mapToObj(Character::toString).toList());
          parts.forEach(part -> characters.merge(part, count, Long::sum));
          units.add(parts);
          unitCounts.add(count);
        });
  }

  /** The tokens in index order, at most {@code size}. */
  List<String> vocabulary(int size) {
    List<String> tokens = new ArrayList<>();
    characters.entrySet().stream()
        .filter(character -> character.getValue() >= minCount)
        .sorted(TextCounts.FREQUENT_FIRST)
        .limit(size)
        .forEach(character -> tokens.add(character.getKey()));
    Set<String> known = new HashSet<>(tokens);
    for (int u = 0; u < units.size(); u++) {
      // A character that is unknown never merges.
      units.get(u).replaceAll(part -> known.contains(part) ? part : "");
      countPairs(u, unitCounts.get(u));
    }
    pairs.forEach((token, count) -> candidates.add(new Candidate(token, count)));
    while (tokens.size() < size && !candidates.isEmpty()) {
      Candidate best = candidates.poll();
      if (best.count() < Math.max(2, minCount)) {
        break;
      }
      if (pairs.getOrDefault(best.token(), 0L) == best.count()) {
        // Known from other pairs: merged here too, as the indexer does.
        if (known.add(best.token())) {
          tokens.add(best.token());
        }
        merge(best.token());
      }
    }
    return tokens;
  }

  private void merge(String token) {
    Map<String, Long> before = new HashMap<>();
    for (int u : unitsOfPair.remove(token)) {
      List<String> parts = units.get(u);
      for (int i = 0; i + 1 < parts.size(); i++) {
        String pair = pair(parts, i);
        before.putIfAbsent(pair, pairs.getOrDefault(pair, 0L));
      }
      countPairs(u, -unitCounts.get(u));
      for (int i = 0; i + 1 < parts.size(); i++) {
        if (pair(parts, i).equals(token)) {
          parts.set(i, token);
          parts.remove(i + 1);
        }
      }
      for (int i = 0; i + 1 < parts.size(); i++) {
        String pair = pair(parts, i);
        before.putIfAbsent(pair, pairs.getOrDefault(pair, 0L));
      }
      countPairs(u, unitCounts.get(u));
    }
    before.forEach(
        (pair, was) -> {
          long now = pairs.getOrDefault(pair, 0L);
          if (now != was && now > 0 && !pair.equals(token)) {
            candidates.add(new Candidate(pair, now));
          }
        });
  }

  private void countPairs(int u, long count) {
    List<String> parts = units.get(u);
    for (int i = 0; i + 1 < parts.size(); i++) {
      String pair = pair(parts, i);
      if (!pair.isEmpty()) {
        pairs.merge(pair, count, (a, b) -> a + b == 0 ? null : a + b);
        unitsOfPair.computeIfAbsent(pair, key -> new HashSet<>()).add(u);
      }
    }
  }

  /** The text of two neighbours; empty if one is unknown. */
  private static String pair(List<String> parts, int i) {
    return parts.get(i).isEmpty() || parts.get(i + 1).isEmpty()
        ? ""
        : parts.get(i) + parts.get(i + 1);
  }
}
