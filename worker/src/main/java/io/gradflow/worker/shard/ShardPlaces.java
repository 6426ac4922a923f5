package io.gradflow.worker.shard;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.TaskInfo;
import org.apache.spark.storage.RDDInfo;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Where the packed micro-shards of a data set are, as Spark's scheduler names executors. Those of
 * an executor that is removed are nowhere, until a task that reads them has succeeded elsewhere.
 *
 * <p>A place that is gone must not be asked for: while other tasks of a job have places that are
 * there, Spark holds such a task back for {@code spark.locality.wait}, three seconds, in every job.
 *
 * <p>On the driver; called by jobs and by Spark's listener bus.
 */
final class ShardPlaces extends SparkListener {
  private static final String NOWHERE = "";

  private final String rdds;
  private final String[] places;
  private final Map<Integer, Integer> tasksOfStage = new HashMap<>();
  private boolean watching;
  private boolean lost;

  /**
   * @param rdds the name of all RDDs whose partitions share these micro-shards among them
   */
  ShardPlaces(String rdds, int microShards) {
    this.rdds = rdds;
    this.places = new String[microShards];
    Arrays.fill(places, NOWHERE);
  }

  /** The name of the RDDs. */
  String rdds() {
    return rdds;
  }

  /** Where the micro-shards [from, to) are, without repetition. */
  synchronized List<String> of(int from, int to) {
    Set<String> there = new LinkedHashSet<>(Arrays.asList(places).subList(from, to));
    there.remove(NOWHERE);
    return List.copyOf(there);
  }

  /** From now on the micro-shards [from, to) are there; empty for nowhere in particular. */
  synchronized void set(int from, int to, String place) {
    Arrays.fill(places, from, to, place);
  }

  /** Follows what becomes of executors. */
  synchronized void watch(SparkContext spark) {
    if (!watching) {
      watching = true;
      spark.addSparkListener(this);
    }
  }

  /** Follows them no longer. */
  synchronized void forget(SparkContext spark) {
    watching = false;
    spark.removeSparkListener(this);
  }

  @Override
  public synchronized void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
    for (int m = 0; m < places.length; m++) {
      if (places[m].endsWith("_" + removed.executorId())) {
        places[m] = NOWHERE;
        lost = true;
      }
    }
  }

  @Override
  public synchronized void onStageSubmitted(SparkListenerStageSubmitted submitted) {
    if (lost) {
      for (RDDInfo rdd : CollectionConverters.asJava(submitted.stageInfo().rddInfos())) {
        if (rdds.equals(rdd.name())) {
          tasksOfStage.put(submitted.stageInfo().stageId(), rdd.numPartitions());
        }
      }
    }
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
    Integer tasks = tasksOfStage.get(end.stageId());
    if (tasks == null || !end.taskInfo().successful()) {
      return;
    }
    TaskInfo task = end.taskInfo();
    int from = MicroShardRange.start(task.partitionId(), tasks, places.length);
    int to = MicroShardRange.start(task.partitionId() + 1, tasks, places.length);
    for (int m = from; m < to; m++) {
      places[m] = places[m].equals(NOWHERE) ? place(task.host(), task.executorId()) : places[m];
    }
    if (!Arrays.asList(places).contains(NOWHERE)) {
      lost = false;
      tasksOfStage.clear();
    }
  }

  /** An executor as Spark's scheduler knows it. */
  static String place(String host, String executorId) {
    return "executor_" + host + "_" + executorId;
  }
}
