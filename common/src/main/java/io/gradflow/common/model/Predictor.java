package io.gradflow.common.model;

import io.gradflow.common.data.MiniBatch;
import io.gradflow.common.data.RowEncoder;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
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
  private final List<ModelOutput> outputs;
  private final RowEncoder encoder;
  private final Scorer scorer;

  public Predictor(Model model) {
    this.model = model;
    this.outputs = model.spec().modelOutputs();
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

  /** The class labels of the only output in index order; empty if it predicts numbers. */
  public List<String> classes() {
    return onlyOutput().classes();
  }

  /**
   * Predicts one row of raw values by a model with one output.
   *
   * @param row by column name: numbers, text, arrays or lists of numbers, as the training data had;
   *     columns that the model does not use are ignored
   * @return the probability of each class, or the predicted values; of every step, one after the
   *     other, where the output has steps
   * @throws GradflowException BAD_DATA if a column is missing or its value cannot be used
   * @throws IllegalStateException if there are several outputs: {@link #predictAll}
   */
  public float[] predict(Map<String, ?> row) {
    onlyOutput();
    encoder.encode(row, scorer.batch(), 0);
    return score();
  }

  /**
   * Predicts one row of raw values.
   *
   * @return by output, in order, as {@link #predict(Map)}
   * @throws GradflowException BAD_DATA if a column is missing or its value cannot be used
   */
  public Map<String, float[]> predictAll(Map<String, ?> row) {
    encoder.encode(row, scorer.batch(), 0);
    scorer.batch().rows(1);
    scorer.score();
    Map<String, float[]> predictions = new LinkedHashMap<>();
    for (ModelOutput output : outputs) {
      predictions.put(output.name(), copy(predictions.size()));
    }
    return predictions;
  }

  /**
   * Predicts one encoded row by a model with one output: scaled numbers as the network takes them.
   *
   * @param features of the network's one input
   * @throws GradflowException BAD_DATA if their number is not the input's
   */
  public float[] predict(float[] features) {
    onlyOutput();
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
   * @throws IllegalStateException if the model predicts numbers or a class for every step, or has
   *     several outputs
   */
  public String predictClass(Map<String, ?> row) {
    ModelOutput output = onlyOutput();
    if (output.classes().isEmpty() || output.steps() > 1) {
      throw new IllegalStateException(
          "model "
              + spec().name()
              + " predicts "
              + (output.steps() > 1 ? "step by step" : "numbers")
              + ", not one class; use predict or predictSequence");
    }
    predict(row);
    return output.classes().get(scorer.argMax(0, 0, 0));
  }

  /**
   * The classes of one row of raw values that a model predicts step by step, null where a step does
   * not count; under the loss ctc the labels in order.
   *
   * @throws IllegalStateException if the model predicts numbers, or has several outputs
   */
  public List<String> predictSequence(Map<String, ?> row) {
    if (onlyOutput().classes().isEmpty()) {
      throw new IllegalStateException("model " + spec().name() + " predicts numbers; use predict");
    }
    predict(row);
    return scorer.labels(0, 0);
  }

  private ModelOutput onlyOutput() {
    if (outputs.size() > 1) {
      throw new IllegalStateException(
          "model %s has the outputs %s; use predictAll"
              .formatted(spec().name(), outputs.stream().map(ModelOutput::name).toList()));
    }
    return outputs.get(0);
  }

  private float[] score() {
    scorer.batch().rows(1);
    scorer.score();
    return copy(0);
  }

  private float[] copy(int output) {
    return Arrays.copyOf(scorer.scores(output), scorer.width(output));
  }
}
