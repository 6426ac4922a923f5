package io.gradflow.common.array;

import java.util.Arrays;
import java.util.Set;

/**
 * The three linear maps of a convolution over channels-last images, one image at a time so that its
 * columns stay in the cache: forward, gradient of the kernel, gradient by the input. Nothing is
 * kept between them; columns are built again.
 *
 * <p>y[p, o] = sum over (kh, kw, c) of x[p stride + (kh, kw) dilation - before, c] K[kh, kw, c, o],
 * the kernel [KH, KW, C / groups, O] row-major; output o of group g reads the group's channels.
 *
 * <p>Bits: an output is one chain of fma in ascending (kh, kw, c), padding taking part with zeros.
 * A kernel gradient is one chain over images and positions in ascending order, so it does not
 * depend on how images are grouped into calls. An input gradient adds, kw by kw, chains over (kh,
 * o).
 *
 * <p>Three ways with the same bits. <em>Pointwise</em>: the image is its own matrix. <em>Few
 * channels</em>: {@link PlaneColumns}. Otherwise columns hold the taps along the width only,
 * [padded height, width out, KW C]: a kernel row's matrix is a range of their rows, KH products add
 * up, and columns are KH times smaller than with all taps. Rows of columns are ordered by their
 * remainder modulo the vertical stride, so that the rows of one product follow each other.
 *
 * <p>One owner, one thread.
 */
public final class Convolution {
  /** Planes pay while their runs are shorter than half a vector. */
  private static final int FEW_CHANNELS = 4;

  /** What a convolution will be asked for. */
  public enum Use {
    FORWARD,
    KERNEL_GRADIENT,
    INPUT_GRADIENT
  }

  private final Gemm gemm;
  private final Window window;
  private final int groups;
  private final int outChannels;
  private final int positions;
  private final int groupIn;
  private final int groupOut;

  /** Floats of a row of columns: the taps along the width of a group's channels. */
  private final int rowTaps;

  /** Rows of columns that share a remainder modulo the vertical stride. */
  private final int phaseRows;

  private final boolean pointwise;

  /** Per group and kernel row, or one where one product does: the kernel, and its transpose. */
  private final KernelMatrices kernels;

  private final KernelMatrices transposed;
  private final PackedMatrix gradients;
  private final Buffer columns;

  /** Columns another way; null where channels are not few. */
  private final PlaneColumns planes;

  /** Reserves scratch that lives as long as the convolution. */
  public interface Scratch {
    Buffer block(int floats);
  }

  /**
   * @param groups divides the window's channels and outChannels
   * @param uses what will be called; the rest gets no memory
   */
  public Convolution(
      Gemm gemm, Window window, int groups, int outChannels, Set<Use> uses, Scratch scratch) {
    this.gemm = gemm;
    this.window = window;
    this.groups = groups;
    this.outChannels = outChannels;
    this.positions = window.positions();
    this.groupIn = window.channels() / groups;
    this.groupOut = outChannels / groups;
    this.rowTaps = window.width().kernel() * groupIn;
    int stride = window.height().stride();
    this.phaseRows = (window.height().covered() + stride - 1) / stride * window.width().out();
    this.pointwise = window.isPointwise() && groups == 1;
    boolean byPlanes = !pointwise && groups == 1 && groupIn <= FEW_CHANNELS;
    boolean whole = pointwise || byPlanes;
    int depth = whole ? window.taps() * groupIn : rowTaps;
    int products = whole ? 1 : groups * window.height().kernel();
    this.kernels =
        new KernelMatrices(gemm, uses.contains(Use.FORWARD) ? products : 0, depth, groupOut);
    int backward = pointwise ? 1 : groups * window.height().kernel();
    int wanted = uses.contains(Use.INPUT_GRADIENT) ? backward : 0;
    this.transposed = new KernelMatrices(gemm, wanted, groupOut, rowTaps);
    boolean separate = uses.contains(Use.KERNEL_GRADIENT) && !whole;
    this.gradients = separate ? gemm.packed(positions, groupOut) : null;
    int rows = Math.multiplyExact(Math.multiplyExact(stride, phaseRows), rowTaps);
    boolean byRows = !byPlanes || uses.contains(Use.INPUT_GRADIENT);
    int planeColumns = byPlanes ? Math.multiplyExact(depth, positions) : 0;
    this.columns = pointwise ? null : scratch.block(Math.max(byRows ? rows : 0, planeColumns));
    this.planes = byPlanes ? new PlaneColumns(window, columns, scratch) : null;
  }

