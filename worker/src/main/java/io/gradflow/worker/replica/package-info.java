/**
 * Turns weights and micro-shards into sums: networks bound to their workspaces, one a thread, kept
 * for the whole run. One home of a step's computing for all ways of running it. Knows nothing of
 * optimizers, RDDs or files.
 */
package io.gradflow.worker.replica;
