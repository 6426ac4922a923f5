package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.ParamSlice;
import java.util.ArrayList;
import java.util.List;

/**
 * The fixed cut of the trainable part of the flat vector that every step goes through: each
 * parameter in pieces of at most {@link #MAX_LENGTH} floats. A function of the layout alone, so
 * sums over slices have the same bits whatever the threads.
 */
public final class Slices {
  /** 16 KiB of updates, which stay in the first-level cache through a whole chain. */
  public static final int MAX_LENGTH = 4096;

  private final ParamLayout layout;
  private final Slice[] slices;

  Slices(ParamLayout layout) {
    this.layout = layout;
    List<Slice> cut = new ArrayList<>();
    List<ParamSlice> params = layout.slices();
    for (int p = 0; p < params.size() && params.get(p).trainable(); p++) {
      int end = params.get(p).end();
      for (int from = params.get(p).offset(); from < end; from += MAX_LENGTH) {
        cut.add(new Slice(from, from + Math.min(MAX_LENGTH, end - from), p));
      }
    }
    this.slices = cut.toArray(Slice[]::new);
  }

  public ParamLayout layout() {
    return layout;
  }

  public int count() {
    return slices.length;
  }

  public Slice get(int i) {
    return slices[i];
  }
}
