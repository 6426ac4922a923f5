package io.gradflow.common.metric;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.array.Shape;
import io.gradflow.common.data.Field;
import io.gradflow.common.loss.LossSpec;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Seeded rows of outputs, targets and weights for metric tests, from odd offsets. */
final class Rows {
  static final int OUTPUT_OFFSET = 3;
  static final int TARGET_OFFSET = 5;
  static final int WEIGHT_OFFSET = 2;

  private final Shape output;
  private final Field target;
  private final LossSpec.Link link;
  private final int outputWidth;
  private final int targetWidth;
  private final int count;
  private final float[] o;
  private final float[] t;
  private final float[] w;

  private Rows(
      Shape output, Field target, LossSpec.Link link, int count, float[] o, float[] t, float[] w) {
    this.output = output;
    this.target = target;
    this.link = link;
    this.outputWidth = output.size();
    this.targetWidth = target.width();
    this.count = count;
    this.o = o;
    this.t = t;
    this.w = w;
  }

  Shape output() {
    return output;
  }

  Field target() {
    return target;
  }

  LossSpec.Link link() {
    return link;
  }

  int count() {
    return count;
  }

  /** Outputs from {@link #OUTPUT_OFFSET}. */
  float[] o() {
    return o;
  }

  /** Targets from {@link #TARGET_OFFSET}. */
  float[] t() {
    return t;
  }

  /** Weights from {@link #WEIGHT_OFFSET}. */
  float[] w() {
    return w;
  }

  /** Logits for class indices; some logits tie. */
  static Rows ofClasses(long seed, int count, int classes, int width) {
    Rows rows =
        new Rows(
            Shape.of(width),
            classes(classes),
            width == 1 ? LossSpec.Link.SIGMOID : LossSpec.Link.SOFTMAX,
            count,
            new float[OUTPUT_OFFSET + count * width],
            new float[TARGET_OFFSET + count],
            new float[WEIGHT_OFFSET + count]);
    for (int i = 0; i < count * width; i++) {
      rows.o[OUTPUT_OFFSET + i] = Math.round(4 * CounterRng.gaussian(seed, i)) / 4f;
    }
    for (int i = 0; i < count; i++) {
      rows.t[TARGET_OFFSET + i] =
          (float) Math.floor(classes * CounterRng.uniformDouble(seed + 1, i));
    }
    return rows.weighted(seed);
  }

  static Rows ofNumbers(long seed, int count, int width) {
    Rows rows =
        new Rows(
            Shape.of(width),
            new Field("y", Shape.of(width), Field.Kind.NUMBER, List.of()),
            LossSpec.Link.IDENTITY,
            count,
            new float[OUTPUT_OFFSET + count * width],
            new float[TARGET_OFFSET + count * width],
            new float[WEIGHT_OFFSET + count]);
    for (int i = 0; i < count * width; i++) {
      rows.o[OUTPUT_OFFSET + i] = (float) CounterRng.gaussian(seed, i);
      rows.t[TARGET_OFFSET + i] = (float) CounterRng.gaussian(seed + 1, i) + 2;
    }
    return rows.weighted(seed);
  }

  static Rows of(Field target, LossSpec.Link link, int width, float[] o, float[] t, float[] w) {
    float[] outputs = new float[OUTPUT_OFFSET + o.length];
    float[] targets = new float[TARGET_OFFSET + t.length];
    float[] weights = new float[WEIGHT_OFFSET + w.length];
    System.arraycopy(o, 0, outputs, OUTPUT_OFFSET, o.length);
    System.arraycopy(t, 0, targets, TARGET_OFFSET, t.length);
    System.arraycopy(w, 0, weights, WEIGHT_OFFSET, w.length);
    return new Rows(Shape.of(width), target, link, w.length, outputs, targets, weights);
  }

  static Field classes(int count) {
    return new Field(
        "label",
        Shape.of(),
        Field.Kind.CLASS,
        IntStream.range(0, count).mapToObj(c -> "c" + c).toList());
  }

  /** Weights 0.25, 0.5 ... 1.5, and some 0. */
  private Rows weighted(long seed) {
    for (int i = 0; i < count; i++) {
      w[WEIGHT_OFFSET + i] = (float) Math.floor(7 * CounterRng.uniformDouble(seed + 2, i)) / 4;
    }
    return this;
  }

  float output(int row, int j) {
    return o[OUTPUT_OFFSET + row * outputWidth + j];
  }

  float target(int row, int j) {
    return t[TARGET_OFFSET + row * targetWidth + j];
  }

  int label(int row) {
    return (int) target(row, 0);
  }

  double weight(int row) {
    return w[WEIGHT_OFFSET + row];
  }

  double weightSum() {
    return IntStream.range(0, count).mapToDouble(this::weight).sum();
  }

  Metric bind(MetricSpec spec) {
    return spec.bind(output, target, link);
  }

  void accumulate(Metric metric, int from, int to, double[] sums, int sumsOffset) {
    metric.accumulate(
        to - from,
        o,
        OUTPUT_OFFSET + from * outputWidth,
        t,
        TARGET_OFFSET + from * targetWidth,
        w,
        WEIGHT_OFFSET + from,
        sums,
        sumsOffset);
  }

  Map<String, Object> result(MetricSpec spec) {
    Metric metric = bind(spec);
    double[] sums = new double[metric.sumCount()];
    accumulate(metric, 0, count, sums, 0);
    return metric.result(sums, 0);
  }

  double number(MetricSpec spec) {
    return (double) result(spec).get(spec.label());
  }
}
