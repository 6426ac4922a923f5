package io.gradflow.common.array;

import dev.ludovic.netlib.blas.NativeBLAS;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * Products by ND4J's OpenBLAS on heap arrays, without a copy: the library that JavaCPP unpacks,
 * called through netlib's pinning JNI. One thread a call: two callers of one thread each beat one
 * call on two.
 *
 * <p>Bits: repeatable on one type of processor; others differ, and an element depends on how many
 * rows its product has.
 */
public final class NativeGemm implements Gemm {
  private static final String LIBRARY_PROPERTY = "dev.ludovic.netlib.blas.nativeLibPath";
  private static final String LIBRARY = "libopenblas_nolapack.so.0";
  private static final String NETLIB = "libnetlibblasjni";

  private static NativeGemm loaded;

  private final NativeBLAS blas;
  private final String description;

  private NativeGemm(NativeBLAS blas, String description) {
    this.blas = blas;
    this.description = description;
  }

  /**
   * Loads the library on the first call.
   *
   * @throws IllegalStateException if it cannot be loaded on this machine
   */
  public static synchronized NativeGemm instance() {
    if (loaded == null) {
      loaded = load();
    }
    return loaded;
  }

  /** Which library answers, for logs. */
  public String description() {
    return description;
  }

  private static NativeGemm load() {
    try {
      boolean tooLate = !mappedLibraries(NETLIB).isEmpty();
      File beside = new File(Loader.load(openblas_nolapack.class)).getParentFile();
      if (!tooLate) {
        System.setProperty(LIBRARY_PROPERTY, new File(beside, LIBRARY).getPath());
      }
      NativeBLAS blas = NativeBLAS.getInstance();
      openblas_nolapack.blas_set_num_threads(1);
      return new NativeGemm(blas, describe(tooLate, beside));
    } catch (LinkageError | RuntimeException | IOException e) {
      throw new IllegalStateException(
          "numerics native: OpenBLAS cannot be loaded on "
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch")
              + " ("
              + e.getMessage()
              + "); use numerics portable",
          e);
    }
  }

  private static String describe(boolean tooLate, File beside) throws IOException {
    String coreType = System.getenv("OPENBLAS_CORETYPE");
    String core = coreType == null ? "as it chooses" : "OPENBLAS_CORETYPE=" + coreType;
    return tooLate
        ? "netlib was in use before Gradflow: whichever of "
            + mappedLibraries("blas")
            + " it found then, "
            + core
        : "OpenBLAS of ND4J, " + core + ", " + new File(beside, LIBRARY);
  }

  /** Shared libraries of this process with {@code part} in their file's name; Linux only. */
  private static List<String> mappedLibraries(String part) throws IOException {
    Path maps = Path.of("/proc/self/maps");
    if (!Files.isReadable(maps)) {
      return List.of();
    }
    try (var lines = Files.lines(maps, StandardCharsets.UTF_8)) {
      return lines
          .map(line -> line.substring(line.lastIndexOf(' ') + 1))
          .filter(path -> path.startsWith("/"))
          .filter(path -> path.substring(path.lastIndexOf('/')).contains(part))
          .distinct()
          .toList();
    }
  }

  @Override
  public void multiply(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      float[] a,
      int aOffset,
      int lda,
      float[] b,
      int bOffset,
      int ldb,
      float beta,
      float[] c,
      int cOffset,
      int ldc) {
    if (m == 0 || n == 0 || k == 0) {
      if (beta == 0f) {
        for (int i = 0; i < m; i++) {
          Arrays.fill(c, cOffset + i * ldc, cOffset + i * ldc + n, 0f);
        }
      }
      return;
    }
    // Row-major C = A B is column-major C^T = B^T A^T.
    blas.sgemm(
        transposeB ? "T" : "N",
        transposeA ? "T" : "N",
        n,
        m,
        k,
        1f,
        b,
        bOffset,
        ldb,
        a,
        aOffset,
        lda,
        beta,
        c,
        cOffset,
        ldc);
  }

  @Override
  public PackedMatrix packed(int k, int n) {
    return new PackedMatrix(this, k, n, Math.multiplyExact(k, n));
  }

  @Override
  public void packPart(
      int part, boolean transposeB, float[] b, int bOffset, int ldb, PackedMatrix packed) {
    packed.copyRows(this, transposeB, b, bOffset, ldb);
  }

  @Override
  public void multiplyPacked(
      boolean transposeA,
      int m,
      float[] a,
      int aOffset,
      int lda,
      PackedMatrix b,
      float beta,
      float[] c,
      int cOffset,
      int ldc) {
    int n = b.n();
    multiply(
        transposeA,
        false,
        m,
        n,
        b.k(),
        a,
        aOffset,
        lda,
        b.values(this),
        0,
        n,
        beta,
        c,
        cOffset,
        ldc);
  }
}
