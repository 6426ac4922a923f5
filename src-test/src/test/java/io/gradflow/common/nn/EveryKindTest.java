package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.spec.Kind;
import io.gradflow.common.spec.OneOf;
import io.gradflow.testkit.ChildJvm;
import io.gradflow.testkit.Golden;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No kind of layer, activation or loss is left out of what every one of them is held to. */
class EveryKindTest {
  /** Layers that PyTorch cannot be asked about, and what holds them instead. */
  private static final Map<String, String> WITHOUT_GOLDEN =
      Map.ofEntries(
          Map.entry("dropout", "draws its own numbers: RandomLayersTest"),
          Map.entry("spatialDropout", "draws its own numbers: RandomLayersTest"),
          Map.entry("gaussianNoise", "draws its own numbers: RandomLayersTest"),
          Map.entry("stochasticDepth", "draws its own numbers: RandomLayersTest"),
          Map.entry(
              "activityRegularization", "the identity, and a sum by hand: SeveralOutputsTest"),
          Map.entry("burnIn", "the identity under a mask: EmbeddingTest"),
          Map.entry("masking", "the identity under a mask: MaskTest"),
          Map.entry("reshape", "a view of its input"),
          Map.entry("residual", "the bits of its parts: BlockTest"),
          Map.entry("block", "the bits of its parts: BlockTest"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-Dgradflow.vector=scalar",
        "-Dgradflow.vector=128",
        "-Dgradflow.vector=256",
        "-Dgradflow.vector=512",
        "-Xint"
      })
  void lines_inAnotherJvm_areThoseOfThisOne(String option)
      throws IOException, InterruptedException {
    ChildJvm.Outcome child =
        ChildJvm.run(
            List.of("--add-modules=jdk.incubator.vector", "-Xmx256m", option),
            EveryKindBits.class.getName());
    assertEquals(0, child.exitCode(), child.stderr());
    assertEquals(EveryKindBits.lines(), child.stdout().strip());
  }

  @Test
  void bits_everyKind_isAmongThem() {
    assertEquals(kinds(LayerSpec.class), kindsOf(EveryKindBits.layers().keySet()));
    assertEquals(kinds(Activation.class), kindsOf(EveryKindBits.activations()));
    assertEquals(kinds(LossSpec.class), kindsOf(EveryKindBits.losses().keySet()));
  }

  /** Those of activations and losses are these very cases. */
  @Test
  void finiteDifferences_everyLayer_hasACase() {
    assertEquals(kinds(LayerSpec.class), EveryKindGradientTest.layerKinds());
  }

  @Test
  void golden_everyLayer_hasACaseOrAReason() {
    Set<String> cases =
        names("nn/layers.json", "nn/norms.json", "nn/convolution.json", "nn/sequences.json");
    // Cases of these are called by a shorter name.
    assertTrue(cases.remove("attention") && cases.add("multiHeadAttention"));
    assertTrue(cases.remove("block") && cases.add("transformerBlock"));
    cases.addAll(WITHOUT_GOLDEN.keySet());
    assertEquals(kinds(LayerSpec.class), cases);
  }

  @Test
  void golden_everyActivationAndLoss_hasACase() {
    Set<String> activations =
        Golden.cases("nn/layers.json")
            .map(golden -> golden.get("name").asText())
            .filter(name -> name.startsWith("activation "))
            .map(name -> name.split(" ", -1)[1])
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(kinds(Activation.class), activations);
    Set<String> losses = names("nn/losses.json", "loss/losses.json");
    Stream.of("loss/sequences.json", "loss/masked.json")
        .flatMap(Golden::cases)
        .map(golden -> golden.get("spec"))
        .map(spec -> spec.isTextual() ? spec.asText() : spec.fieldNames().next())
        .forEach(losses::add);
    assertEquals(kinds(LossSpec.class), losses);
  }

  private static Set<String> names(String... files) {
    return Arrays.stream(files)
        .flatMap(Golden::cases)
        .map((JsonNode golden) -> golden.get("name").asText().split("[ ,]", -1)[0])
        .filter(Predicate.not(String::isEmpty))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> kindsOf(Iterable<String> yaml) {
    Set<String> kinds = new TreeSet<>();
    yaml.forEach(each -> kinds.add(EveryKindBits.kind(each)));
    return kinds;
  }

  private static Set<String> kinds(Class<?> family) {
    return Arrays.stream(family.getAnnotation(OneOf.class).value())
        .map(each -> each.getAnnotation(Kind.class).value())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
