package io.gradflow.common.message;

import java.io.Serializable;

/**
 * The flat weight vector at one moment. The array is the trainer's own, not a copy: it stays as it
 * is while a step or an evaluation runs, and nobody but the trainer writes to it.
 *
 * @param version differs whenever the values differ within a run
 * @param values the flat vector, following the network's {@code ParamLayout}
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by version; the array is shared on purpose.
public record Weights(long version, float[] values) implements Serializable {}
