package io.gradflow.common.nn;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.Shape;
import io.gradflow.common.array.WorkspacePlan;
import io.gradflow.common.data.MiniBatch;
import io.gradflow.common.loss.LossSums;
import java.util.List;
import java.util.Optional;

/**
 * A network bound to its workspace: the executable of one replica, used by one thread. No pass
 * allocates.
 *
 * <p>Gradients and loss sums add up in ascending row order, one chain an element: passes over
 * consecutive chunks of rows, with {@link Pass#rows} naming each chunk's first row, leave the same
 * bits as one pass over all.
 *
 * <p>With one output the loss is the one that it names, and so is the weight that the driver
 * divides by: over the steps that count where the output is read step by step. With several
 * outputs, or layers that add terms of their own, an example counts once, however many steps: the
 * loss is the weighted sum of the outputs' losses, each the mean over the example's own steps, and
 * of the terms; the weight is the sum of the example weights, class weights left out.
 */
public final class Network {
  /**
   * A layer in its turn.
   *
   * @param outputGradient the gradient of its output
   * @param use which use of shared parameters it is
   * @param computedAgain whether its output is let go in forward and computed again in backward
   * @param again how many steps, up to this one, are looked at for that before its backward
   */
  record Step(Layer layer, GradientSum outputGradient, int use, boolean computedAgain, int again) {
    /** A step whose parameters are its own and that runs once. */
    static Step of(Layer layer, GradientSum outputGradient) {
      return new Step(layer, outputGradient, Parameters.UNSHARED, false, 0);
    }
  }

  private final Graph graph;
  private final Buffer[] inputs;
  private final Step[] steps;
  private final Buffer[] outputs;
  private final List<Optional<Buffer>> outputMasks;
  private final OutputLoss[] targets;
  private final Layer[] terms;
  private final GradientSum[] inputGradients;
  private final SlotRules slots;
  private final LossSums rowSums = new LossSums();
  private final int maxRows;
  private final long workspaceFloats;

  Network(
      Graph graph,
      WorkspacePlan plan,
      List<Buffer> inputs,
      List<Step> steps,
      List<Buffer> outputs,
      List<Optional<Buffer>> outputMasks,
      List<OutputLoss> targets,
      List<Layer> terms,
      List<GradientSum> inputGradients,
      SlotRules slots) {
    this.graph = graph;
    this.inputs = inputs.toArray(Buffer[]::new);
    this.steps = steps.toArray(Step[]::new);
    this.outputs = outputs.toArray(Buffer[]::new);
    this.outputMasks = List.copyOf(outputMasks);
    this.targets = targets.toArray(OutputLoss[]::new);
    this.terms = terms.toArray(Layer[]::new);
    this.inputGradients = inputGradients.toArray(GradientSum[]::new);
    this.slots = slots;
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
   * pass.gradient()}, whose content the pass may {@linkplain Pass#forgetsGradient() forget} first.
   * Outputs stay readable afterwards.
   */
  public void gradient(Pass pass, MiniBatch batch, LossSums sums) {
    if (pass.forgetsGradient()) {
      slots.clear(pass);
    }
    forward(pass, batch);
    accumulateLosses(pass, batch, sums, true);
    if (pass.rows() == 0) {
      return;
    }
    slots.begin(pass);
    for (int i = steps.length - 1; i >= 0; i--) {
      GradientSum gradient = steps[i].outputGradient();
      if (gradient.isWanted()) {
        computeAgain(i, pass);
        gradient.add(pass.rows());
        backward(steps[i], pass);
      }
    }
    slots.end(pass);
    for (GradientSum gradient : inputGradients) {
      gradient.add(pass.rows());
    }
  }

  /** Output i of the last pass: [rows, width]. */
  public Buffer output(int i) {
    return outputs[i];
  }

  /** The mask of output i, [rows, steps] of the last pass, each 0 or 1; empty if it has none. */
  public Optional<Buffer> outputMask(int i) {
    return outputMasks.get(i);
  }

  /**
   * What metrics weigh the steps of output i with, after {@link #loss} or {@link #gradient}: [rows,
   * steps], the example's weight times the mask; one step where the output is read as a whole.
   */
  public Buffer stepWeights(int i) {
    return targets[i].metricWeights().weights();
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

  private void computeAgain(int last, Pass pass) {
    float[] gradient = pass.gradient();
    // Without a gradient layers leave statistics alone: they have been gathered.
    pass.gradient(null);
    for (int i = last + 1 - steps[last].again(); i <= last; i++) {
      if (steps[i].computedAgain()) {
        steps[i].layer().forward(pass);
      }
    }
    pass.gradient(gradient);
  }

  private void backward(Step step, Pass pass) {
    if (step.use() == Parameters.UNSHARED) {
      step.layer().backward(pass);
      return;
    }
    float[] whole = pass.gradient();
    pass.gradient(slots.gradientOf(step.use()));
    step.layer().backward(pass);
    pass.gradient(whole);
  }

  private void accumulateLosses(Pass pass, MiniBatch batch, LossSums sums, boolean withGradient) {
    if (targets.length == 0) {
      throw new IllegalStateException("network was bound without losses: it only predicts");
    }
    pass.exampleWeights(batch.weights());
    for (OutputLoss target : targets) {
      target.weigh(pass.rows(), batch);
    }
    if (targets.length == 1 && terms.length == 0) {
      targets[0].accumulate(0, pass.rows(), batch, sums, withGradient);
      return;
    }
    // Row by row, so that one chain of sums over all outputs does not depend on chunks.
    for (int row = 0; row < pass.rows(); row++) {
      double weight = batch.weights()[row];
      double loss = 0;
      for (int i = 0; i < targets.length; i++) {
        rowSums.reset();
        targets[i].accumulate(row, 1, batch, rowSums, withGradient);
        loss += rowSums.lossSum();
        if (i < sums.outputs()) {
          sums.addOutput(i, rowSums.lossSum() / targets[i].weight());
        }
      }
      for (Layer term : terms) {
        loss += weight * term.lossTerm(row);
      }
      sums.add(loss, weight);
    }
  }
}
