package io.gradflow.common.metric;

import java.util.Map;

/** A metric with the sums of another and results of its own. */
record DerivedMetric(Metric inner, Results results) implements Metric {
  /** What sums come to. */
  interface Results {
    Map<String, Object> of(double[] sums, int sumsOffset);
  }

  /** What one of the inner metric's numbers comes to. */
  interface Rescaling {
    double of(double value);
  }

  /**
   * @param number of the inner metric
   * @param name of the result
   */
  static Metric ofNumber(Metric inner, String number, String name, Rescaling rescaling) {
    return new DerivedMetric(
        inner,
        (sums, offset) ->
            Map.of(name, rescaling.of((Double) inner.result(sums, offset).get(number))));
  }

  @Override
  public int sumCount() {
    return inner.sumCount();
  }

  @Override
  public void accumulate(
      int rows,
      float[] outputs,
      int outputOffset,
      float[] targets,
      int targetOffset,
      float[] weights,
      int weightOffset,
      double[] sums,
      int sumsOffset) {
    inner.accumulate(
        rows,
        outputs,
        outputOffset,
        targets,
        targetOffset,
        weights,
        weightOffset,
        sums,
        sumsOffset);
  }

  @Override
  public Map<String, Object> result(double[] sums, int sumsOffset) {
    return results.of(sums, sumsOffset);
  }
}
