package io.gradflow.worker.channel;

import java.io.Serializable;

/**
 * What a resident task needs to find its driver.
 *
 * @param endpoint the name of the driver's RPC endpoint
 * @param broadcastId that names blocks of the run
 * @param sharedFile the driver's file of weights, for tasks on its machine that can map it; empty
 *     if there is none
 * @param driverHost where that file is
 * @param maxInlineFloats sums of larger models travel as blocks; as files from {@link
 *     SharedFloats#maxInlineFloats} on
 * @param pollMillis how long to wait for an answer before asking again
 */
public record ResidentLine(
    String endpoint,
    long broadcastId,
    String sharedFile,
    String driverHost,
    int maxInlineFloats,
    long pollMillis)
    implements Serializable {}
