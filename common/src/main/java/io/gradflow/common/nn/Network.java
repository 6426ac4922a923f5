package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.Shape;
import io.gradflow.common.array.WorkspacePlan;
import io.gradflow.common.data.MiniBatch;
import io.gradflow.common.loss.Loss;
import io.gradflow.common.loss.LossSums;
import java.util.List;

/**
 * A network bound to its workspace: the executable of one replica, used by one thread. No pass
 * allocates.
 *
 * <p>Gradients and loss sums add up in ascending row order, one chain an element: passes over
 * consecutive chunks of rows, with {@link Pass#rows} naming each chunk's first row, leave the same
 * bits as one pass over all.
 *
 * <p>With several outputs the loss is the sum of the outputs' losses, and the weight that the
 * driver divides by is the sum of the example weights, class weights left out; with one output it
 * is the weight that the loss itself names.
 */
public final class Network {
  /** A layer and the gradient of its output. */
  record Step(Layer layer, GradientSum outputGradient) {}

  /** A loss, the floats of one target, and where the loss leaves its gradient. */
  record Target(Loss loss, int width, Buffer gradient) {}

  private final Graph graph;
  private final Buffer[] inputs;
  private final Step[] steps;
  private final Buffer[] outputs;
  private final Target[] targets;
  private final GradientSum[] inputGradients;
  private final LossSums rowSums = new LossSums();
  private final int maxRows;
  private final long workspaceFloats;

  Network(
      Graph graph,
      WorkspacePlan plan,
      List<Buffer> inputs,
      List<Step> steps,
      List<Buffer> outputs,
      List<Target> targets,
      List<GradientSum> inputGradients) {
    this.graph = graph;
    this.inputs = inputs.toArray(Buffer[]::new);
    this.steps = steps.toArray(Step[]::new);
    this.outputs = outputs.toArray(Buffer[]::new);
    this.targets = targets.toArray(Target[]::new);
    this.inputGradients = inputGradients.toArray(GradientSum[]::new);
    this.maxRows = plan.maxRows();
    this.workspaceFloats = plan.floats();
  }

  /**
   * Computes every output for the batch's rows.
   *
   * @throws IllegalArgumentException if pass and batch disagree on the rows, or there are more than
   *     the network was bound for
   */
  public void forward(Pass pass, MiniBatch batch) {
    if (pass.rows() != batch.rows() || pass.rows() > maxRows) {
      throw new IllegalArgumentException(
          "pass of "
              + pass.rows()
              + " rows over a minibatch of "
              + batch.rows()
              + "; expected as many, at most "
              + maxRows);
    }
    for (int i = 0; i < inputs.length; i++) {
      inputs[i].attach(batch.input(i), 0);
    }
    if (pass.rows() > 0) {
      for (Step step : steps) {
        step.layer().forward(pass);
      }
    }
  }

  /** Forward, then adds the rows' losses to {@code sums}. */
  public void loss(Pass pass, MiniBatch batch, LossSums sums) {
    forward(pass, batch);
    accumulateLosses(pass, batch, sums, false);
  }

  /**
   * Forward, loss and backward: adds losses to {@code sums} and gradients to {@code
   * pass.gradient()}. Outputs stay readable afterwards.
   */
  public void gradient(Pass pass, MiniBatch batch, LossSums sums) {
    forward(pass, batch);
    accumulateLosses(pass, batch, sums, true);
    if (pass.rows() == 0) {
      return;
    }
    for (int i = steps.length - 1; i >= 0; i--) {
      GradientSum gradient = steps[i].outputGradient();
      if (gradient.isWanted()) {
        gradient.add(pass.rows());
        steps[i].layer().backward(pass);
      }
    }
    for (GradientSum gradient : inputGradients) {
      gradient.add(pass.rows());
    }
  }

  /** Output i of the last pass: [rows, width]. */
  public Buffer output(int i) {
    return outputs[i];
  }

  /** The shape of one example's output i. */
  public Shape outputShape(int i) {
    return graph.shape(graph.output(i));
  }

  /**
   * What the last {@link #gradient} left for input i: [rows, width].
   *
   * @throws IllegalStateException if the network was not bound with input gradients or the input
   *     holds class indices
   */
  public Buffer inputGradient(int i) {
    if (!inputGradients[i].isWanted()) {
      throw new IllegalStateException(
          "input "
              + graph.inputs().get(i).name()
              + " has no gradient; bind with input gradients, and number fields only");
    }
    return inputGradients[i].sum();
  }

  /** Floats of activations, their gradients and scratch. */
  public long workspaceFloats() {
    return workspaceFloats;
  }

  private void accumulateLosses(Pass pass, MiniBatch batch, LossSums sums, boolean withGradient) {
    if (targets.length == 0) {
      throw new IllegalStateException("network was bound without losses: it only predicts");
    }
    if (targets.length == 1) {
      accumulate(0, 0, pass.rows(), batch, sums, withGradient);
      return;
    }
    // Row by row, so that one chain of sums over all outputs does not depend on chunks.
    for (int row = 0; row < pass.rows(); row++) {
      rowSums.reset();
      for (int i = 0; i < targets.length; i++) {
        accumulate(i, row, 1, batch, rowSums, withGradient);
      }
      sums.add(rowSums.lossSum(), batch.weights()[row]);
    }
  }

  private void accumulate(
      int i, int row, int rows, MiniBatch batch, LossSums sums, boolean withGradient) {
    Buffer output = outputs[i];
    Buffer gradient = targets[i].gradient();
    targets[i]
        .loss()
        .accumulate(
            rows,
            output.array(),
            output.offset() + row * output.width(),
            batch.target(i),
            row * targets[i].width(),
            batch.weights(),
            row,
            withGradient ? gradient.array() : null,
            gradient.offset() + row * gradient.width(),
            sums);
  }
}
