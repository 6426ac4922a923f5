package io.gradflow.driver.health;

import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.Gemm;
import io.gradflow.common.array.Numerics;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.data.MiniBatch;
import io.gradflow.common.nn.Activation;
import io.gradflow.common.nn.Network;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.common.nn.NodeSpec;
import io.gradflow.common.nn.Pass;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Passes a few rows through a network and looks at what every layer puts out: the network is bound
 * with all its nodes as outputs, so that their floats stay. Random layers do not act, statistics of
 * batch normalisation are the running ones.
 */
public final class ActivationProbe {
  private static final double LEAST_SLOPE = 1.0 / 25;

  private final ExampleSchema schema;
  private final List<NodeSpec> nodes;
  private final Network network;
  private final MiniBatch rows;
  private final Pass pass = new Pass();

  /**
   * @param rows encoded training rows; read, and owned from now on
   */
  public ActivationProbe(NetworkSpec spec, ExampleSchema schema, MiniBatch rows) {
    this.schema = schema;
    this.nodes = spec.nodes();
    this.rows = rows;
    Gemm gemm = Numerics.PORTABLE.gemm();
    this.network =
        withAllOutputs(spec)
            .bind(
                new ExampleSchema(schema.inputs(), List.of()),
                List.of(),
                Math.max(1, rows.rows()),
                gemm);
    pass.rows(rows.rows(), 0, false);
  }

  /**
   * A probe of as many rows as fit: the driver holds what every layer puts out for them.
   *
   * @param floats that all layers together may put out
   * @param rows encoded training rows; left out are those that are too many
   * @return empty if two rows are too many already
   */
  public static Optional<ActivationProbe> within(
      long floats, NetworkSpec spec, ExampleSchema schema, MiniBatch rows) {
    long perRow = 0;
    NetworkSpec all = withAllOutputs(spec);
    for (int i = 0; i < all.outputs().size(); i++) {
      perRow += all.outputShape(i).size();
    }
    int count = (int) Math.min(rows.rows(), floats / Math.max(1, perRow));
    if (count < 2) {
      return Optional.empty();
    }
    rows.rows(count);
    return Optional.of(new ActivationProbe(spec, schema, rows));
  }

  private static NetworkSpec withAllOutputs(NetworkSpec spec) {
    List<String> all = spec.nodes().stream().map(NodeSpec::name).toList();
    return new NetworkSpec(spec.inputs(), spec.nodes(), all);
  }

  /** What the layers put out with these weights, in the order of the nodes. */
  public List<LayerActivity> measure(float[] weights) {
    pass.arrays(weights, null);
    network.forward(pass, rows);
    List<LayerActivity> activities = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      activities.add(activity(nodes.get(i), network.output(i)));
    }
    return activities;
  }

  /** Inputs whose values are far from the size that networks learn from. */
  List<Finding> inputs() {
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < schema.inputs().size(); i++) {
      Field field = schema.inputs().get(i);
      if (field.kind() == Field.Kind.NUMBER) {
        input(field, rows.input(i)).ifPresent(findings::add);
      }
    }
    return findings;
  }

  private Optional<Finding> input(Field field, float[] values) {
    int width = field.width();
    double largest = 0;
    double most = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int j = 0; j < width; j++) {
      double squares = 0;
      for (int r = 0; r < rows.rows(); r++) {
        double value = values[r * width + j];
        squares += value * value / rows.rows();
        largest = Math.max(largest, Math.abs(value));
      }
      double root = Math.sqrt(squares);
      most = Math.max(most, root);
      least = root > 0 ? Math.min(least, root) : least;
    }
    if (largest > 100) {
      return Optional.of(
          Finding.of(field.name(), Fault.UNSCALED_INPUT, "values up to %.1e", largest));
    }
    if (most > 0 && most < 1e-2) {
      return Optional.of(
          Finding.of(field.name(), Fault.UNSCALED_INPUT, "values are at most about %.1e", most));
    }
    return most > 1e3 * least
        ? Optional.of(
            Finding.of(
                field.name(),
                Fault.UNSCALED_INPUT,
                "columns differ in size from %.1e to %.1e",
                least,
                most))
        : Optional.empty();
  }

  private LayerActivity activity(NodeSpec node, Buffer output) {
    float[] values = output.array();
    int width = output.width();
    int count = rows.rows() * width;
    double mean = 0;
    for (int i = 0; i < count; i++) {
      mean += (double) values[output.offset() + i] / count;
    }
    double variance = 0;
    for (int i = 0; i < count; i++) {
      double off = values[output.offset() + i] - mean;
      variance += off * off / count;
    }
    Optional<Activation> function = node.layer().outputActivation();
    return new LayerActivity(
        node.name(),
        Math.sqrt(variance),
        function.filter(ActivationProbe::dies).isPresent() ? dead(output) : 0,
        function.map(each -> saturated(each, output)).orElse(0.0));
  }

  private static boolean dies(Activation function) {
    return function instanceof Activation.Relu;
  }

  private double dead(Buffer output) {
    int dead = 0;
    for (int j = 0; j < output.width(); j++) {
      boolean alive = false;
      for (int r = 0; r < rows.rows() && !alive; r++) {
        alive = output.array()[output.offset() + r * output.width() + j] > 0;
      }
      dead += alive ? 0 : 1;
    }
    return (double) dead / output.width();
  }

  private double saturated(Activation function, Buffer output) {
    boolean sigmoid = function instanceof Activation.Sigmoid;
    if (!sigmoid && !(function instanceof Activation.Tanh)) {
      return 0;
    }
    int count = rows.rows() * output.width();
    int saturated = 0;
    for (int i = 0; i < count; i++) {
      double y = output.array()[output.offset() + i];
      double slope = sigmoid ? 4 * y * (1 - y) : 1 - y * y;
      saturated += slope < LEAST_SLOPE ? 1 : 0;
    }
    return (double) saturated / count;
  }
}
