package io.gradflow.driver.job;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.ParamSlice;
import io.gradflow.common.data.Field;
import io.gradflow.common.nn.InputSpec;
import io.gradflow.common.nn.LayerSpec;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.common.nn.NodeSpec;
import io.gradflow.common.spec.Deferred;
import io.gradflow.common.spec.Fault;
import io.gradflow.common.spec.Kind;
import io.gradflow.common.spec.Location;
import io.gradflow.common.spec.SpecException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** From a {@link ModelSection} to the network, with faults where the layers were written. */
final class NetworkBuilder {
  private static final Pattern LAYER = Pattern.compile("layer (\\d+) .*", Pattern.DOTALL);

  /** A layer of either form; no inputs for the layer of a chain, which reads its predecessor. */
  private record Item(
      String path,
      String name,
      Deferred<LayerSpec> layer,
      List<String> inputs,
      Optional<String> sharedWith,
      boolean trainable,
      double learningRateFactor) {
    /** Whether a parameter of the network is of this layer or of a part of it. */
    boolean owns(String parameter) {
      return parameter.startsWith(name + "/") || parameter.startsWith(name + ".");
    }
  }

  private final List<Item> items = new ArrayList<>();
  private final boolean chain;
  private final Optional<String> output;
  private final List<JobOutput> outputs;

  /**
   * @param outputs whose nodes are the network's outputs, in order
   */
  NetworkBuilder(ModelSection model, List<JobOutput> outputs) {
    this.chain = model.nodes().isEmpty();
    this.output = model.output();
    this.outputs = outputs;
    Map<String, Integer> counts = new HashMap<>();
    for (LayerEntry entry : model.layers()) {
      String kind = kind(entry.layer().sample());
      String generated = kind + "_" + counts.merge(kind, 1, Integer::sum);
      String name = entry.name().orElse(generated);
      items.add(
          new Item(
              "model.layers[" + items.size() + "]",
              name,
              entry.layer(),
              List.of(),
              Optional.empty(),
              entry.trainable(),
              entry.learningRateFactor()));
    }
    for (NodeEntry entry : model.nodes()) {
      items.add(
          new Item(
              "model.nodes[" + items.size() + "]",
              entry.name(),
              entry.layer(),
              entry.inputs(),
              entry.sharedWith(),
              entry.trainable(),
              entry.learningRateFactor()));
    }
  }

  /** Whether a layer that is no output has a number that depends on the data. */
  boolean usesNamesInside() {
    return items.stream()
        .filter(item -> !outputNodes().contains(item.name()))
        .anyMatch(item -> !item.layer().names().isEmpty());
  }

  /** Whether the layer of an output has one. */
  boolean usesNamesAt(int outputIndex) {
    return item(outputIndex).map(item -> !item.layer().names().isEmpty()).orElse(false);
  }

  /** Where the layer of an output is. */
  Optional<Location> outputAt(int outputIndex) {
    return item(outputIndex).flatMap(item -> item.layer().at());
  }

  private Optional<Item> item(int outputIndex) {
    String node = outputNodes().get(outputIndex);
    return items.stream().filter(item -> item.name().equals(node)).findFirst();
  }

  /** Names of the network's outputs. */
  private List<String> outputNodes() {
    String only = output.orElse(items.get(items.size() - 1).name());
    return outputs.isEmpty()
        ? List.of(only)
        : outputs.stream().map(each -> each.node().orElse(only)).toList();
  }

  /** A fault for each layer that asks for a number of classes where there is none. */
  List<Fault> usesOfClasses(ClassCounts classes) {
    return items.stream()
        .filter(item -> !item.layer().names().isEmpty() && classes.of(item.name()).isEmpty())
        .map(item -> new Fault(item.layer().at().orElseThrow(), item.path(), classes.missing()))
        .toList();
  }

