package io.gradflow.testkit;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.CounterRng;
import io.gradflow.common.array.Gemm;
import io.gradflow.common.array.Numerics;
import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.data.MiniBatch;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.loss.LossSums;
import io.gradflow.common.loss.Objectives;
import io.gradflow.common.nn.InputSpec;
import io.gradflow.common.nn.LayerSpec;
import io.gradflow.common.nn.Network;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.common.nn.NodeSpec;
import io.gradflow.common.nn.Pass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A network with weights and one minibatch, ready to run as a whole or in chunks of rows. */
public final class NetworkTrial {
  private static final long SEED = 11;
  private static final long STEP = 5;
  private static final int MICRO_SHARD = 3;

  private final NetworkSpec spec;
  private final Objectives objectives;
  private final ExampleSchema schema;
  private final MiniBatch batch;
  private final float[] weights;
  private final boolean training;

  /** What a pass leaves, copied. Input gradients of class fields are null. */
  @SuppressWarnings("ArrayRecordComponent") // compared element by element, never by equals
  public record Outcome(
      List<float[]> outputs,
      double lossSum,
      double weightSum,
      float[] gradient,
      List<float[]> inputGradients) {}

  private NetworkTrial(
      NetworkSpec spec,
      Objectives objectives,
      ExampleSchema schema,
      MiniBatch batch,
      float[] weights,
      boolean training) {
    this.spec = spec;
    this.objectives = objectives;
    this.schema = schema;
    this.batch = batch;
    this.weights = weights;
    this.training = training;
  }

  /** Weights and minibatch all 0 (example weights 1), for the caller to fill. */
  public static NetworkTrial of(
      NetworkSpec spec, List<LossSpec> losses, ExampleSchema schema, int rows) {
    return of(spec, Objectives.of(losses, schema.targets()), schema, rows);
  }

  /** As {@link #of(NetworkSpec, List, ExampleSchema, int)}, with weights and targets by name. */
  public static NetworkTrial of(
      NetworkSpec spec, Objectives objectives, ExampleSchema schema, int rows) {
    MiniBatch batch = new MiniBatch(schema, rows);
    batch.rows(rows);
    Arrays.fill(batch.weights(), 1);
    return new NetworkTrial(spec, objectives, schema, batch, new float[spec.layout().size()], true);
  }

  /** One layer on inputs of these shapes, under a loss whose gradient is the target. */
  public static NetworkTrial ofLayer(LayerSpec layer, int rows, Shape... inputs) {
    List<InputSpec> inputSpecs =
        IntStream.range(0, inputs.length)
            .mapToObj(i -> new InputSpec("input" + i, inputs[i]))
            .toList();
    NodeSpec node = new NodeSpec("layer", layer, inputSpecs.stream().map(InputSpec::name).toList());
    return ofNetwork(new NetworkSpec(inputSpecs, List.of(node), List.of("layer")), rows);
  }

  /**
   * A network of number inputs, under losses whose gradients are the targets. Inputs whose names
   * begin with {@code mask} hold 0 or 1 and have no gradient: for {@link MaskedBy}.
   */
  public static NetworkTrial ofNetwork(NetworkSpec network, int rows) {
    List<Field> inputs = network.inputs().stream().map(NetworkTrial::field).toList();
    List<Field> targets =
        IntStream.range(0, network.outputs().size())
            .mapToObj(i -> number("target" + i, network.outputShape(i)))
            .toList();
    List<LossSpec> losses = targets.stream().map(target -> (LossSpec) new InnerProduct()).toList();
    return of(network, losses, new ExampleSchema(inputs, targets), rows);
  }

  private static Field field(InputSpec input) {
    return input.name().startsWith("mask")
        ? classPerStep(input.name(), input.shape().size(), 2)
        : number(input.name(), input.shape());
  }

  /** A field of numbers. */
  public static Field number(String name, Shape shape) {
    return new Field(name, shape, Field.Kind.NUMBER, List.of());
  }

  /** A field of class indices. */
  public static Field classIndex(String name, int classes) {
    return new Field(
        name,
        Shape.of(),
        Field.Kind.CLASS,
        IntStream.range(0, classes).mapToObj(Integer::toString).toList());
  }

  /** A field of a class index for each of several steps. */
  public static Field classPerStep(String name, int steps, int classes) {
    return new Field(name, Shape.of(steps), Field.Kind.CLASS, classIndex(name, classes).classes());
  }

  /** A field of token indices. */
  public static Field tokens(String name, int steps, int vocabulary) {
    return new Field(
        name, Shape.of(steps), Field.Kind.TOKENS, classIndex(name, vocabulary).classes());
  }

