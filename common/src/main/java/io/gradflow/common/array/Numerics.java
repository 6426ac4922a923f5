package io.gradflow.common.array;

/** Who computes matrix products, the job's {@code train.numerics}. */
public enum Numerics {
  /** Plain Java with the same bits on every processor. */
  PORTABLE {
    @Override
    public Gemm gemm() {
      return VectorSupport.ENABLED ? VectorGemm.INSTANCE : ScalarGemm.INSTANCE;
    }
  },
  /** ND4J's OpenBLAS: the same bits on processors of one type only. */
  NATIVE {
    @Override
    public Gemm gemm() {
      return NativeGemm.instance();
    }
  };

  /**
   * The products; shared by all threads.
   *
   * @throws IllegalStateException with NATIVE where the native library cannot be loaded
   */
  public abstract Gemm gemm();
}
