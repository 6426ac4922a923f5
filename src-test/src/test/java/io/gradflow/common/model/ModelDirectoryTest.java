package io.gradflow.common.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelDirectoryTest {
  private static final Map<String, Object> ROW = Map.of("a", 3, "b", "0.5", "unused", "x");

  @TempDir Path directory;

  @Test
  void writeThenRead_classifier_sameSpecAndBits() throws IOException {
    Model model = TinyModels.classifier();
    ModelDirectory.write(Storage.local(directory), model);
    Model read = ModelDirectory.read(Storage.local(directory));

    assertEquals(model.spec(), read.spec());
    assertArrayEquals(model.weights(), read.weights());
  }

  @Test
  void predict_classifier_sameAsByHand() throws IOException {
    ModelDirectory.write(Storage.local(directory), TinyModels.classifier());
    Predictor predictor = Predictor.load(directory);

    // x = ((3 - 1) * 0.5, (0.5 - 0) * 2) = (1, 1); logits = (1 + 0.5 + 0.25, -1 + 2 - 0.25).
    double yes = Math.exp(1.75);
    double no = Math.exp(0.75);
    float[] probabilities = predictor.predict(ROW);
    assertArrayEquals(
        new float[] {(float) (yes / (yes + no)), (float) (no / (yes + no))}, probabilities, 1e-6f);
    assertEquals(List.of("yes", "no"), predictor.classes());
    assertEquals("yes", predictor.predictClass(ROW));
    assertArrayEquals(probabilities, predictor.predict(new float[] {1, 1}));
    assertArrayEquals(probabilities, predictor.forAnotherThread().predict(ROW));
  }

  @Test
  void predict_oneLogitForTwoClasses_bothProbabilities() {
    Model model = TinyModels.oneLogit();
    // z = 1 + 2 - 1 = 2
    double p = 1 / (1 + Math.exp(-2));
    assertArrayEquals(
        new float[] {(float) (1 - p), (float) p}, new Predictor(model).predict(ROW), 1e-6f);
    assertEquals("yes", new Predictor(model).predictClass(ROW));
  }

  @Test
  void predict_regression_valuesAsTheyAre() {
    Model model = TinyModels.regression();
    assertArrayEquals(new float[] {1.75f, 0.75f}, new Predictor(model).predict(ROW));
    assertThrows(IllegalStateException.class, () -> new Predictor(model).predictClass(ROW));
  }

  @Test
  void predict_missingColumnOrNoNumber_saysWhich() {
    Predictor predictor = new Predictor(TinyModels.classifier());
    assertBadData("column b: missing", () -> predictor.predict(Map.of("a", 1)));
    assertBadData("\"x\" is not a number", () -> predictor.predict(Map.of("a", "x", "b", 1)));
    assertBadData("3 features; the model has 1 input(s)", () -> predictor.predict(new float[3]));
  }

  @Test
  void read_noModel_missing() {
    GradflowException fault =
        assertThrows(
            GradflowException.class,
            () -> ModelDirectory.read(Storage.local(directory.resolve("nowhere"))));
    assertEquals(ExitCode.INPUT_MISSING, fault.code());
  }

  @Test
  void read_otherFormatVersion_namesBoth() throws IOException {
    edit("\"formatVersion\": 1", "\"formatVersion\": 4, \"newKey\": {}");
    assertBadData("format version 4; this build reads 1", this::read);
  }

  @Test
  void read_unknownKey_locatedInTheFile() throws IOException {
    edit("\"name\": \"tiny\"", "\"title\": \"tiny\"");
    assertBadData("model.json:", this::read);
    assertBadData("title", this::read);
  }

  @Test
  void read_otherWeights_refusedByDigest() throws IOException {
    ModelDirectory.write(Storage.local(directory), TinyModels.classifier());
    Path weights = directory.resolve(ModelDirectory.WEIGHTS);
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 1;
    Files.write(weights, bytes);
    assertBadData("the files are of two models, or damaged", this::read);
  }

  @Test
  void read_networkOfAnotherShape_listsParameters() throws IOException {
    edit("\"units\": 2", "\"units\": 3");
    assertBadData("dense_1/kernel is [2, 2] in the file, [2, 3] in the network", this::read);
  }

  private void read() throws IOException {
    ModelDirectory.read(Storage.local(directory));
  }

  private void edit(String text, String replacement) throws IOException {
    ModelDirectory.write(Storage.local(directory), TinyModels.classifier());
    Path json = directory.resolve(ModelDirectory.MODEL_JSON);
    String before = Files.readString(json);
    assertTrue(before.contains(text), before);
    Files.writeString(json, before.replace(text, replacement));
  }

  private static void assertBadData(
      String message, org.junit.jupiter.api.function.Executable call) {
    GradflowException fault = assertThrows(GradflowException.class, call);
    assertEquals(ExitCode.BAD_DATA, fault.code());
    assertTrue(fault.getMessage().contains(message), fault.getMessage());
  }
}
