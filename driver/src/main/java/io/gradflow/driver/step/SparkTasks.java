package io.gradflow.driver.step;

import io.gradflow.common.reduce.MicroShardTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkJobInfo;
import org.apache.spark.status.AppStatusStore;
import org.apache.spark.status.api.v1.StageData;
import org.apache.spark.status.api.v1.TaskData;
import scala.jdk.javaapi.CollectionConverters;

/** What Spark knows of the tasks of a job; reads what Spark keeps to itself. */
final class SparkTasks {
  private SparkTasks() {}

  /**
   * The tasks of the newest job with a tag that have not succeeded, and where they run; as far as
   * Spark's status has it, which lags behind by a fraction of a second. Empty if the job has no
   * stage yet.
   *
   * @param partitions of the job
   * @param microShards that they share
   */
  static List<String> unfinished(SparkContext spark, String tag, int partitions, int microShards) {
    BitSet succeeded = new BitSet(partitions);
    Map<Integer, String> running = new HashMap<>();
    for (TaskData task : tasks(spark, tag)) {
      if (task.status().equals("SUCCESS")) {
        succeeded.set(task.index());
      } else if (task.status().equals("RUNNING")) {
        running.put(task.index(), task.executorId());
      }
    }
    List<String> unfinished = new ArrayList<>();
    for (int i = succeeded.nextClearBit(0); i < partitions; i = succeeded.nextClearBit(i + 1)) {
      int from = MicroShardTree.rangeStart(microShards, i, partitions);
      int to = MicroShardTree.rangeStart(microShards, i + 1, partitions);
      unfinished.add(StepDeadline.task(i, from, to, running.getOrDefault(i, "")));
    }
    return unfinished;
  }

  private static List<TaskData> tasks(SparkContext spark, String tag) {
    AppStatusStore status = spark.statusStore();
    try {
      int newest = Arrays.stream(spark.statusTracker().getJobIdsForTag(tag)).max().orElseThrow();
      SparkJobInfo job = spark.statusTracker().getJobInfo(newest).get();
      int last = Arrays.stream(job.stageIds()).max().orElseThrow();
      StageData stage = status.lastStageAttempt(last);
      List<TaskData> tasks =
          new ArrayList<>(
              CollectionConverters.asJava(
                  status.taskList(last, stage.attemptId(), Integer.MAX_VALUE)));
      tasks.sort(Comparator.comparingLong(TaskData::taskId));
      return tasks;
    } catch (NoSuchElementException e) {
      // The status does not have the job, or its stage, yet.
      return List.of();
    }
  }
}