  /**
   * The equal ranges of the kernel's rows that forward multiplies by in turn; 0 where the columns
   * of groups are apart.
   */
  public int kernelParts() {
    return groups == 1 ? kernels.count() : 0;
  }

  /** The same for the transposed ranges of input gradients. */
  public int transposedParts() {
    return groups == 1 ? transposed.count() : 0;
  }

  /** Has the forward calls that follow multiply by these {@link #kernelParts}. */
  public void useKernel(PackedMatrix[] parts) {
    kernels.use(parts);
  }

  /** Has the input gradients that follow multiply by these {@link #transposedParts}. */
  public void useTransposed(PackedMatrix[] parts) {
    transposed.use(parts);
  }

  /** Copies the kernel for the forward calls that follow. */
  public void packKernel(float[] weights, int kernel) {
    if (pointwise || planes != null) {
      kernels.pack(0, false, weights, kernel, outChannels);
      return;
    }
    for (int kh = 0, i = 0; kh < window.height().kernel(); kh++) {
      for (int g = 0; g < groups; g++, i++) {
        int from = kernel + kh * rowTaps * outChannels + g * groupOut;
        kernels.pack(i, false, weights, from, outChannels);
      }
    }
  }

  /** Copies the kernel for the input gradients that follow. */
  public void packTransposed(float[] weights, int kernel) {
    for (int i = 0; i < transposed.count(); i++) {
      int from = kernel + i / groups * rowTaps * outChannels + i % groups * groupOut;
      transposed.pack(i, true, weights, from, outChannels);
    }
  }

  /** y = x * kernel for one image; y is overwritten. */
  public void forward(float[] x, int xo, float[] y, int yo) {
    int n = outChannels;
    if (pointwise) {
      gemm.multiplyPacked(false, positions, x, xo, groupIn, kernels.get(0), 0, y, yo, n);
      return;
    }
    float[] c = columns.array();
    int co = columns.offset();
    if (planes != null) {
      planes.gather(x, xo);
      gemm.multiplyPacked(true, positions, c, co, positions, kernels.get(0), 0, y, yo, n);
      return;
    }
    for (int g = 0; g < groups; g++) {
      gather(x, xo + g * groupIn);
      for (int kh = 0; kh < window.height().kernel(); kh++) {
        PackedMatrix kernel = kernels.get(kh * groups + g);
        int from = co + firstRow(kh) * rowTaps;
        int beta = kh == 0 ? 0 : 1;
        gemm.multiplyPacked(
            false, positions, c, from, rowTaps, kernel, beta, y, yo + g * groupOut, n);
      }
    }
  }

  /** gradient += the gradient of the kernel, for one image. */
  public void kernelGradient(float[] x, int xo, float[] dy, int dyo, float[] gradient, int kernel) {
    int n = outChannels;
    if (pointwise) {
      gemm.multiply(
          true, false, groupIn, n, positions, x, xo, groupIn, dy, dyo, n, 1, gradient, kernel, n);
      return;
    }
    float[] c = columns.array();
    int co = columns.offset();
    if (planes != null) {
      planes.gather(x, xo);
      int m = window.taps() * groupIn;
      gemm.multiply(
          false, false, m, n, positions, c, co, positions, dy, dyo, n, 1, gradient, kernel, n);
      return;
    }
    for (int g = 0; g < groups; g++) {
      gather(x, xo + g * groupIn);
      gemm.pack(false, dy, dyo + g * groupOut, n, gradients);
      for (int kh = 0; kh < window.height().kernel(); kh++) {
        int from = co + firstRow(kh) * rowTaps;
        int to = kernel + kh * rowTaps * n + g * groupOut;
        gemm.multiplyPacked(true, rowTaps, c, from, rowTaps, gradients, 1, gradient, to, n);
      }
    }
  }

