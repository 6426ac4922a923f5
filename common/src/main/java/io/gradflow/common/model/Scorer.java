package io.gradflow.common.model;

import io.gradflow.common.array.Numerics;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.MiniBatch;
import io.gradflow.common.loss.Objectives;
import io.gradflow.common.nn.Network;
import io.gradflow.common.nn.Pass;
import io.gradflow.common.nn.WeightPacks;
import java.util.List;

/**
 * A model bound for prediction: encoded rows in, probabilities or values of every output out. One
 * owner, one thread; scoring allocates nothing. A row's bits do not depend on the rows beside it.
 */
public final class Scorer {
  private final Network network;
  private final Pass pass = new Pass();
  private final MiniBatch batch;
  private final OutputScores[] outputs;

  Scorer(Model model, int maxRows) {
    ModelSpec spec = model.spec();
    ExampleSchema schema = spec.preprocessing().unlabelled().schema();
    WeightPacks packs = new WeightPacks(Numerics.PORTABLE.gemm());
    this.network = spec.network().bind(schema, Objectives.NONE, maxRows, packs);
    this.batch = new MiniBatch(schema, maxRows);
    List<ModelOutput> described = spec.modelOutputs();
    this.outputs = new OutputScores[described.size()];
    for (int i = 0; i < outputs.length; i++) {
      outputs[i] = new OutputScores(described.get(i), maxRows);
    }
    pass.arrays(model.weights(), new float[0]);
  }

  /** The rows to score: fill the inputs, set the number of rows. */
  public MiniBatch batch() {
    return batch;
  }

  /** Numbers a row of the scores of output i. */
  public int width(int output) {
    return outputs[output].width();
  }

  /** Scores the rows of {@link #batch()}. */
  public void score() {
    int rows = batch.rows();
    if (rows == 0) {
      return;
    }
    pass.rows(rows, 0, false);
    network.forward(pass, batch);
    for (int i = 0; i < outputs.length; i++) {
      outputs[i].read(rows, network.output(i), network.outputMask(i));
    }
  }

  /**
   * What the last {@link #score()} came to for output i.
   *
   * @return [rows, width], overwritten by the next call: class probabilities in index order, step
   *     after step where the output has steps, or values
   */
  public float[] scores(int output) {
    return outputs[output].scores();
  }

  /**
   * The classes that output i predicts of a row: one for every step, null where a step does not
   * count; under the loss ctc the labels in order, which belong to no steps.
   */
  public List<String> labels(int output, int row) {
    return outputs[output].labels(row);
  }

  /**
   * The index of the largest of the scores of a step of output i; the first of equals.
   *
   * @param step 0 where the output is read as a whole
   */
  public int argMax(int output, int row, int step) {
    return outputs[output].argMax(row, step);
  }
}
