package io.gradflow.common.nn;

import io.gradflow.common.array.ArrayKernels;
import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.ParamSlice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * What happens to slots of the flat gradient beside what layers add: those of shared parameters
 * hold the sum over their uses, in the order of the nodes, and those of frozen nodes hold 0. Where
 * a pass forgets what the gradient held, they start at 0.
 *
 * <p>Every use of shared parameters adds up in an array of its own, so that each is one chain in
 * ascending row order, however the rows are cut into passes.
 */
final class SlotRules {
  private final ParamSlice[] overwritten;
  private final ParamSlice[] shared;
  private final ParamSlice[] frozen;

  /** What was in the slots before the micro-shard's first row, then the uses. */
  private final float[][] parts;

  private SlotRules(
      List<ParamSlice> overwritten,
      List<ParamSlice> shared,
      List<ParamSlice> frozen,
      int uses,
      int size) {
    this.overwritten =
        overwritten.stream()
            .sorted(Comparator.comparingInt(ParamSlice::offset))
            .toArray(ParamSlice[]::new);
    this.shared = shared.toArray(ParamSlice[]::new);
    this.frozen = frozen.toArray(ParamSlice[]::new);
    this.parts = new float[shared.isEmpty() ? 0 : 1 + uses][shared.isEmpty() ? 0 : size];
  }

  /**
   * @param predictsOnly whether backward never runs
   * @param overwritten what layers overwrite where a pass forgets the gradient
   */
  static SlotRules of(
      Graph graph, ParamLayout layout, boolean predictsOnly, List<ParamSlice> overwritten) {
    List<ParamSlice> shared = new ArrayList<>();
    List<ParamSlice> frozen = new ArrayList<>();
    int uses = 0;
    for (int node = 0; node < graph.nodes().size() && !predictsOnly; node++) {
      int use = graph.parameters().use(node);
      uses = Math.max(uses, use + 1);
      for (ParamSpec param : graph.parameters().params(node)) {
        ParamSlice slice = layout.slice(graph.parameters().name(node, param.name()));
        if (graph.parameters().isFrozen(node)) {
          frozen.add(slice);
        } else if (use == 0 && param.trainable()) {
          shared.add(slice);
        }
      }
    }
    return new SlotRules(overwritten, shared, frozen, uses, layout.size());
  }

  /** Before a pass that forgets the gradient: sets to 0 what no layer overwrites. */
  void clear(Pass pass) {
    float[] gradient = pass.gradient();
    int from = 0;
    if (pass.rows() > 0) {
      for (ParamSlice slice : overwritten) {
        Arrays.fill(gradient, from, slice.offset(), 0);
        from = slice.end();
      }
    }
    Arrays.fill(gradient, from, gradient.length, 0);
  }

  /** Before backward of a chunk of rows. */
  void begin(Pass pass) {
    if (pass.firstRow() > 0) {
      return;
    }
    for (ParamSlice slice : shared) {
      System.arraycopy(pass.gradient(), slice.offset(), parts[0], slice.offset(), slice.size());
      for (int use = 1; use < parts.length; use++) {
        Arrays.fill(parts[use], slice.offset(), slice.end(), 0);
      }
    }
  }

  /** The array that a use of shared parameters adds to. */
  float[] gradientOf(int use) {
    return parts[1 + use];
  }

  /** After backward of a chunk of rows. */
  void end(Pass pass) {
    float[] gradient = pass.gradient();
    for (ParamSlice slice : shared) {
      int at = slice.offset();
      System.arraycopy(parts[0], at, gradient, at, slice.size());
      for (int use = 1; use < parts.length; use++) {
        ArrayKernels.addInPlace(slice.size(), gradient, at, parts[use], at);
      }
    }
    for (ParamSlice slice : frozen) {
      Arrays.fill(gradient, slice.offset(), slice.end(), 0);
    }
  }
}
