package io.gradflow.common.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.testkit.EndlessFiles;
import io.gradflow.testkit.Refusal;
import io.gradflow.testkit.TinyModels;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lengths that model files claim. */
class BoundedModelTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "100000000, ends after",
    "100000001, expected 2 to 100000000",
    "4611686018427387904, expected 2 to 100000000"
  })
  void safetensors_headerOfAnyLength_refused(long length, String message) {
    byte[] file = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
    Refusal.isCheap(
        GradflowException.class,
        message,
        () -> new SafetensorsReader(new ByteArrayInputStream(file), "a.safetensors").close());
  }

  @Test
  void model_networkOfMoreThanItsWeights_refusedBeforeMemoryIsAskedFor() throws IOException {
    Storage storage = Storage.local(directory);
    ModelDirectory.write(storage, TinyModels.classifier());
    Path json = directory.resolve("model.json");
    String text = Files.readString(json, StandardCharsets.UTF_8);
    assertTrue(text.contains("\"units\": 2"), text);
    Files.writeString(json, text.replace("\"units\": 2", "\"units\": 500000000"));
    Refusal.isCheap(
        GradflowException.class, "does not fit the network", () -> ModelDirectory.read(storage));
  }

  @Test
  void model_jsonWithoutEnd_refused() throws IOException {
    ModelDirectory.write(Storage.local(directory), TinyModels.classifier());
    Storage endless = new EndlessFiles(Storage.local(directory), "model.json");
    GradflowException refused =
        assertThrows(GradflowException.class, () -> ModelDirectory.read(endless));
    assertEquals(ExitCode.BAD_DATA, refused.code());
    assertTrue(refused.getMessage().contains("model.json is longer than "), refused.getMessage());
  }

  @Test
  void read_fileOfAsManyBytesOrOneMore_wholeOrRefused() throws IOException {
    Storage storage = Storage.local(directory);
    byte[] content = {1, 2, 3};
    storage.write("three", out -> out.write(content));
    assertArrayEquals(content, storage.read("three", 3));
    assertThrows(GradflowException.class, () -> storage.read("three", 2));
  }
}
