package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gradflow.testkit.Golden;
import io.gradflow.testkit.LayerGolden;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Layers along a sequence against PyTorch. */
class SequenceGoldenTest {
  /** Sums of some thirty products of order 1 in float32, through up to seven steps or layers. */
  private static final double TOLERANCE = 1e-5;

  private static final Initializer ZEROS = new Initializer.Zeros();

  private static final Map<String, LayerSpec> LAYERS = layers();

  @TestFactory
  Stream<DynamicTest> layer_goldenCase_matchesPyTorch() {
    return Golden.cases("nn/sequences.json")
        .map(
            golden ->
                DynamicTest.dynamicTest(
                    LayerGolden.name(golden),
                    () ->
                        LayerGolden.assertMatches(
                            golden, List.of(LAYERS.get(LayerGolden.name(golden))), TOLERANCE)));
  }

  @Test
  void golden_everyCase_hasItsLayer() {
    Set<String> cases =
        Golden.cases("nn/sequences.json").map(LayerGolden::name).collect(Collectors.toSet());
    assertEquals(cases, new HashSet<>(LAYERS.keySet()));
  }

  private static Map<String, LayerSpec> layers() {
    Map<String, LayerSpec> layers = new LinkedHashMap<>();
    for (String kind : List.of("simpleRnn", "lstm", "gru")) {
      layers.put(kind + " sequences", recurrent(kind, 4, true, false));
      layers.put(kind + " last, one row", recurrent(kind, 6, false, false));
      layers.put(kind + " backwards", recurrent(kind, 4, true, true));
      layers.put(kind + " state", recurrent(kind, 4, true, false));
      layers.put(kind + " masked", recurrent(kind, 4, true, false));
      layers.put(kind + " masked, last", recurrent(kind, 4, false, false));
      layers.put(kind + " masked, backwards", recurrent(kind, 4, true, true));
    }
    layers.put("lstm state and cell", recurrent("lstm", 4, true, false));
    Bidirectional.Merge sum = Bidirectional.Merge.SUM;
    layers.put(
        "bidirectional lstm",
        new Bidirectional(recurrent("lstm", 3, true, false), Bidirectional.Merge.CONCAT));
    layers.put(
        "bidirectional gru, sum, last", new Bidirectional(recurrent("gru", 3, false, false), sum));
    layers.put("embedding", new Embedding(5, 3, false, ZEROS));
    layers.put("attention", attention(2, false, false));
    layers.put("attention causal", attention(2, true, false));
    layers.put("attention masked", attention(1, false, false));
    layers.put("attention cross", attention(2, false, false));
    layers.put("attention rotary", attention(2, false, true));
    Activation gelu = new Activation.Gelu();
    layers.put("block pre", block(2, 5, gelu, TransformerBlock.Norm.PRE, false));
    layers.put("block post", block(2, 5, new Activation.Tanh(), TransformerBlock.Norm.POST, true));
    layers.put("block cross", block(1, 3, gelu, TransformerBlock.Norm.PRE, false));
    layers.put("sinusoidalPositions", new SinusoidalPositions(50));
    layers.put("learnedPositions", new LearnedPositions(ZEROS));
    return layers;
  }

  private static TransformerBlock block(
      int heads, int inner, Activation activation, TransformerBlock.Norm norm, boolean causal) {
    return new TransformerBlock(heads, inner, activation, norm, causal, false, 0, 1e-5f, ZEROS);
  }

  private static MultiHeadAttention attention(int heads, boolean causal, boolean rotary) {
    return new MultiHeadAttention(heads, causal, 0, rotary, rotary ? 100 : 10000, ZEROS, true);
  }

  private static Recurrent recurrent(String kind, int units, boolean sequences, boolean backwards) {
    return switch (kind) {
      case "lstm" -> new Lstm(units, sequences, backwards, 0, ZEROS, ZEROS, 1);
      case "gru" -> new Gru(units, sequences, backwards, 0, ZEROS, ZEROS, ZEROS);
      default ->
          new SimpleRnn(units, new Activation.Tanh(), sequences, backwards, 0, ZEROS, ZEROS, ZEROS);
    };
  }
}