  /**
   * Faults of the names: doubled, unknown.
   *
   * @param inputs names of the network's inputs, if known
   * @param at where a path is
   */
  List<Fault> names(Optional<Set<String>> inputs, Function<String, Location> at) {
    List<Fault> faults = new ArrayList<>();
    Set<String> known = new HashSet<>(inputs.orElse(Set.of()));
    for (Item item : items) {
      if (!known.add(item.name())) {
        faults.add(
            new Fault(
                at.apply(item.path() + ".name"),
                item.path(),
                "the name " + item.name() + " is taken; names of inputs and nodes must differ"));
      }
    }
    if (chain && inputs.isPresent() && inputs.get().size() > 1) {
      faults.add(
          new Fault(
              at.apply("model.layers"),
              "model.layers",
              "a chain has one input, the features name "
                  + inputs.get()
                  + "; use nodes, or one input"));
    }
    for (Item item : items) {
      for (int i = 0; inputs.isPresent() && i < item.inputs().size(); i++) {
        if (!known.contains(item.inputs().get(i))) {
          String path = item.path() + ".inputs[" + i + "]";
          faults.add(
              new Fault(
                  at.apply(path),
                  path,
                  "no input or node \"%s\"; inputs are %s"
                      .formatted(item.inputs().get(i), inputs.get())));
        }
      }
    }
    if (output.isPresent() && items.stream().noneMatch(i -> i.name().equals(output.get()))) {
      faults.add(
          new Fault(at.apply("model.output"), "model.output", "no node \"" + output.get() + "\""));
    }
    for (JobOutput each : outputs) {
      if (each.node().isPresent()
          && items.stream().noneMatch(i -> i.name().equals(each.node().get()))) {
        String path = JobOutput.OUTPUTS + "." + each.name();
        faults.add(
            new Fault(
                at.apply(path),
                path,
                "no layer \"%s\"; give the output's node, one of %s"
                    .formatted(each.node().get(), items.stream().map(Item::name).toList())));
      }
    }
    return faults;
  }

  /**
   * The network.
   *
   * @param at where the model is, for faults that no layer has alone
   * @throws SpecException with what does not fit
   */
  NetworkSpec build(List<Field> inputs, ClassCounts classes, Location at) {
    List<NodeSpec> nodes = new ArrayList<>();
    String previous = inputs.get(0).name();
    List<Fault> faults = new ArrayList<>();
    for (Item item : items) {
      try {
        OptionalInt count = classes.of(item.name());
        LayerSpec layer =
            item.layer()
                .resolve(
                    count.isPresent() ? Map.of(ModelSection.CLASSES, count.getAsInt()) : Map.of());
        List<String> reads = chain ? List.of(previous) : item.inputs();
        nodes.add(new NodeSpec(item.name(), layer, reads, item.sharedWith(), item.trainable()));
      } catch (SpecException e) {
        faults.addAll(e.faults());
      } catch (IllegalArgumentException e) {
        faults.add(new Fault(item.layer().at().orElse(at), item.path(), e.getMessage()));
      }
      previous = item.name();
    }
    if (!faults.isEmpty()) {
      throw new SpecException(faults);
    }
    try {
      return new NetworkSpec(
          inputs.stream().map(field -> new InputSpec(field.name(), field.shape())).toList(),
          nodes,
          outputNodes());
    } catch (IllegalArgumentException e) {
      Matcher layer = LAYER.matcher(e.getMessage());
      Optional<Item> item =
          layer.matches()
              ? Optional.of(items.get(Integer.parseInt(layer.group(1)) - 1))
              : Optional.empty();
      Location where = item.flatMap(each -> each.layer().at()).orElse(at);
      throw new SpecException(
          List.of(new Fault(where, item.map(Item::path).orElse("model"), e.getMessage())));
    }
  }

  /**
   * The factors of layers' learning rates, by parameter.
   *
   * @throws IllegalArgumentException if a layer with a factor has no trained parameter
   */
  Map<String, Double> learningRateFactors(ParamLayout layout) {
    Map<String, Double> factors = new TreeMap<>();
    for (Item item : items) {
      if (item.learningRateFactor() == 1) {
        continue;
      }
      List<String> owned =
          layout.slices().stream()
              .filter(slice -> slice.trainable() && item.owns(slice.name()))
              .map(ParamSlice::name)
              .toList();
      if (owned.isEmpty()) {
        throw new IllegalArgumentException(
            item.path()
                + ": "
                + item.name()
                + " has no trained parameters of its own; learningRateFactor has nothing to scale");
      }
      owned.forEach(name -> factors.put(name, item.learningRateFactor()));
    }
    return factors;
  }

  private static String kind(LayerSpec layer) {
    Kind kind = layer.getClass().getAnnotation(Kind.class);
    return kind == null ? layer.getClass().getSimpleName() : kind.value();
  }
}
