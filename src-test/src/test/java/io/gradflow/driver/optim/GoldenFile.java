package io.gradflow.driver.optim;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lines of {@code name number number ...} under {@code golden/optim}, grouped by name. */
final class GoldenFile {
  private final Map<String, List<double[]>> rows = new LinkedHashMap<>();

  GoldenFile(String file) {
    try (InputStream in = GoldenFile.class.getResourceAsStream("/golden/optim/" + file);
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!line.startsWith("#")) {
          String[] words = line.split(" ", -1);
          double[] values = new double[words.length - 1];
          for (int i = 0; i < values.length; i++) {
            values[i] = Double.parseDouble(words[i + 1]);
          }
          rows.computeIfAbsent(words[0], name -> new ArrayList<>()).add(values);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<double[]> rows(String name) {
    return rows.get(name);
  }

  float[] floats(String name, int row) {
    double[] values = rows.get(name).get(row);
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
