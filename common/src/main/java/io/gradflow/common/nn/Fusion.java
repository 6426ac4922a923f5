package io.gradflow.common.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Neighbouring steps of a bound network as one, where that saves passes over memory. */
final class Fusion {
  private Fusion() {}

  /** Whether a layer may run as one step with the layer before it. */
  static boolean mayJoin(LayerSpec layer) {
    return layer instanceof MaxPool1d || layer instanceof MaxPool2d;
  }

  /** The same computation, bit for bit, in fewer steps; as it is where steps are run again. */
  static List<Network.Step> of(List<Network.Step> steps) {
    if (steps.stream().anyMatch(Network.Step::computedAgain)) {
      return steps;
    }
    List<Network.Step> fused = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      Network.Step step = steps.get(i);
      Optional<Network.Step> both =
          i + 1 < steps.size() ? both(step, steps.get(i + 1)) : Optional.empty();
      fused.add(both.orElse(step));
      i += both.isPresent() ? 1 : 0;
    }
    return fused;
  }

  private static Optional<Network.Step> both(Network.Step first, Network.Step second) {
    boolean sole = first.outputGradient().hasOnePartAtMost() && first.use() == Parameters.UNSHARED;
    return ConvolutionPoolLayer.of(first.layer(), second.layer(), sole)
        .map(layer -> Network.Step.of(layer, second.outputGradient()));
  }
}
