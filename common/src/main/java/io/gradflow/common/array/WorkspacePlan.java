package io.gradflow.common.array;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Lays out activations, their gradients and scratch in one float array before it exists. Plan
 * first, then {@link #allocate()} once.
 *
 * <p>Buffers whose lifetimes have no moment in common may share memory: the largest are placed
 * first, each as low as those placed before it allow. Every buffer starts at a multiple of 16
 * floats (one 64-byte line).
 */
public final class WorkspacePlan {
  private static final int ALIGNMENT = 16;

  /** A buffer to place; sizes are multiples of the alignment. */
  private record Request(Buffer buffer, long size, Lifetime lifetime) {}

  private record Placed(Request request, long offset) {
    long end() {
      return offset + request.size();
    }
  }

  private final List<Request> requests = new ArrayList<>();
  private final int maxRows;
  private final boolean sharing;
  private List<Placed> placed = List.of();

  /**
   * @param maxRows the largest number of rows a pass will have
   */
  public WorkspacePlan(int maxRows) {
    this(maxRows, true);
  }

  /**
   * @param sharing whether buffers may share memory; without, a plan to compare with
   */
  public WorkspacePlan(int maxRows, boolean sharing) {
    if (maxRows < 1) {
      throw new IllegalArgumentException("workspace for " + maxRows + " rows; expected at least 1");
    }
    this.maxRows = maxRows;
    this.sharing = sharing;
  }

  public int maxRows() {
    return maxRows;
  }

  /** Reserves {@code maxRows} rows of {@code width} floats that no other buffer shares. */
  public Buffer rows(int width) {
    return rows(width, Lifetime.ALWAYS);
  }

  /** Reserves {@code maxRows} rows of {@code width} floats for some moments of each pass. */
  public Buffer rows(int width, Lifetime lifetime) {
    return reserve(width, (long) maxRows * width, lifetime);
  }

  /** Reserves one block of {@code size} floats for some moments of each pass. */
  public Buffer block(int size, Lifetime lifetime) {
    return reserve(size, size, lifetime);
  }

  /** Floats that the buffers planned so far take, alignment included. */
  public long floats() {
    place();
    return placed.stream().mapToLong(Placed::end).max().orElse(0);
  }

  /**
   * Allocates the one array and attaches every buffer to it.
   *
   * @throws IllegalStateException if the plan exceeds what one Java array holds; fewer rows at once
   *     are the remedy
   */
  public float[] allocate() {
    long floats = floats();
    if (floats > Integer.MAX_VALUE - 8) {
      throw new IllegalStateException(
          "workspace of "
              + floats
              + " floats for "
              + maxRows
              + " rows exceeds one array (2^31 floats); compute fewer rows at once"
              + " (train.rowsAtOnce), or use more micro-shards or a smaller batch");
    }
    float[] array = new float[(int) floats];
    for (Placed each : placed) {
      each.request().buffer().attach(array, (int) each.offset());
    }
    return array;
  }

  private Buffer reserve(int width, long size, Lifetime lifetime) {
    Buffer buffer = new Buffer(width);
    requests.add(new Request(buffer, (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT, lifetime));
    return buffer;
  }

  private void place() {
    if (placed.size() == requests.size()) {
      return;
    }
    List<Request> bySize = new ArrayList<>(requests);
    bySize.sort(Comparator.comparingLong(Request::size).reversed()); // stable: order of requests
    placed = new ArrayList<>();
    for (Request request : bySize) {
      placed.add(new Placed(request, lowest(request)));
    }
  }

  /** The lowest offset where nothing lies that lives at the same time. */
  private long lowest(Request request) {
    List<Placed> rivals =
        placed.stream()
            .filter(each -> !sharing || each.request().lifetime().overlaps(request.lifetime()))
            .sorted(Comparator.comparingLong(Placed::offset))
            .toList();
    long offset = 0;
    for (Placed rival : rivals) {
      if (offset + request.size() <= rival.offset()) {
        break;
      }
      offset = Math.max(offset, rival.end());
    }
    return offset;
  }
}
