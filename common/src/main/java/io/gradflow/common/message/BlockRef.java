package io.gradflow.common.message;

/**
 * Where an array waits to be fetched: floats, little-endian, as they are in memory.
 *
 * @param host of the block transfer service that serves it
 * @param port of that service
 * @param executorId whose block it is
 * @param blockId its name there
 */
public record BlockRef(String host, int port, String executorId, String blockId) {}
