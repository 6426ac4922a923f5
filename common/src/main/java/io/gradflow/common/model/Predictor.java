package io.gradflow.common.model;

import io.gradflow.common.data.MiniBatch;
import io.gradflow.common.data.RowEncoder;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Serves a saved model in plain Java, without Spark: raw values by column name in, the prediction
 * out, with the same bits as the distributed {@code predict}.
 *
 * <pre>{@code
 * Predictor predictor = Predictor.load(Path.of("out/iris/model"));
 * float[] probabilities = predictor.predict(Map.of("petal_length", 4.9, "petal_width", 1.8));
 * String species = predictor.predictClass(Map.of("petal_length", 4.9, "petal_width", 1.8));
 * }</pre>
 *
 * <p>One thread at a time; {@link #forAnotherThread()} shares the weights.
 */
public final class Predictor {
  private final Model model;
  private final RowEncoder encoder;
  private final Scorer scorer;

  public Predictor(Model model) {
    this.model = model;
    this.encoder = model.spec().preprocessing().unlabelled().encoder();
    this.scorer = model.scorer(1);
  }

  /**
   * Loads a model directory.
   *
   * @throws GradflowException if it is missing, corrupt or of a version that this build does not
   *     read
   */
  public static Predictor load(Path modelDirectory) throws IOException {
    return new Predictor(ModelDirectory.read(Storage.local(modelDirectory)));
  }

  /** A predictor of the same weights for use by another thread. */
  public Predictor forAnotherThread() {
    return new Predictor(model);
  }

  /** What the model is. */
  public ModelSpec spec() {
    return model.spec();
  }

  /** The class labels in index order; empty if the model predicts numbers. */
  public List<String> classes() {
    return model.spec().classes();
  }

  /**
   * Predicts one row of raw values.
   *
   * @param row by column name: numbers, text, arrays or lists of numbers, as the training data had;
   *     columns that the model does not use are ignored
   * @return the probability of each class, or the predicted values
   * @throws GradflowException BAD_DATA if a column is missing or its value cannot be used
   */
  public float[] predict(Map<String, ?> row) {
    encoder.encode(row, scorer.batch(), 0);
    return score();
  }

  /**
   * Predicts one encoded row: scaled numbers as the network takes them.
   *
   * @param features of the network's one input
   * @throws GradflowException BAD_DATA if their number is not the input's
   */
  public float[] predict(float[] features) {
    MiniBatch batch = scorer.batch();
    int width = model.spec().network().inputs().get(0).shape().size();
    if (features.length != width || model.spec().network().inputs().size() != 1) {
      throw new GradflowException(
          ExitCode.BAD_DATA,
          features.length
              + " features; the model has "
              + model.spec().network().inputs().size()
              + " input(s), the first of "
              + width);
    }
    System.arraycopy(features, 0, batch.input(0), 0, width);
    return score();
  }

  /**
   * The most probable class of one row of raw values; the first of equals.
   *
   * @throws IllegalStateException if the model predicts numbers
   */
  public String predictClass(Map<String, ?> row) {
    if (classes().isEmpty()) {
      throw new IllegalStateException("model " + spec().name() + " predicts numbers, not classes");
    }
    predict(row);
    return classes().get(scorer.argMax(0));
  }

  private float[] score() {
    scorer.batch().rows(1);
    return Arrays.copyOf(scorer.score(), scorer.width());
  }
}
