package io.gradflow.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Golden files: what another implementation computed, beside the script that asked it. */
public final class Golden {
  private Golden() {}

  /** The elements of {@code cases} in the JSON resource {@code golden/<path>}. */
  public static Stream<JsonNode> cases(String path) {
    try (InputStream in = Golden.class.getResourceAsStream("/golden/" + path)) {
      JsonNode cases = new ObjectMapper().readTree(in).get("cases");
      return IntStream.range(0, cases.size()).mapToObj(cases::get);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An array of numbers, rounded to float. */
  public static float[] floats(JsonNode array) {
    float[] floats = new float[array.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) array.get(i).asDouble();
    }
    return floats;
  }

  /** Asserts that every element differs by at most tolerance max(1, |expected|). */
  public static void assertClose(JsonNode expected, float[] actual, double tolerance, String what) {
    assertEquals(expected.size(), actual.length, what);
    for (int i = 0; i < actual.length; i++) {
      double value = expected.get(i).asDouble();
      assertEquals(
          value, actual[i], tolerance * Math.max(1, Math.abs(value)), what + " at element " + i);
    }
  }
}