  /**
   * Fills weights, numbers and class indices at random: numbers standard normal, weights normal
   * with deviation 1/2, example weights in [1/2, 3/2).
   */
  public NetworkTrial randomize(long seed) {
    long key = CounterRng.key(seed, CounterRng.Purpose.NOISE, "trial");
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (0.5 * CounterRng.gaussian(key, i));
    }
    for (int i = 0; i < schema.inputs().size(); i++) {
      fill(schema.inputs().get(i), batch.input(i), CounterRng.mix(key + 1 + i));
    }
    for (int i = 0; i < schema.targets().size(); i++) {
      fill(schema.targets().get(i), batch.target(i), CounterRng.mix(key - 1 - i));
    }
    for (int r = 0; r < batch.rows(); r++) {
      batch.weights()[r] = 0.5f + CounterRng.uniform(CounterRng.mix(key), r);
    }
    return this;
  }

  /** The same trial where random layers rest. */
  public NetworkTrial inEvaluation() {
    return new NetworkTrial(spec, objectives, schema, batch, weights, false);
  }

  public NetworkSpec spec() {
    return spec;
  }

  public ExampleSchema schema() {
    return schema;
  }

  public float[] weights() {
    return weights;
  }

  public MiniBatch batch() {
    return batch;
  }

  /** Copies values to the parameter of this name. */
  public void weights(String parameter, float... values) {
    System.arraycopy(values, 0, weights, spec.layout().slice(parameter).offset(), values.length);
  }

  /** The slice of the outcome's gradient that belongs to a parameter. */
  public float[] gradientOf(String parameter, Outcome outcome) {
    var slice = spec.layout().slice(parameter);
    return Arrays.copyOfRange(outcome.gradient(), slice.offset(), slice.end());
  }

  /** Binds the network with input gradients, for as many rows as the minibatch has. */
  public Network bind() {
    return bind(Numerics.PORTABLE.gemm());
  }

  private Network bind(Gemm gemm) {
    return spec.bindWithInputGradients(schema, objectives, batch.rows(), gemm);
  }

  /** Forward, loss and backward over all rows. */
  public Outcome run() {
    return runInChunks(batch.rows());
  }

  /** The same in passes over consecutive chunks of these numbers of rows. */
  public Outcome runInChunks(int... sizes) {
    return run(bind(), sizes);
  }

  /** Forward, loss and backward over all rows by a network that the caller has bound. */
  public Outcome run(Network network) {
    return run(network, batch.rows());
  }

  private Outcome run(Network network, int... sizes) {
    float[] gradient = new float[weights.length];
    LossSums sums = new LossSums(objectives.size());
    List<float[]> outputs = new ArrayList<>();
    for (int i = 0; i < spec.outputs().size(); i++) {
      outputs.add(new float[batch.rows() * network.outputShape(i).size()]);
    }
    List<float[]> inputGradients = new ArrayList<>();
    for (Field field : schema.inputs()) {
      inputGradients.add(
          field.kind() == Field.Kind.NUMBER ? new float[batch.rows() * field.width()] : null);
    }
    MiniBatch chunk = new MiniBatch(schema, batch.rows());
    Pass pass = new Pass();
    pass.arrays(weights, gradient);
    pass.streams(SEED, STEP, MICRO_SHARD);
    int first = 0;
    for (int rows : sizes) {
      copyRows(first, rows, chunk);
      pass.rows(rows, first, training);
      network.gradient(pass, chunk, sums);
      for (int i = 0; i < outputs.size(); i++) {
        copy(network.output(i), first, rows, outputs.get(i));
      }
      for (int i = 0; i < inputGradients.size(); i++) {
        if (inputGradients.get(i) != null) {
          copy(network.inputGradient(i), first, rows, inputGradients.get(i));
        }
      }
      first += rows;
    }
    if (first != batch.rows()) {
      throw new IllegalArgumentException(
          "chunks hold " + first + " rows; expected " + batch.rows());
    }
    return new Outcome(outputs, sums.lossSum(), sums.weightSum(), gradient, inputGradients);
  }

  /** The loss sum alone, by a bound network of this trial. */
  double lossSum(Network network) {
    Pass pass = new Pass();
    pass.arrays(weights, null);
    pass.streams(SEED, STEP, MICRO_SHARD);
    pass.rows(batch.rows(), 0, training);
    LossSums sums = new LossSums();
    network.loss(pass, batch, sums);
    return sums.lossSum();
  }

  private void copyRows(int first, int rows, MiniBatch chunk) {
    chunk.rows(rows);
    for (int i = 0; i < schema.inputs().size(); i++) {
      int width = schema.inputs().get(i).width();
      System.arraycopy(batch.input(i), first * width, chunk.input(i), 0, rows * width);
    }
    for (int i = 0; i < schema.targets().size(); i++) {
      int width = schema.targets().get(i).width();
      System.arraycopy(batch.target(i), first * width, chunk.target(i), 0, rows * width);
    }
    System.arraycopy(batch.weights(), first, chunk.weights(), 0, rows);
  }

  private static void copy(Buffer from, int first, int rows, float[] to) {
    System.arraycopy(from.array(), from.offset(), to, first * from.width(), rows * from.width());
  }

  private static void fill(Field field, float[] values, long key) {
    for (int i = 0; i < values.length; i++) {
      values[i] =
          field.kind() == Field.Kind.NUMBER
              ? (float) CounterRng.gaussian(key, i)
              : (int) (CounterRng.uniform(key, i) * field.classes().size());
    }
  }

  /** All that a trial's fields name, for messages. */
  @Override
  public String toString() {
    return Stream.concat(schema.inputs().stream(), schema.targets().stream())
            .map(field -> field.name() + field.shape())
            .toList()
        + " rows="
        + batch.rows();
  }
}
