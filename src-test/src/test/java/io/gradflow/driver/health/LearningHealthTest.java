package io.gradflow.driver.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.ParamSlice;
import io.gradflow.common.array.Shape;
import io.gradflow.common.data.ExampleSchema;
import io.gradflow.common.data.Field;
import io.gradflow.common.data.MiniBatch;
import io.gradflow.common.nn.Activation;
import io.gradflow.common.nn.Dense;
import io.gradflow.common.nn.Initializer;
import io.gradflow.common.nn.InputSpec;
import io.gradflow.common.nn.LayerSpec;
import io.gradflow.common.nn.NetworkSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LearningHealthTest {
  private static final ParamLayout LAYOUT =
      new ParamLayout(
          List.of(
              new ParamSlice("dense_1/kernel", Shape.of(1, 1), 0, true),
              new ParamSlice("dense_1/bias", Shape.of(1), 1, true),
              new ParamSlice("dense_2/kernel", Shape.of(1, 1), 2, true)));

  private static ExampleSchema schema(int width) {
    return new ExampleSchema(
        List.of(new Field("x", Shape.of(width), Field.Kind.NUMBER, List.of())), List.of());
  }

  /** Normal numbers times a factor. */
  private static MiniBatch rows(int count, int width, float factor) {
    MiniBatch batch = new MiniBatch(schema(width), count);
    Random random = new Random(7);
    for (int i = 0; i < count * width; i++) {
      batch.input(0)[i] = factor * (float) random.nextGaussian();
    }
    batch.rows(count);
    return batch;
  }

  private static NetworkSpec chain(int width, int depth, Activation activation, Initializer start) {
    List<LayerSpec> layers = new ArrayList<>();
    for (int i = 0; i < depth; i++) {
      layers.add(new Dense(width, activation, start, new Initializer.Zeros(), true));
    }
    return NetworkSpec.sequential(new InputSpec("x", Shape.of(width)), layers);
  }

  private static float[] start(NetworkSpec network) {
    float[] weights = new float[network.layout().size()];
    network.initialize(3, weights);
    return weights;
  }

  private static List<Fault> faults(HealthReport report) {
    return report.findings().stream().map(Finding::fault).toList();
  }

  @Test
  void after_aStep_hasTheNormsOfEveryLayer() {
    LearningHealth health = new LearningHealth(LAYOUT, 10, Optional.empty());
    assertTrue(health.isDue(0));
    assertFalse(health.isDue(9));
    float[] weights = {3, 4, 2};
    health.before(weights, new float[] {6, 8, 20}, 2);
    HealthReport report = health.after(1, new float[] {3, 4.5f, 2.5f}, 0.7);
    assertEquals(new LayerHealth("dense_1", 5, 5, 0.1), report.layers().get(0));
    assertEquals(new LayerHealth("dense_2", 10, 2, 0.25), report.layers().get(1));
    assertEquals(0.5, report.firstToLast());
    assertEquals(List.of(), report.findings());
  }

  @Test
  void after_gradientsOfABillionth_namesTheLayerAndWhatToTry() {
    LearningHealth health = new LearningHealth(LAYOUT, 1, Optional.empty());
    float[] weights = {3, 4, 2};
    health.before(weights, new float[] {1e-9f, 0, 1}, 1);
    HealthReport report = health.after(1, weights, 0.7);
    assertEquals(
        List.of(
            "dense_1: gradients 1.0e-09 of the last layer's: vanishing; try relu, heNormal"
                + " initialisation, batchNorm, or residual links"),
        report.findings().stream().map(Finding::sentence).toList());
  }

  @Test
  void after_hugeGradientsAndSteps_saysExplodingAndLarge() {
    LearningHealth health = new LearningHealth(LAYOUT, 1, Optional.empty());
    health.before(new float[] {3, 4, 2}, new float[] {1e6f, 0, 1}, 1);
    assertEquals(
        List.of(Fault.EXPLODING_GRADIENTS, Fault.LARGE_UPDATES),
        faults(health.after(1, new float[] {30, 4, 2}, 0.7)));
  }

  @Test
  void after_fourLooksWithoutMovement_isAStandstill() {
    LearningHealth health = new LearningHealth(LAYOUT, 1, Optional.empty());
    float[] weights = {3, 4, 2};
    for (int look = 1; look <= 4; look++) {
      health.before(weights, new float[] {1e-8f, 0, 1e-8f}, 1);
      HealthReport report = health.after(look, weights, 0.7);
      assertEquals(look == 4 ? List.of(Fault.STANDSTILL) : List.of(), faults(report));
    }
  }

  @Test
  void measure_deadAndSaturatedUnits_areCounted() {
    NetworkSpec relu = chain(2, 1, new Activation.Relu(), new Initializer.Zeros());
    ActivationProbe probe = new ActivationProbe(relu, schema(2), rows(8, 2, 1));
    float[] weights = {0, 0, 0, 0, -1, 1};
    LayerActivity activity = probe.measure(weights).get(0);
    assertEquals(0.5, activity.deadShare());
    assertEquals(0.5, activity.deviation(), 1e-6); // 0 and 1, half each

    NetworkSpec sigmoid = chain(2, 1, new Activation.Sigmoid(), new Initializer.Zeros());
    weights = new float[] {0, 0, 0, 0, 9, 0};
    activity = new ActivationProbe(sigmoid, schema(2), rows(8, 2, 1)).measure(weights).get(0);
    assertEquals(0.5, activity.saturatedShare());
    assertEquals(0, activity.deadShare());
  }

  @Test
  void within_fewFloats_takesFewerRowsOrNone() {
    NetworkSpec network = chain(4, 3, new Activation.Tanh(), new Initializer.GlorotUniform());
    MiniBatch rows = rows(32, 4, 1);
    assertTrue(ActivationProbe.within(23, network, schema(4), rows).isEmpty()); // 12 a row
    assertTrue(ActivationProbe.within(60, network, schema(4), rows).isPresent());
    assertEquals(5, rows.rows());
  }

  @Test
  void start_inputsInThousands_namesTheInput() {
    NetworkSpec network = chain(4, 2, new Activation.Tanh(), new Initializer.GlorotUniform());
    LearningHealth health =
        new LearningHealth(
            network.layout(),
            1,
            Optional.of(new ActivationProbe(network, schema(4), rows(32, 4, 5000))));
    List<Finding> findings = health.start(start(network)).findings();
    assertEquals("x", findings.get(0).where());
    assertEquals(Fault.UNSCALED_INPUT, findings.get(0).fault());
    assertEquals(Fault.SATURATED_UNITS, findings.get(1).fault());
  }

  @Test
  void start_equalColumns_saysThatUnitsStayTheSame() {
    NetworkSpec network = chain(4, 2, new Activation.Tanh(), new Initializer.Constant(0.1f));
    LearningHealth health = new LearningHealth(network.layout(), 1, Optional.empty());
    assertEquals(
        List.of(Fault.EQUAL_UNITS, Fault.EQUAL_UNITS), faults(health.start(start(network))));
  }

  @Test
  void unitVariance_deepTanh_keepsActivationsAliveThatHadShrunk() {
    NetworkSpec network = chain(16, 12, new Activation.Tanh(), new Initializer.Normal(0, 0.1f));
    MiniBatch rows = rows(64, 16, 1);
    ActivationProbe probe = new ActivationProbe(network, schema(16), rows);
    LearningHealth health = new LearningHealth(network.layout(), 1, Optional.of(probe));
    float[] weights = start(network);
    assertEquals(List.of(Fault.SHRINKING_ACTIVATIONS), faults(health.start(weights)));
    UnitVariance.initialize(network, schema(16), rows, 3, weights);
    assertEquals(List.of(), faults(health.start(weights)));
    List<LayerActivity> activities = probe.measure(weights);
    for (LayerActivity activity : activities) {
      assertEquals(0.62, activity.deviation(), 0.06, activity.layer()); // tanh of variance 1
    }
    float[] again = start(network);
    UnitVariance.initialize(network, schema(16), rows, 3, again);
    assertEquals(activities, probe.measure(again));
  }
}
