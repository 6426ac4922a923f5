/**
 * The saved model: its directory, the safetensors weights in it, and {@code Predictor}, which
 * serves it in plain Java.
 *
 * <p>A model directory holds {@code model.json} (network, schema, fitted preprocessing, loss,
 * metrics, versions; no executable content) and {@code weights.safetensors} (parameters and
 * statistics by name). Storage is an interface, so that the driver can put Hadoop file systems
 * behind it. Knows nothing of Spark.
 */
package io.gradflow.common.model;
