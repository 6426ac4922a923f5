/**
 * The executor's local store of packed shards and the RDD that fills it: each micro-shard is packed
 * once per executor that needs it, read memory-mapped by all its tasks, and rebuilt from lineage
 * when the executor or the file is lost. Knows nothing of networks.
 */
package io.gradflow.worker.shard;
