package io.gradflow.common.nn;

import io.gradflow.common.array.Gemm;
import io.gradflow.common.array.PackedMatrix;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The weight matrices of one network in the layout that products read fastest, shared by all
 * replicas of a process: packed once per version of the weights, by whichever threads need them
 * first, together. Costs one copy of every matrix and direction in use. Safe for several threads.
 *
 * <p>A thread that still computes with older weights than others get nothing here, and then reads
 * the weights in place, with the same bits.
 */
public final class WeightPacks {
  private record Key(int offset, int k, int n, boolean transposed) {}

  private final Gemm gemm;
  private final Map<Key, Pack> packs = new ConcurrentHashMap<>();

  public WeightPacks(Gemm gemm) {
    this.gemm = gemm;
  }

  Gemm gemm() {
    return gemm;
  }

  /** The pack of op(W)[k, n], where W starts at {@code offset} of the flat weights. */
  Pack pack(int offset, int k, int n, boolean transposed) {
    return packs.computeIfAbsent(
        new Key(offset, k, n, transposed), key -> new Pack(gemm, offset, k, n, transposed));
  }

  /** One matrix. */
  static final class Pack {
    /** Waits this many turns for a neighbour's part, which takes some ten microseconds. */
    private static final int MAX_SPINS = 2000;

    private final Gemm gemm;
    private final int offset;
    private final int k;
    private final int n;
    private final boolean transposed;
    private volatile long ready = Pass.UNKNOWN_VERSION;
    private PackedMatrix matrix;
    private long packing = Pass.UNKNOWN_VERSION;
    private int untaken;
    private int unfinished;

    private Pack(Gemm gemm, int offset, int k, int n, boolean transposed) {
      this.gemm = gemm;
      this.offset = offset;
      this.k = k;
      this.n = n;
      this.transposed = transposed;
    }

    /**
     * The matrix with these weights; packs what no other thread does and waits for the rest.
     *
     * @return null if newer weights have been packed, or the thread is interrupted meanwhile
     */
    PackedMatrix of(long version, float[] weights) {
      if (ready != version && !pack(version, weights)) {
        return null;
      }
      return matrix;
    }

    private boolean pack(long version, float[] weights) {
      for (int part = take(version); part >= 0; part = take(version)) {
        try {
          gemm.packPart(part, transposed, weights, offset, transposed ? k : n, matrix);
        } finally {
          finish();
        }
      }
      for (int spins = 0; spins < MAX_SPINS; spins++) {
        if (ready == version) {
          return true;
        }
        Thread.onSpinWait();
      }
      return await(version);
    }

    /** The next part to pack, or -1 if there is none left for this version. */
    private synchronized int take(long version) {
      if (version > packing && unfinished == untaken) {
        // Nobody is writing: parts that a failed step left untaken are forgotten.
        if (matrix == null) {
          matrix = gemm.packed(k, n);
        }
        packing = version;
        untaken = gemm.packParts(matrix);
        unfinished = untaken;
      }
      return version == packing && untaken > 0 ? --untaken : -1;
    }

    private synchronized void finish() {
      if (--unfinished == 0) {
        ready = packing;
      }
      notifyAll();
    }

    private synchronized boolean await(long version) {
      while (ready != version) {
        if (packing != version) {
          return false;
        }
        try {
          wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return false;
        }
      }
      return true;
    }
  }
}
