package io.gradflow.common.nn;

import io.gradflow.common.array.ArrayKernels;
import io.gradflow.common.array.AttentionKernels;
import io.gradflow.common.array.Buffer;
import io.gradflow.common.array.CounterRng;
import io.gradflow.common.array.Gemm;
import java.util.Optional;

/**
 * The heads of {@link MultiHeadAttention}, between its projections: products on slices of the
 * projected rows, one row and head at a time. The weights are kept for backward, [rows, heads, T,
 * S] floats; computing them again would cost a third product.
 */
final class AttentionHeads {
  private final Gemm gemm;
  private final int heads;
  private final int width;
  private final int headWidth;
  private final int queryCount;
  private final int keyCount;
  private final boolean causal;
  private final float scale;
  private final float dropout;
  private final int layerKey;
  private final Optional<Buffer> keyMask;

  /** [rows, T, 3 width] as q, k, v, or [rows, T, width]. */
  private final InnerLayers.Value queries;

  /** The same as queries, or [rows, S, 2 width] as k, v. */
  private final InnerLayers.Value keys;

  private final InnerLayers.Value output;

  /** Where k begins in a row of keys; v is a width on. */
  private final int keyColumn;

  private final int queryStride;
  private final int keyStride;
  private final Optional<RotaryAngles> rotary;

  /** [rows, heads T S]. */
  private final Buffer weights;

  /** [T S] after dropout. */
  private final Buffer dropped;

  /** [T S], the gradient by the weights. */
  private final Buffer gradient;

  AttentionHeads(
      MultiHeadAttention spec,
      int width,
      InnerLayers.Value queries,
      InnerLayers.Value keys,
      InnerLayers.Value output,
      Binding binding) {
    this.gemm = binding.gemm();
    this.heads = spec.heads();
    this.width = width;
    this.headWidth = width / heads;
    this.queryCount = queries.shape().dim(0);
    this.keyCount = keys.shape().dim(0);
    this.causal = spec.causal();
    this.scale = (float) (1 / Math.sqrt(headWidth));
    this.dropout = spec.dropout();
    this.layerKey = binding.layerKey();
    this.keyMask = keys.mask();
    this.queries = queries;
    this.keys = keys;
    this.output = output;
    this.queryStride = queries.shape().dim(1);
    this.keyStride = keys.shape().dim(1);
    this.keyColumn = keyStride - 2 * width;
    this.rotary =
        spec.rotary()
            ? Optional.of(
                new RotaryAngles(Math.max(queryCount, keyCount), headWidth, spec.rotaryBase()))
            : Optional.empty();
    int pairs = Math.multiplyExact(queryCount, keyCount);
    this.weights = binding.rows(Math.multiplyExact(heads, pairs));
    this.dropped = dropout > 0 ? binding.scratch(pairs) : new Buffer(pairs);
    this.gradient = binding.hasBackward() ? binding.scratch(pairs) : new Buffer(pairs);
  }

  void forward(Pass pass) {
    if (rotary.isPresent()) {
      rotate(pass.rows(), 1f, queries.floats(), keys.floats());
    }
    for (int row = 0; row < pass.rows(); row++) {
      for (int head = 0; head < heads; head++) {
        forward(pass, row, head);
      }
    }
  }

  void backward(Pass pass) {
    for (int row = 0; row < pass.rows(); row++) {
      for (int head = 0; head < heads; head++) {
        backward(pass, row, head);
      }
    }
    if (rotary.isPresent()) {
      rotate(pass.rows(), -1f, queries.gradient().orElseThrow(), keys.gradient().orElseThrow());
    }
  }

  private void forward(Pass pass, int row, int head) {
    float[] q = queries.floats().array();
    float[] kv = keys.floats().array();
    float[] w = weights.array();
    int wo = weightsAt(row, head);
    int k = keyAt(keys.floats(), row, head);
    gemm.multiply(
        false,
        true,
        queryCount,
        keyCount,
        headWidth,
        q,
        queryAt(queries.floats(), row, head),
        queryStride,
        kv,
        k,
        keyStride,
        0,
        w,
        wo,
        keyCount);
    for (int i = 0; i < queryCount; i++) {
      AttentionKernels.weights(
          keyCount, seen(i), scale, maskOf(), maskAt(row), w, wo + i * keyCount);
    }
    Buffer used = dropWeights(pass, row, head);
    int from = used == dropped ? dropped.offset() : wo;
    Buffer o = output.floats();
    gemm.multiply(
        false,
        false,
        queryCount,
        headWidth,
        keyCount,
        used.array(),
        from,
        keyCount,
        kv,
        k + width,
        keyStride,
        0,
        o.array(),
        outputAt(o, row, head),
        width);
  }

