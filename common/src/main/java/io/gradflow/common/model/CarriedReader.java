package io.gradflow.common.model;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.Numerics;
import io.gradflow.common.array.SoftmaxKernels;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.data.MiniBatch;
import io.gradflow.common.loss.Objectives;
import io.gradflow.common.nn.Network;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.common.nn.Pass;
import io.gradflow.common.nn.WeightPacks;
import java.util.List;

/**
 * Carries the network's state from token to token, from the text's first on: a token costs one
 * step, and what comes next depends on the whole text, bit for bit as if it were read again from
 * its start.
 */
final class CarriedReader implements TokenReader {
  private final Network network;
  private final Pass pass = new Pass();
  private final MiniBatch batch;
  private final float[] probabilities;

  /**
   * @param stepwise the model's network, taking one token a pass
   */
  CarriedReader(Model model, NetworkSpec stepwise) {
    Field text = model.spec().preprocessing().inputs().get(0).field();
    Field token =
        new Field(text.name(), stepwise.inputs().get(0).shape(), text.kind(), text.classes());
    ExampleSchema schema = new ExampleSchema(List.of(token), List.of());
    WeightPacks packs = new WeightPacks(Numerics.PORTABLE.gemm());
    this.network = stepwise.bind(schema, Objectives.NONE, 1, packs);
    this.batch = new MiniBatch(schema, 1);
    this.probabilities = new float[stepwise.outputShape(0).size()];
    batch.rows(1);
    pass.arrays(model.weights(), new float[0]);
    pass.rows(1, 0, false);
  }

  @Override
  public void read(int token) {
    batch.input(0)[0] = token;
    network.forward(pass, batch);
  }

  @Override
  public float[] next() {
    Buffer logits = network.output(0);
    SoftmaxKernels.softmaxRows(
        1, probabilities.length, logits.array(), logits.offset(), probabilities, 0);
    return probabilities;
  }
}
