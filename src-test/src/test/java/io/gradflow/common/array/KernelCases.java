package io.gradflow.common.array;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * Every kernel as one call on prepared arrays, by name: what the digest, the comparison of scalar
 * and vector code and the check for allocations run over.
 */
final class KernelCases {
  /** One kernel on n floats, taken as rows of {@code columns} where it works on rows. */
  interface Case {
    void run(Data data);
  }

  /** Inputs and outputs of a case; refilled before each. */
  static final class Data {
    final int n;
    final int rows;
    final int columns;
    final float[] x;
    final float[] y;
    final float[] z;
    final float[] out;

    /** Offsets that no vector is aligned to. */
    final int xo = 3;

    final int yo = 5;
    final int zo = 1;
    final int oo = 7;

    Data(int rows, int columns) {
      this.rows = rows;
      this.columns = columns;
      this.n = rows * columns;
      x = new float[n + 9];
      y = new float[n + 9];
      z = new float[n + 9];
      out = new float[n + 9];
    }

    /** Mostly ordinary numbers; with {@code special}, now and then an extreme one. */
    void fill(Random random, boolean special) {
      float[] extremes = {
        0f,
        -0f,
        Float.MIN_VALUE,
        -1e-40f,
        1e-30f,
        88.5f,
        -88.5f,
        -103f,
        200f,
        -200f,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.NaN
      };
      for (float[] array : new float[][] {x, y, z, out}) {
        for (int i = 0; i < array.length; i++) {
          array[i] =
              special && random.nextInt(7) == 0
                  ? extremes[random.nextInt(extremes.length)]
                  : (float) random.nextGaussian() * 3f;
        }
      }
    }
  }

  private KernelCases() {}

  static Map<String, Case> all() {
    Map<String, Case> cases = new LinkedHashMap<>();
    activations(cases);
    arithmetic(cases);
    reductions(cases);
    rows(cases);
    runs(cases);
    windows(cases);
    norms(cases);
    return cases;
  }

  private static void activations(Map<String, Case> cases) {
    cases.put("relu", d -> ActivationKernels.relu(d.n, d.x, d.xo, d.out, d.oo));
    cases.put("leakyRelu", d -> ActivationKernels.leakyRelu(d.n, 0.1f, d.x, d.xo, d.out, d.oo));
    cases.put("elu", d -> ActivationKernels.elu(d.n, 0.9f, d.x, d.xo, d.out, d.oo));
    cases.put("selu", d -> ActivationKernels.selu(d.n, d.x, d.xo, d.out, d.oo));
    cases.put("gelu", d -> ActivationKernels.gelu(d.n, d.x, d.xo, d.out, d.oo));
    cases.put("geluTanh", d -> ActivationKernels.geluTanh(d.n, d.x, d.xo, d.out, d.oo));
    cases.put("silu", d -> ActivationKernels.silu(d.n, d.x, d.xo, d.out, d.oo));
    cases.put("sigmoid", d -> ActivationKernels.sigmoid(d.n, d.x, d.xo, d.out, d.oo));
    cases.put("tanh", d -> ActivationKernels.tanh(d.n, d.x, d.xo, d.out, d.oo));
    cases.put("softplus", d -> ActivationKernels.softplus(d.n, d.x, d.xo, d.out, d.oo));
    cases.put("exp", d -> ActivationKernels.exp(d.n, d.x, d.xo, d.out, d.oo));
    cases.put("log", d -> ActivationKernels.log(d.n, d.x, d.xo, d.out, d.oo));
    cases.put(
        "reluBackward",
        d -> ActivationKernels.reluBackward(d.n, d.x, d.xo, d.y, d.yo, d.out, d.oo));
    cases.put(
        "leakyReluBackward",
        d -> ActivationKernels.leakyReluBackward(d.n, 0.1f, d.x, d.xo, d.y, d.yo, d.out, d.oo));
    cases.put(
        "eluBackward",
        d -> ActivationKernels.eluBackward(d.n, 0.9f, d.x, d.xo, d.y, d.yo, d.out, d.oo));
    cases.put(
        "seluBackward",
        d -> ActivationKernels.seluBackward(d.n, d.x, d.xo, d.y, d.yo, d.out, d.oo));
    cases.put(
        "geluBackward",
        d -> ActivationKernels.geluBackward(d.n, d.x, d.xo, d.y, d.yo, d.out, d.oo));
    cases.put(
        "geluTanhBackward",
        d -> ActivationKernels.geluTanhBackward(d.n, d.x, d.xo, d.y, d.yo, d.out, d.oo));
    cases.put(
        "siluBackward",
        d -> ActivationKernels.siluBackward(d.n, d.x, d.xo, d.y, d.yo, d.out, d.oo));
    cases.put(
        "sigmoidBackward",
        d -> ActivationKernels.sigmoidBackward(d.n, d.x, d.xo, d.y, d.yo, d.out, d.oo));
    cases.put(
        "tanhBackward",
        d -> ActivationKernels.tanhBackward(d.n, d.x, d.xo, d.y, d.yo, d.out, d.oo));
    cases.put(
        "softplusBackward",
        d -> ActivationKernels.softplusBackward(d.n, d.x, d.xo, d.y, d.yo, d.out, d.oo));
  }