  private void backward(Pass pass, int row, int head) {
    float[] kv = keys.floats().array();
    int k = keyAt(keys.floats(), row, head);
    Buffer dkv = keys.gradient().orElseThrow();
    int dk = keyAt(dkv, row, head);
    Buffer dq = queries.gradient().orElseThrow();
    Buffer out = output.gradient().orElseThrow();
    int dout = outputAt(out, row, head);
    int wo = weightsAt(row, head);
    float[] g = gradient.array();
    int go = gradient.offset();
    Buffer used = dropWeights(pass, row, head);
    int from = used == dropped ? dropped.offset() : wo;
    gemm.multiply(
        true,
        false,
        keyCount,
        headWidth,
        queryCount,
        used.array(),
        from,
        keyCount,
        out.array(),
        dout,
        width,
        0,
        dkv.array(),
        dk + width,
        keyStride);
    gemm.multiply(
        false,
        true,
        queryCount,
        keyCount,
        headWidth,
        out.array(),
        dout,
        width,
        kv,
        k + width,
        keyStride,
        0,
        g,
        go,
        keyCount);
    if (drops(pass)) {
      ArrayKernels.dropout(
          key(pass), firstDraw(pass, row, head), queryCount * keyCount, dropout, g, go, g, go);
    }
    for (int i = 0; i < queryCount; i++) {
      AttentionKernels.weightsBackward(
          keyCount, seen(i), scale, weights.array(), wo + i * keyCount, g, go + i * keyCount);
    }
    gemm.multiply(
        false,
        false,
        queryCount,
        headWidth,
        keyCount,
        g,
        go,
        keyCount,
        kv,
        k,
        keyStride,
        0,
        dq.array(),
        queryAt(dq, row, head),
        queryStride);
    gemm.multiply(
        true,
        false,
        keyCount,
        headWidth,
        queryCount,
        g,
        go,
        keyCount,
        queries.floats().array(),
        queryAt(queries.floats(), row, head),
        queryStride,
        0,
        dkv.array(),
        dk,
        keyStride);
  }

  /** The weights as they are used, dropped if this pass drops. */
  private Buffer dropWeights(Pass pass, int row, int head) {
    if (!drops(pass)) {
      return weights;
    }
    ArrayKernels.dropout(
        key(pass),
        firstDraw(pass, row, head),
        queryCount * keyCount,
        dropout,
        weights.array(),
        weightsAt(row, head),
        dropped.array(),
        dropped.offset());
    return dropped;
  }

  private boolean drops(Pass pass) {
    return pass.training() && dropout > 0;
  }

  private long key(Pass pass) {
    return CounterRng.key(
        pass.seed(), CounterRng.Purpose.DROPOUT, pass.step(), pass.microShard(), layerKey);
  }

  /** The index may wrap beyond 2^32 weights a step: draws repeat then, no harm done. */
  private int firstDraw(Pass pass, int row, int head) {
    return ((pass.firstRow() + row) * heads + head) * queryCount * keyCount;
  }

  /** How many keys query i may look at. */
  private int seen(int i) {
    return causal ? Math.max(0, Math.min(keyCount, i + 1 + keyCount - queryCount)) : keyCount;
  }

  private float[] maskOf() {
    return keyMask.isPresent() ? keyMask.get().array() : null;
  }

  private int maskAt(int row) {
    return keyMask.isPresent() ? keyMask.get().offset() + row * keyCount : 0;
  }

  private int weightsAt(int row, int head) {
    return weights.offset() + (row * heads + head) * queryCount * keyCount;
  }

  private int queryAt(Buffer buffer, int row, int head) {
    return buffer.offset() + row * queryCount * queryStride + head * headWidth;
  }

  private int keyAt(Buffer buffer, int row, int head) {
    return buffer.offset() + row * keyCount * keyStride + keyColumn + head * headWidth;
  }

  private int outputAt(Buffer buffer, int row, int head) {
    return buffer.offset() + row * queryCount * width + head * headWidth;
  }

  private void rotate(int rows, float sign, Buffer q, Buffer kv) {
    for (int row = 0; row < rows; row++) {
      for (int head = 0; head < heads; head++) {
        rotary.get().rotate(queryCount, sign, q.array(), queryAt(q, row, head), queryStride);
        rotary.get().rotate(keyCount, sign, kv.array(), keyAt(kv, row, head), keyStride);
      }
    }
  }
}
