package io.gradflow.driver.feature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.data.RawValues;
import io.gradflow.common.data.TextLevel;
import io.gradflow.common.data.TextTokens.Side;
import io.gradflow.common.data.TokenIndexer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class VocabularyFitTest {
  @Test
  void encoder_counts_frequentFirstTiesByCodePoint() throws IOException {
    // b 3, a 2, \u00e9 2, z 1.
    List<String> texts = List.of("b a \u00e9", "\u00e9 b", "z b a");
    assertEquals(
        List.of("", "\uFFFD", "b", "a", "\u00e9", "z"), learn(TextLevel.WORD, 99, 1, texts));
    assertEquals(List.of("", "\uFFFD", "b", "a"), learn(TextLevel.WORD, 4, 1, texts));
    assertEquals(List.of("", "\uFFFD", "b", "a", "\u00e9"), learn(TextLevel.WORD, 99, 2, texts));
  }

  @Test
  void encoder_nothingFrequentEnough_isRefused() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> learn(TextLevel.WORD, 99, 5, List.of("a b", "a")));
    assertTrue(e.getMessage().contains("no token occurs 5 times"), e.getMessage());
  }

  /**
   * The example of Sennrich, Haddow and Birch (2016), without their end-of-word sign: low 5, lower
   * 2, newest 6, widest 3. By hand: e 17, w 16, ... ; es and st 9 each, es first; est 9; lo 7 and
   * low 7; ne 6, ew 6 and so on.
   */
  @Test
  void encoder_bytePairs_handCalculatedMerges() throws IOException {
    List<String> texts =
        List.of(
            "low\nlow\nlow\nlow\nlow\nlower\nlower",
            "newest\nnewest\nnewest\nnewest\nnewest\nnewest\nwidest\nwidest\nwidest");
    List<String> tokens = learn(TextLevel.BYTE_PAIR, 2 + 11 + 5, 1, texts);
    assertEquals(
        List.of("e", "w", "\n", "s", "t", "l", "o", "n", "d", "i", "r"), tokens.subList(2, 13));
    assertEquals(List.of("es", "est", "lo", "low", "ew"), tokens.subList(13, 18));
  }

  @Test
  void encoder_anyOrderAndSharding_sameVocabulary() throws IOException {
    Random random = new Random(5);
    List<String> texts =
        random
            .ints(200, 0, 1 << 20)
            .mapToObj(
                i ->
                    random
                        .ints(1 + i % 9, 0, 40)
                        .mapToObj(j -> Integer.toString(j * j, 36))
                        .collect(Collectors.joining(" ")))
            .collect(Collectors.toList());
    for (TextLevel level : TextLevel.values()) {
      List<String> expected = learn(level, 60, 2, texts);
      for (int round = 0; round < 3; round++) {
        Collections.shuffle(texts, random);
        assertEquals(expected, learn(level, 60, 2, texts), "seed 5, round " + round);
      }
    }
  }

  /** Every learned token is a token of its own when its text stands alone. */
  @Test
  void encoder_bytePairs_indexerFindsEachToken() throws IOException {
    List<String> tokens =
        learn(
            TextLevel.BYTE_PAIR,
            80,
            1,
            List.of(
                "it was the best of times, it was the worst of times",
                "it was the age of wisdom, it was the age of foolishness"));
    assertEquals(tokens.size(), tokens.stream().distinct().count());
    TokenIndexer indexer = new TokenIndexer(TextLevel.BYTE_PAIR, tokens);
    for (int i = 2; i < tokens.size(); i++) {
      assertEquals(1, indexer.index(tokens.get(i), Integer.MAX_VALUE), tokens.get(i));
      assertEquals(i, indexer.get(0));
    }
  }

  private static List<String> learn(
      TextLevel level, int maxVocabulary, int minCount, List<String> texts) throws IOException {
    TextFeature feature =
        new TextFeature(
            List.of("t"),
            "features",
            level,
            Optional.of(8),
            Optional.empty(),
            maxVocabulary,
            minCount,
            false,
            Side.END,
            Side.END,
            false);
    FeatureFit all = feature.fit(List.of("t"), 0);
    RawValues values = new RawValues();
    for (int from = 0; from < texts.size(); from += 50) {
      FeatureFit shard = all.empty();
      for (String text : texts.subList(from, Math.min(texts.size(), from + 50))) {
        values.clear();
        values.set("t", text);
        shard.add(values);
      }
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      shard.write(new DataOutputStream(message));
      all.merge(new DataInputStream(new ByteArrayInputStream(message.toByteArray())));
    }
    return all.encoder().classes();
  }
}
