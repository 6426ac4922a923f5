package io.gradflow.driver.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.gradflow.common.array.CounterRng;
import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.ParamSlice;
import io.gradflow.common.array.Shape;
import io.gradflow.common.parallel.BlockTeam;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OptimizerTest {
  private static final ScheduleSpec COSINE = new CosineSchedule(Optional.empty(), 0, 5);

  static Stream<OptimizerSpec> all() {
    return Bed.all();
  }

  /** All but those with matrix products, whose allocations have a test of their own. */
  static Stream<OptimizerSpec> withoutProducts() {
    return Bed.all().filter(spec -> !(spec instanceof Muon));
  }

  /** Every transform there is, in front of an optimizer and behind it. */
  private static Optimizer everything(OptimizerSpec spec, ParamLayout layout) {
    ClipSpec clip =
        new ClipSpec(
            Optional.of(2.0), Optional.of(5.0), Optional.of(new AdaptiveClip(0.1, List.of())));
    return Optimizer.create(
        new Recipe(
            spec,
            COSINE,
            clip,
            new Regularization(
                0.001,
                0.01,
                List.of(),
                true,
                Optional.of(3.0),
                Map.of("*0", new ParameterPenalty(0.01, 0.02, Optional.of(2.5))),
                Optional.of(new GradientNoise(0.01, 0.55))),
            Map.of("*0", 0.5),
            Optional.of(new Ema(0.9, true)),
            7),
        layout,
        100);
  }

  private static float[] gaussian(long key, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) CounterRng.gaussian(key, i);
    }
    return values;
  }

  @ParameterizedTest
  @MethodSource("all")
  void restore_thenOneMoreStep_hasTheSameBits(OptimizerSpec spec) {
    ParamLayout layout = Bed.matrices(50, 100, 1, 3);
    Optimizer first = everything(spec, layout);
    float[] weights = gaussian(1, layout.size());
    for (int step = 0; step < 3; step++) {
      first.apply(weights, gaussian(10 + step, layout.size()), 2, step);
    }
    Map<String, float[]> saved = new TreeMap<>();
    first.state().forEach((name, array) -> saved.put(name, array.clone()));
    float[] savedWeights = weights.clone();
    first.apply(weights, gaussian(13, layout.size()), 2, 3);

    Optimizer second = everything(spec, layout);
    second.restore(saved);
    second.apply(savedWeights, gaussian(13, layout.size()), 2, 3);
    assertArrayEquals(weights, savedWeights);
    first.state().forEach((name, array) -> assertArrayEquals(array, second.state().get(name)));
  }

  @ParameterizedTest
  @MethodSource("all")
  void apply_threads_changeNoBit(OptimizerSpec spec) {
    // Three blocks of slices and more; columns that slices cut in every way.
    ParamLayout layout = Bed.matrices(40, Slices.MAX_LENGTH, 7, 3, 3000, 5, 2, 6000, 1, 1);
    float[] alone = gaussian(1, layout.size());
    float[] two = alone.clone();
    float[] three = alone.clone();
    Optimizer a = everything(spec, layout);
    Optimizer b = everything(spec, layout);
    Optimizer c = everything(spec, layout);
    ExecutorService executor = Executors.newFixedThreadPool(2);
    try {
      for (int step = 0; step < 5; step++) {
        float[] gradient = gaussian(10 + step, layout.size());
        a.apply(alone, gradient.clone(), 3, step);
        b.apply(two, gradient.clone(), 3, step, new BlockTeam(2, executor));
        c.apply(three, gradient.clone(), 3, step, new BlockTeam(3, executor));
        assertEquals(a.gradientNorm(), b.gradientNorm());
        assertEquals(a.gradientNorm(), c.gradientNorm());
      }
    } finally {
      executor.shutdown();
    }
    assertArrayEquals(alone, two);
    assertArrayEquals(alone, three);
  }

  @Test
  void apply_lateHelpers_neverDoAnythingTwice() {
    // Many short stages: helpers of one stage wake up in later ones and in later steps.
    int[] ones = new int[500];
    Arrays.fill(ones, 1);
    ParamLayout layout = Bed.layout(ones);
    float[] alone = gaussian(1, layout.size());
    float[] helped = alone.clone();
    float[] gradient = gaussian(2, layout.size());
    OptimizerSpec spec = new Lamb(0.01, 0.9, 0.999, 1e-6, 0.1, List.of());
    Optimizer a = everything(spec, layout);
    Optimizer b = everything(spec, layout);
    ExecutorService executor = Executors.newFixedThreadPool(2);
    try {
      for (int step = 0; step < 1000; step++) {
        a.apply(alone, gradient.clone(), 3, step);
        b.apply(helped, gradient.clone(), 3, step, new BlockTeam(3, executor));
      }
    } finally {
      executor.shutdown();
    }
    assertArrayEquals(alone, helped);
  }

  @Test
  void apply_nothingTrainable_isFine() {
    ParamLayout layout =
        new ParamLayout(List.of(new ParamSlice("norm/mean", Shape.of(2), 0, false)));
    float[] weights = {5, 6};
    Optimizer optimizer = Bed.optimizer(new Adam(0.1, 0.9, 0.999, 1e-8), layout);
    optimizer.apply(weights, new float[] {1, 1}, 1, 0);
    optimizer.apply(weights, new float[] {1, 1}, 1, 1, new BlockTeam(2, Runnable::run));
    assertArrayEquals(new float[] {5, 6}, weights);
    assertEquals(0, optimizer.gradientNorm());
  }

  @Test
  void apply_executorThatNeverRuns_isDoneByTheCaller() {
    ParamLayout layout = Bed.layout(40 * Slices.MAX_LENGTH);
    float[] weights = new float[layout.size()];
    float[] gradient = gaussian(1, layout.size());
    BlockTeam team = new BlockTeam(2, task -> {});
    Bed.optimizer(new Sgd(1), layout).apply(weights, gradient.clone(), 1, 0, team);
    for (int i = 0; i < weights.length; i++) {
      assertEquals(-gradient[i], weights[i]);
    }
  }

  @Test
  void apply_statistics_areNotTouched() {
    ParamLayout layout =
        new ParamLayout(
            List.of(
                new ParamSlice("norm/scale0", Shape.of(2), 0, true),
                new ParamSlice("norm/mean", Shape.of(2), 2, false)));
    float[] weights = {1, 1, 5, 6};
    float[] gradient = {1, 1, 7, 8};
    everything(new Adam(0.1, 0.9, 0.999, 1e-8), layout).apply(weights, gradient, 2, 0);
    assertTrue(weights[0] < 1 && weights[1] < 1);
    assertArrayEquals(new float[] {5, 6}, new float[] {weights[2], weights[3]});
    assertArrayEquals(new float[] {7, 8}, new float[] {gradient[2], gradient[3]});
  }

  @ParameterizedTest
  @MethodSource("withoutProducts")
  void apply_steadyState_allocatesNoArrays(OptimizerSpec spec) {
    ParamLayout layout = Bed.matrices(90, 100, 1, 10);
    Optimizer optimizer = everything(spec, layout);
    float[] weights = gaussian(1, layout.size());
    float[] gradient = gaussian(2, layout.size());
    for (int step = 0; step < 20; step++) {
      optimizer.apply(weights, gradient, 1, step);
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int step = 20; step < 40; step++) {
      optimizer.apply(weights, gradient, 1, step);
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    // StrictMath.pow takes 96 bytes a call until it is compiled, and the gradient noise's is one
    // more than the three of any optimizer; a slice's worth would be 16 KiB.
    assertTrue(allocated <= 20 * 4 * 96 + 200, "allocated " + allocated + " bytes in 20 steps");
  }

  @Test
  void restore_otherStateThanKept_saysWhatWasFoundAndChangesNothing() {
    Optimizer optimizer = Bed.optimizer(new Adam(0.1, 0.9, 0.999, 1e-8), Bed.layout(3));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> optimizer.restore(Map.of("momentum/trace", new float[3])));
    assertEquals(
        "saved optimizer state has [momentum/trace]; this optimizer keeps [adam/m, adam/v];"
            + " resume with the optimizer that saved it",
        e.getMessage());
    e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                optimizer.restore(Map.of("adam/m", new float[] {1, 1, 1}, "adam/v", new float[2])));
    assertEquals("saved optimizer state adam/v has 2 floats; expected 3", e.getMessage());
    assertArrayEquals(new float[3], optimizer.state().get("adam/m"));
  }

  @Test
  void apply_badArguments_areRefused() {
    Optimizer optimizer = Bed.optimizer(new Sgd(0.1), Bed.layout(3));
    float[] three = new float[3];
    assertThrows(IllegalArgumentException.class, () -> optimizer.apply(new float[2], three, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> optimizer.apply(three, new float[4], 1, 0));
    assertThrows(IllegalArgumentException.class, () -> optimizer.apply(three, three, 0, 0));
    assertThrows(
        IllegalArgumentException.class, () -> optimizer.apply(three, three, Double.NaN, 0));
    assertThrows(IllegalArgumentException.class, () -> optimizer.apply(three, three, 1, -1));
  }

  @Test
  void constructor_badHyperparameter_saysWhichAndWhatIsExpected() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> new Adam(0.001, 1, 0.999, 1e-8));
    assertEquals("adam: beta1 is 1.0; expected a number in [0, 1)", e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> new Sgd(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> new Sgd(0));
    assertThrows(IllegalArgumentException.class, () -> new Momentum(0.1, 0.9, -0.1));
    assertThrows(IllegalArgumentException.class, () -> new Nesterov(0.1, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> new AdamW(0.1, 0.9, 0.999, Double.NaN, 0.01, List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () -> new AdamW(0.1, 0.9, 0.999, 1e-8, Double.POSITIVE_INFINITY, List.of()));
    assertThrows(IllegalArgumentException.class, () -> Bed.penalty(-1, 0));
    assertThrows(IllegalArgumentException.class, () -> new Adagrad(0.1, -1, 1e-10));
    assertThrows(IllegalArgumentException.class, () -> new RmsProp(0.1, 1, 1e-8, 0, false));
    assertThrows(IllegalArgumentException.class, () -> new Adadelta(1, 0.9, 0));
    assertThrows(IllegalArgumentException.class, () -> new Adamax(0.1, 0.9, Double.NaN, 1e-8));
    assertThrows(IllegalArgumentException.class, () -> new Nadam(0.1, 0.9, 0.9, 1e-8, -1));
    assertThrows(IllegalArgumentException.class, () -> new AmsGrad(0.1, 0.9, 0.9, -1));
    assertThrows(IllegalArgumentException.class, () -> new Radam(0.1, -0.1, 0.9, 1e-8));
    assertThrows(IllegalArgumentException.class, () -> new Lion(0.1, 0.9, 0.9, -1, List.of()));
    assertThrows(IllegalArgumentException.class, () -> new Rprop(0.1, 1.5, 1.2, 1e-6, 50));
    assertThrows(IllegalArgumentException.class, () -> new Rprop(0.1, 0.5, 1.2, 1, 0.5));
    assertThrows(IllegalArgumentException.class, () -> new Lamb(0.1, 0.9, 0.9, 0, 0.1, List.of()));
    assertThrows(IllegalArgumentException.class, () -> new Lars(0.1, 0.9, 0, 0, List.of()));
    assertThrows(
        IllegalArgumentException.class, () -> new Adafactor(0.1, 0, 1, true, true, 1e-30, 1e-3));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Muon(0.1, 0.9, 0, 0.1, 0.9, 0.9, 1e-8, 0, List.of()));
    assertThrows(IllegalArgumentException.class, () -> new Lbfgs(1, 0, 0.9));
    assertThrows(IllegalArgumentException.class, () -> new Lookahead(new Sgd(1), 5, 0));
    assertThrows(IllegalArgumentException.class, () -> new SharpnessAware(new Sgd(1), 0, false));
    assertThrows(IllegalArgumentException.class, () -> new GradientNoise(0, 0.5));
    assertThrows(IllegalArgumentException.class, () -> new Ema(1, true));
    assertThrows(IllegalArgumentException.class, () -> new Swa(0.5, 0));
    assertThrows(IllegalArgumentException.class, () -> new AdaptiveClip(0, List.of()));
    assertThrows(IllegalArgumentException.class, () -> new ScaleByParameter(Map.of("a", -1.0)));
    assertThrows(IllegalArgumentException.class, () -> Bed.clip(0, Double.POSITIVE_INFINITY));
  }
}
