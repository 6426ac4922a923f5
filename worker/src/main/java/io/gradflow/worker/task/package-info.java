/**
 * The functions that Spark ships to executors: named classes, Java-serialized and therefore tiny,
 * that Spark's closure cleaner passes over. They find the run's replicas in their process and leave
 * the computing to {@code worker.replica}. Know nothing of optimizers.
 */
package io.gradflow.worker.task;