  private static void arithmetic(Map<String, Case> cases) {
    cases.put("add", d -> ArrayKernels.add(d.n, d.x, d.xo, d.y, d.yo, d.out, d.oo));
    cases.put("addInPlace", d -> ArrayKernels.addInPlace(d.n, d.out, d.oo, d.y, d.yo));
    cases.put("subtract", d -> ArrayKernels.subtract(d.n, d.x, d.xo, d.y, d.yo, d.out, d.oo));
    cases.put("multiply", d -> ArrayKernels.multiply(d.n, d.x, d.xo, d.y, d.yo, d.out, d.oo));
    cases.put("divide", d -> ArrayKernels.divide(d.n, d.x, d.xo, d.y, d.yo, d.out, d.oo));
    cases.put("scale", d -> ArrayKernels.scale(d.n, 0.3f, d.x, d.xo, d.out, d.oo));
    cases.put("axpy", d -> ArrayKernels.axpy(d.n, 0.3f, d.x, d.xo, d.out, d.oo));
    cases.put("clamp", d -> ArrayKernels.clamp(d.n, -1f, 2f, d.x, d.xo, d.out, d.oo));
    cases.put(
        "dropout",
        d -> ArrayKernels.dropout(0x123456789ABCDEFL, 77, d.n, 0.3f, d.x, d.xo, d.out, d.oo));
  }

  private static void reductions(Map<String, Case> cases) {
    cases.put("sum", d -> d.out[0] = (float) ArrayKernels.sum(d.n, d.x, d.xo));
    cases.put("dot", d -> d.out[0] = (float) ArrayKernels.dot(d.n, d.x, d.xo, d.y, d.yo));
    cases.put("sumOfSquares", d -> d.out[0] = (float) ArrayKernels.sumOfSquares(d.n, d.x, d.xo));
    cases.put(
        "sumOfMagnitudes", d -> d.out[0] = (float) ArrayKernels.sumOfMagnitudes(d.n, d.x, d.xo));
    cases.put("firstNonFinite", d -> d.out[0] = ArrayKernels.firstNonFinite(d.n, d.x, d.xo));
    cases.put("countNonFinite", d -> d.out[0] = ArrayKernels.countNonFinite(d.n, d.x, d.xo));
  }

  private static void rows(Map<String, Case> cases) {
    cases.put("addBias", d -> RowKernels.addBias(d.rows, d.columns, d.out, d.oo, d.x, d.xo));
    cases.put(
        "addBiasRelu", d -> RowKernels.addBiasRelu(d.rows, d.columns, d.out, d.oo, d.x, d.xo));
    cases.put("columnSums", d -> RowKernels.columnSums(d.rows, d.columns, d.x, d.xo, d.out, d.oo));
    cases.put(
        "reluBackwardBias",
        d -> RowKernels.reluBackwardBias(d.rows, d.columns, d.x, d.xo, d.out, d.oo, d.y, d.yo));
    cases.put(
        "softmaxRows", d -> SoftmaxKernels.softmaxRows(d.rows, d.columns, d.x, d.xo, d.out, d.oo));
    cases.put(
        "logSumExpRows",
        d -> SoftmaxKernels.logSumExpRows(d.rows, d.columns, d.x, d.xo, d.out, d.oo));
    cases.put(
        "softmaxBackwardRows",
        d ->
            SoftmaxKernels.softmaxBackwardRows(
                d.rows, d.columns, d.x, d.xo, d.y, d.yo, d.out, d.oo));
  }

