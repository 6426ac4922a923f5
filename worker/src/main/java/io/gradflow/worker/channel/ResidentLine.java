package io.gradflow.worker.channel;

import java.io.Serializable;

/**
 * What a resident task needs to find its driver.
 *
 * @param endpoint the name of the driver's RPC endpoint
 * @param broadcastId that names blocks of the run
 * @param maxInlineFloats sums of larger models travel as blocks
 * @param pollMillis how long to wait for an answer before asking again
 */
public record ResidentLine(String endpoint, long broadcastId, int maxInlineFloats, long pollMillis)
    implements Serializable {}
