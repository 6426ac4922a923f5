package io.gradflow.common.array;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Oracle: the same functions in double, by StrictMath or a series. */
class FloatMathTest {
  /** A prime: about 240,000 floats spread over all exponents and both signs. */
  private static final int STRIDE = Integer.getInteger("gradflow.test.stride", 17_891);

  interface FloatFunction {
    float apply(float x);
  }

  static Stream<Arguments> functions() {
    return Stream.of(
        function("exp", FloatMath::exp, StrictMath::exp),
        function("expm1", FloatMath::expm1, StrictMath::expm1),
        function("log", FloatMath::log, StrictMath::log),
        function("log1p", FloatMath::log1p, StrictMath::log1p),
        function("tanh", FloatMath::tanh, StrictMath::tanh),
        function("sigmoid", FloatMath::sigmoid, FloatMathTest::sigmoid),
        function("softplus", FloatMath::softplus, FloatMathTest::softplus),
        function("erf", FloatMath::erf, FloatMathTest::erf),
        function("sin", FloatMath::sin, StrictMath::sin),
        function("cos", FloatMath::cos, StrictMath::cos));
  }

  private static Arguments function(String name, FloatFunction f, DoubleUnaryOperator reference) {
    return Arguments.of(name, f, reference);
  }

  private static double sigmoid(double x) {
    return x < 0 ? StrictMath.exp(x) / (1 + StrictMath.exp(x)) : 1 / (1 + StrictMath.exp(-x));
  }

  private static double softplus(double x) {
    return Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
  }

  /** 2 / sqrt(pi) e^(-x^2) sum_n 2^n x^(2n+1) / (2n+1)!!: all terms of one sign. */
  private static double erf(double x) {
    if (Double.isNaN(x) || Math.abs(x) > 6) {
      return Double.isNaN(x) ? x : Math.signum(x);
    }
    double term = x;
    double sum = 0;
    for (int n = 1; Math.abs(term) > 1e-18 * Math.abs(sum) && term != 0; n++) {
      sum += term;
      term *= 2 * x * x / (2 * n + 1);
    }
    return 2 / StrictMath.sqrt(StrictMath.PI) * StrictMath.exp(-x * x) * sum;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("functions")
  void function_allExponents_staysWithinTwoUlp(
      String name, FloatFunction f, DoubleUnaryOperator reference) {
    double worst = 0;
    float worstAt = 0;
    for (long bits = 0; bits < 1L << 32; bits += STRIDE) {
      float x = Float.intBitsToFloat((int) bits);
      double error = ulpError(f.apply(x), reference.applyAsDouble(x));
      if (!(error <= worst)) {
        worst = error;
        worstAt = x;
      }
    }
    if (Boolean.getBoolean("gradflow.test.verbose")) {
      System.out.println(name + ": " + worst + " ulp at " + worstAt);
    }
    assertTrue(
        worst <= 2, name + "(" + worstAt + ") = " + f.apply(worstAt) + ", " + worst + " ulp off");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("functions")
  void function_aroundWhereItsFormulaChanges_staysWithinTwoUlp(
      String name, FloatFunction f, DoubleUnaryOperator reference) {
    float[] seams = {
      0x1p-25f,
      0x1p-24f,
      0x1p-12f,
      0.3466f,
      0.625f,
      0.70710677f,
      0.7853982f,
      0.9277344f,
      1f,
      1.4142135f,
      1.5707964f,
      3.1415927f,
      4f,
      9.01f,
      16.6f,
      87.3365f,
      88.7228f,
      89f,
      103.97f,
      104f,
      0x1p17f,
      Float.MIN_NORMAL,
      Float.MAX_VALUE
    };
    for (float seam : seams) {
      int bits = Float.floatToIntBits(seam);
      for (int i = -2000; i <= 2000; i++) {
        for (int sign = 0; sign < 2; sign++) {
          float x = Float.intBitsToFloat((bits + i) ^ (sign << 31));
          double error = ulpError(f.apply(x), reference.applyAsDouble(x));
          assertTrue(error <= 2, name + "(" + x + ") = " + f.apply(x) + ", " + error + " ulp off");
        }
      }
    }
  }

  @Test
  void oddFunctions_negativeZero_keepItsSign() {
    assertEquals(-0f, FloatMath.expm1(-0f));
    assertEquals(-0f, FloatMath.log1p(-0f));
    assertEquals(-0f, FloatMath.tanh(-0f));
    assertEquals(-0f, FloatMath.erf(-0f));
    assertEquals(-0f, FloatMath.sin(-0f));
  }

  /** Units in the last place of the float nearest to {@code expected}; infinite if kinds differ. */
  private static double ulpError(float actual, double expected) {
    if (Double.isNaN(expected)) {
      return Float.isNaN(actual) ? 0 : Double.POSITIVE_INFINITY;
    }
    float nearest = (float) expected;
    if (actual == nearest) {
      return 0;
    }
    // An infinity counts as the power of two that follows the largest float.
    double value = Float.isInfinite(actual) ? Math.signum(actual) * 0x1p128 : actual;
    double target = Math.abs(expected) > 0x1p128 ? Math.signum(expected) * 0x1p128 : expected;
    return Math.abs(value - target) / Math.min(Math.ulp(nearest), 0x1p104);
  }
}
