package io.gradflow.driver.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/** Rows of three classes around seeded centres, and a job that learns them in a second. */
final class Blobs {
  static final int ROWS = 600;
  static final int FEATURES = 4;

  private Blobs() {}

  /** Writes {@code blobs.csv} and {@code blobs.yaml} into a directory; returns the job file. */
  static Path write(Path directory) throws IOException {
    StringBuilder csv = new StringBuilder("x0,x1,x2,x3,label\n");
    Random random = new Random(11);
    for (int row = 0; row < ROWS; row++) {
      int label = random.nextInt(3);
      for (int j = 0; j < FEATURES; j++) {
        double centre = j == label ? 2 : 0;
        csv.append(String.format(Locale.ROOT, "%.4f,", centre + random.nextGaussian()));
      }
      csv.append("class").append(label).append('\n');
    }
    Files.writeString(directory.resolve("blobs.csv"), csv);
    return Files.writeString(
        directory.resolve("blobs.yaml"),
        """
        name: blobs
        seed: 5
        data:
          train: {format: csv, path: blobs.csv}
          validation: {split: 0.1}
          test: {split: 0.2}
          features:
            - {columns: x*, standardize: true}
          label: {column: label, as: class}
        model:
          layers:
            - dense: {units: 8, activation: tanh}
            - dense: {units: classes}
        loss: softmaxCrossEntropy
        optimizer: {adam: {learningRate: 0.05}}
        train: {epochs: 2, batchSize: 64, microShards: 2, metrics: [accuracy]}
        """);
  }
}
