package io.gradflow.driver.optim;

import io.gradflow.common.array.ParamLayout;
import java.util.Map;
import java.util.TreeMap;

/**
 * u = u + l2 w + l1 sign(w), with factors by parameter; a parameter that several patterns match has
 * their sums. Bounds of the penalties are {@link BoundUnitNorm}'s.
 *
 * @param penalties by pattern of the parameters' names, a star for any characters
 */
public record AddPenalties(Map<String, ParameterPenalty> penalties) implements GradientTransform {
  public AddPenalties {
    penalties = new TreeMap<>(penalties);
  }

  @Override
  public Update init(ParamLayout layout, OptimizerState state) {
    float[] l1 = new float[layout.slices().size()];
    float[] l2 = new float[l1.length];
    penalties.forEach(
        (pattern, penalty) -> {
          boolean[] matched = NamePatterns.matches("regularization", pattern, layout);
          for (int p = 0; p < matched.length; p++) {
            if (matched[p]) {
              l1[p] += (float) penalty.l1();
              l2[p] += (float) penalty.l2();
            }
          }
        });
    return (slice, updates, weights) ->
        add(slice, l1[slice.parameter()], l2[slice.parameter()], weights, updates);
  }

  private static void add(Slice slice, float l1, float l2, float[] weights, float[] updates) {
    if (l2 > 0) {
      Loops.addScaled(slice.from(), slice.to(), l2, weights, updates);
    }
    if (l1 > 0) {
      Loops.addSigns(slice.from(), slice.to(), l1, weights, updates);
    }
  }
}
