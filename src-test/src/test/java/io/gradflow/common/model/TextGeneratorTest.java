package io.gradflow.common.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.array.Shape;
import io.gradflow.common.data.FieldEncoder;
import io.gradflow.common.data.NextTokens;
import io.gradflow.common.data.Preprocessing;
import io.gradflow.common.data.TextLevel;
import io.gradflow.common.data.TextTokens;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.loss.SoftmaxCrossEntropy;
import io.gradflow.common.metric.OutputSpec;
import io.gradflow.common.nn.InputSpec;
import io.gradflow.common.nn.LayerSpec;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.testkit.TinyModels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TextGeneratorTest {
  private static final float NEVER = -40;
  private static final float LOG_3 = 1.0986123f;

  /**
   * Pairs of tokens: after a token the logits are its vector. Padding and the unknown token are the
   * likeliest; after the first token the second comes three times as often as the third, after the
   * second the third, after the third the first.
   */
  private static Model pairs(
      TextLevel level, String first, String second, String third, String... more) {
    List<String> vocabulary = List.of(TextTokens.PADDING, TextTokens.UNKNOWN, first, second, third);
    TextTokens.Side end = TextTokens.Side.END;
    TextTokens text = new TextTokens("text", level, true, vocabulary, 3, end, end);
    float[] vectors = {
      0, 0, 0, 0, 0,
      0, 0, 0, 0, 0,
      9, 9, NEVER, LOG_3, 0,
      9, 9, NEVER, NEVER, 0,
      9, 9, 0, NEVER, NEVER
    };
    List<String> layers = new ArrayList<>(List.of("embedding: {vocabulary: 5, width: 5}"));
    layers.addAll(List.of(more));
    NetworkSpec network = network(3, layers);
    return model(text, network, Arrays.copyOf(vectors, network.layout().size()));
  }

  private static NetworkSpec network(int positions, List<String> layers) {
    return NetworkSpec.sequential(
        new InputSpec("features", Shape.of(positions)),
        layers.stream().map(yaml -> SpecReader.readYaml(yaml, "test", LayerSpec.class)).toList());
  }

  private static Model model(TextTokens text, NetworkSpec network, float[] weights) {
    Shape positions = Shape.of(text.length());
    return Model.of(
        "writer",
        network,
        new Preprocessing(
            List.of(new FieldEncoder("features", positions, List.of(text))),
            List.of(new FieldEncoder("label", positions, List.of(new NextTokens(text)))),
            Optional.empty()),
        List.of(OutputSpec.only("label", new SoftmaxCrossEntropy(0, List.of()), List.of())),
        weights,
        Map.of());
  }

  /** A recurrent model of characters a, b, c that sees so many positions in training. */
  private static Model recurrent(int positions) {
    List<String> vocabulary = List.of(TextTokens.PADDING, TextTokens.UNKNOWN, "a", "b", "c");
    TextTokens.Side end = TextTokens.Side.END;
    TextTokens text =
        new TextTokens("text", TextLevel.CHARACTER, true, vocabulary, positions, end, end);
    NetworkSpec network =
        network(
            positions,
            List.of(
                "embedding: {vocabulary: 5, width: 7, maskZero: true}",
                "lstm: {units: 9, returnSequences: true}",
                "residual: [{gru: {units: 9, returnSequences: true}}, {layerNorm: {}}]",
                "simpleRnn: {units: 6, returnSequences: true}",
                "dropout: 0.5",
                "burnIn: 4",
                "dense: 5"));
    float[] weights = new float[network.layout().size()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) CounterRng.gaussian(11, i);
    }
    return model(text, network, weights);
  }

  private static String write(
      Model model, String prompt, int length, double temperature, int topK, long seed) {
    StringBuilder text = new StringBuilder();
    new TextGenerator(model).write(prompt, length, temperature, topK, seed, text::append);
    return text.toString();
  }

  @Test
  void write_temperatureZero_takesTheMostProbable() {
    Model model = pairs(TextLevel.CHARACTER, "a", "b", "c");
    assertEquals("bcabcab", write(model, "A", 7, 0, 0, 1));
    assertEquals("cab", write(model, "cacab", 3, 0, 0, 1));
    assertEquals("bcabcab", write(model, "a", 7, 5, 1, 1));
  }

  @Test
  void write_networkThatTakesTextsAsAWhole_seesTheLastTokens() {
    Model model = pairs(TextLevel.CHARACTER, "a", "b", "c", "learnedPositions");
    assertTrue(model.spec().network().stepwise().isEmpty());
    assertEquals("bcabcab", write(model, "A", 7, 0, 0, 1));
    assertEquals("cab", write(model, "cacab", 3, 0, 0, 1));
  }

  @Test
  void next_carriedState_hasTheBitsOfReadingAgainFromTheStart() {
    int[] text = {2, 3, 1, 4, 4, 2, 3, 3, 2, 1, 2, 4, 3, 2, 2, 3, 4, 4, 4, 2};
    Model model = recurrent(text.length);
    TokenReader carried = new CarriedReader(model, model.spec().network().stepwise().orElseThrow());
    TokenReader again = new WindowReader(model);
    TokenReader shorter = new WindowReader(recurrent(6));
    for (int token : text) {
      carried.read(token);
      again.read(token);
      shorter.read(token);
      assertArrayEquals(again.next(), carried.next());
    }
    assertFalse(Arrays.equals(again.next(), shorter.next()));
  }

  @Test
  void write_recurrentNetwork_seesTheWholeTextHoweverLong() {
    String text = write(recurrent(60), "abc", 50, 1, 0, 5);
    assertEquals(text, write(recurrent(6), "abc", 50, 1, 0, 5));
    assertTrue(text.contains("a") && text.contains("b") && text.contains("c"), text);
  }

  @Test
  void write_words_areApart() {
    assertEquals(
        " cat sat the cat", write(pairs(TextLevel.WORD, "the", "cat", "sat"), "The", 4, 0, 0, 1));
  }

  /** Of 3,000 followers of a, b has 3/4 at temperature 1, 9/10 at 1/2; within 5 deviations. */
  @Test
  void write_temperature_sharpensProbabilities() {
    Model model = pairs(TextLevel.CHARACTER, "a", "b", "c");
    assertEquals(0.75, shareOfB(write(model, "a", 8000, 1, 0, 3)), 0.04);
    assertEquals(0.9, shareOfB(write(model, "a", 8000, 0.5, 0, 3)), 0.03);
    assertEquals(0.75, shareOfB(write(model, "a", 8000, 1, 2, 3)), 0.04);
  }

  private static double shareOfB(String text) {
    int b = (text.length() - text.replace("ab", "").length()) / 2;
    int c = (text.length() - text.replace("ac", "").length()) / 2;
    assertTrue(b + c > 2500, text.substring(0, 40));
    return (double) b / (b + c);
  }

  @Test
  void write_equalArguments_equalTexts() {
    Model model = pairs(TextLevel.CHARACTER, "a", "b", "c");
    assertEquals(write(model, "ab", 100, 1, 0, 7), write(model, "ab", 100, 1, 0, 7));
    assertNotEquals(write(model, "ab", 100, 1, 0, 7), write(model, "ab", 100, 1, 0, 8));
  }

  @Test
  void write_badArguments_areUsageFaults() {
    Model model = pairs(TextLevel.WORD, "the", "cat", "sat");
    for (Runnable call :
        List.<Runnable>of(
            () -> write(model, " ", 1, 1, 0, 0),
            () -> write(model, "the", 1, -1, 0, 0),
            () -> write(model, "the", 1, Double.NaN, 0, 0),
            () -> write(model, "the", -1, 1, 0, 0),
            () -> write(model, "the", 1, 1, -1, 0))) {
      assertEquals(ExitCode.USAGE, assertThrows(GradflowException.class, call::run).code());
    }
  }

  @Test
  void constructor_modelOfOtherThings_isRefused() {
    GradflowException e =
        assertThrows(GradflowException.class, () -> new TextGenerator(TinyModels.classifier()));
    assertEquals(ExitCode.BAD_DATA, e.code());
    assertTrue(e.getMessage().contains("as: nextToken"), e.getMessage());
  }
}