  private static void runs(Map<String, Case> cases) {
    cases.put(
        "addRuns",
        d -> RunKernels.add(d.rows, d.columns, d.x, d.xo, d.columns, d.out, d.oo, d.columns));
    cases.put(
        "multiplyAddRuns",
        d ->
            RunKernels.multiplyAdd(
                d.rows, d.columns, d.x, d.xo, d.columns, d.y, d.yo, d.out, d.oo, d.columns));
    cases.put(
        "dotRuns",
        d ->
            RunKernels.dot(
                d.rows, d.columns, d.x, d.xo, d.columns, d.y, d.yo, d.columns, d.out, d.oo));
    cases.put(
        "maxRuns",
        d -> RunKernels.max(d.rows, d.columns, d.x, d.xo, d.columns, d.out, d.oo, d.columns));
    cases.put(
        "maxRunsBackward",
        d -> {
          System.arraycopy(d.x, d.xo, d.y, d.yo, d.n / 2);
          RunKernels.maxBackward(
              d.rows, d.columns, d.x, d.xo, d.columns, d.y, d.yo, d.columns, d.z, d.zo, d.out,
              d.oo);
        });
  }

  private static void windows(Map<String, Case> cases) {
    cases.put(
        "maxOfFour",
        d -> {
          int width = d.columns / 4;
          RunKernels.maxOfFour(d.rows, width, d.x, d.xo, d.xo + d.n / 2, d.out, d.oo);
        });
    cases.put(
        "maxOfFourBackward",
        d -> {
          int width = d.columns / 4;
          int lower = d.n / 2;
          RunKernels.maxOfFour(d.rows, width, d.x, d.xo, d.xo + lower, d.y, d.yo);
          RunKernels.maxOfFourBackward(
              d.rows,
              width,
              d.x,
              d.xo,
              d.xo + lower,
              d.y,
              d.yo,
              d.z,
              d.zo,
              d.out,
              d.oo,
              d.oo + lower);
        });
  }

  /** By column over a quarter of the columns, whose constants then fit into one array. */
  private static void norms(Map<String, Case> cases) {
    cases.put(
        "columnSquares",
        d -> NormKernels.columnSquares(d.rows, d.columns, d.x, d.xo, d.y, d.yo, d.out, d.oo));
    cases.put(
        "normalizeColumns",
        d ->
            NormKernels.normalizeColumns(d.rows, d.columns / 4, d.z, d.zo, d.x, d.xo, d.out, d.oo));
    cases.put(
        "columnGradients",
        d ->
            NormKernels.columnGradients(
                d.rows, d.columns / 4, d.y, d.yo, d.x, d.xo, d.z, d.zo, d.out, d.oo));
    cases.put(
        "normalizeColumnsBackward",
        d ->
            NormKernels.normalizeColumnsBackward(
                d.rows, d.columns / 4, d.z, d.zo, d.x, d.xo, d.y, d.yo, d.out, d.oo));
    cases.put("squares", d -> d.out[0] = NormKernels.squares(d.n, 0.3f, d.x, d.xo));
    cases.put("standardize", d -> NormKernels.standardize(d.n, 0.3f, 1.7f, d.x, d.xo, d.out, d.oo));
    cases.put("multiplyAdd", d -> NormKernels.multiplyAdd(d.n, d.x, d.xo, d.y, d.yo, d.out, d.oo));
    cases.put(
        "standardizeBackward",
        d ->
            NormKernels.standardizeBackward(
                d.n, 1.7f, 0.3f, -0.6f, d.x, d.xo, d.y, d.yo, d.out, d.oo));
  }
}