  /** dx = the gradient by the input, for one image; overwritten. */
  public void inputGradient(float[] dy, int dyo, float[] dx, int dxo) {
    int n = outChannels;
    if (pointwise) {
      gemm.multiplyPacked(false, positions, dy, dyo, n, transposed.get(0), 0, dx, dxo, groupIn);
      return;
    }
    Arrays.fill(dx, dxo, dxo + window.inputSize(), 0f);
    float[] c = columns.array();
    int co = columns.offset();
    for (int g = 0; g < groups; g++) {
      for (int kh = 0; kh < window.height().kernel(); kh++) {
        int row = firstRow(kh);
        boolean first = kh == 0 || isFirstOfPhase(kh);
        if (first) {
          clearAround(row);
        }
        gemm.multiplyPacked(
            false,
            positions,
            dy,
            dyo + g * groupOut,
            n,
            transposed.get(kh * groups + g),
            first ? 0 : 1,
            c,
            co + row * rowTaps,
            rowTaps);
      }
      scatter(dx, dxo + g * groupIn);
    }
  }

  /** The row of columns where the product of kernel row kh starts. */
  private int firstRow(int kh) {
    WindowAxis height = window.height();
    int row = kh * height.dilation();
    return row % height.stride() * phaseRows + row / height.stride() * window.width().out();
  }

  /** Whether no earlier kernel row has this one's remainder modulo the stride. */
  private boolean isFirstOfPhase(int kh) {
    WindowAxis height = window.height();
    int phase = kh * height.dilation() % height.stride();
    for (int earlier = 0; earlier < kh; earlier++) {
      if (earlier * height.dilation() % height.stride() == phase) {
        return false;
      }
    }
    return true;
  }

  /** Zeroes the rows of a phase that its first product, which starts at {@code row}, leaves out. */
  private void clearAround(int row) {
    float[] c = columns.array();
    int phase = columns.offset() + row / phaseRows * phaseRows * rowTaps;
    int from = columns.offset() + row * rowTaps;
    Arrays.fill(c, phase, from, 0f);
    int end = phase + phaseRows * rowTaps;
    Arrays.fill(c, from + positions * rowTaps, end, 0f);
  }

  /** Columns of the taps along the width, of one group's channels. */
  private void gather(float[] x, int xo) {
    for (int row = 0; row < window.height().covered(); row++) {
      int to = rowOfColumns(row);
      if (to >= 0) {
        gatherRow(x, xo, row - window.height().before(), to);
      }
    }
  }

  private void gatherRow(float[] x, int xo, int h, int to) {
    WindowAxis width = window.width();
    int channels = window.channels();
    float[] c = columns.array();
    if (h < 0 || h >= window.height().in()) {
      Arrays.fill(c, to, to + width.out() * rowTaps, 0f);
      return;
    }
    int image = xo + h * width.in() * channels;
    for (int kw = 0; kw < width.kernel(); kw++) {
      int first = width.firstOut(kw);
      int end = width.endOut(kw);
      int at = to + kw * groupIn;
      RunKernels.fill(first, groupIn, 0f, c, at, rowTaps);
      RunKernels.copy(
          end - first,
          groupIn,
          x,
          image + width.source(first, kw) * channels,
          width.stride() * channels,
          c,
          at + first * rowTaps,
          rowTaps);
      RunKernels.fill(width.out() - end, groupIn, 0f, c, at + end * rowTaps, rowTaps);
    }
  }

  /** Adds columns to where {@link #gather} took them from. */
  private void scatter(float[] dx, int dxo) {
    WindowAxis width = window.width();
    int channels = window.channels();
    float[] c = columns.array();
    for (int h = 0; h < window.height().in(); h++) {
      int from = rowOfColumns(h + window.height().before());
      if (from >= 0) {
        int image = dxo + h * width.in() * channels;
        for (int kw = 0; kw < width.kernel(); kw++) {
          int first = width.firstOut(kw);
          RunKernels.add(
              width.endOut(kw) - first,
              groupIn,
              c,
              from + kw * groupIn + first * rowTaps,
              rowTaps,
              dx,
              image + width.source(first, kw) * channels,
              width.stride() * channels);
        }
      }
    }
  }

  /** Where the columns of a padded image row are; -1 if no kernel row reads it. */
  private int rowOfColumns(int row) {
    WindowAxis height = window.height();
    int phase = row % height.stride();
    if (row >= height.covered() || !isPhaseUsed(phase)) {
      return -1;
    }
    int at = phase * phaseRows + row / height.stride() * window.width().out();
    return columns.offset() + at * rowTaps;
  }

  private boolean isPhaseUsed(int phase) {
    WindowAxis height = window.height();
    for (int kh = 0; kh < height.kernel(); kh++) {
      if (kh * height.dilation() % height.stride() == phase) {
        return true;
      }
    }
    return false;
  }
}
