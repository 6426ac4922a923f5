package io.gradflow.worker.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Properties;
import org.apache.spark.Success$;
import org.apache.spark.TaskEndReason;
import org.apache.spark.TaskState;
import org.apache.spark.UnknownReason$;
import org.apache.spark.executor.ExecutorMetrics;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.StageInfo;
import org.apache.spark.scheduler.TaskInfo;
import org.apache.spark.scheduler.TaskLocality;
import org.apache.spark.storage.RDDInfo;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Eight micro-shards, packed by two tasks on executors 1 and 12 of hosts a and b. */
class ShardPlacesTest {
  private static final String RDDS = "packed shards x";
  private static final String FIRST = "executor_a_1";
  private static final String SECOND = "executor_b_12";
  private static final int STAGE = 7;

  private final ShardPlaces places = new ShardPlaces(RDDS, 8);

  @BeforeEach
  void pack() {
    places.set(0, 4, FIRST);
    places.set(4, 8, SECOND);
  }

  @Test
  void of_ranges_placesWithoutRepetition() {
    assertEquals(List.of(FIRST), places.of(0, 3));
    assertEquals(List.of(FIRST, SECOND), places.of(2, 6));
    assertEquals(List.of(), new ShardPlaces(RDDS, 2).of(0, 2));
  }

  @Test
  void onExecutorRemoved_itsShards_areNowhere() {
    remove("2");
    assertEquals(List.of(SECOND), places.of(4, 8), "another executor's number ends alike");
    remove("12");
    assertEquals(List.of(FIRST), places.of(0, 8));
  }

  @Test
  void onTaskEnd_lostShardsReadElsewhere_areThereFromThenOn() {
    remove("12");
    submit(STAGE, RDDS, 4);
    // Partition 3 of 4: micro-shards 6 and 7.
    end(STAGE, 3, "c", "20", true);
    assertEquals(List.of(), places.of(4, 6));
    assertEquals(List.of("executor_c_20"), places.of(6, 8));
    end(STAGE, 0, "c", "20", true);
    assertEquals(List.of(FIRST), places.of(0, 4), "where they were packed they still are");
    end(STAGE, 2, "a", "1", true);
    assertEquals(List.of(FIRST, "executor_c_20"), places.of(4, 8));
  }

  @Test
  void onTaskEnd_failedOrOfOtherStages_changesNothing() {
    end(STAGE, 1, "c", "20", true);
    assertEquals(List.of(SECOND), places.of(4, 8));
    remove("12");
    submit(STAGE, RDDS, 2);
    submit(STAGE + 1, "another data set", 2);
    end(STAGE, 1, "c", "20", false);
    end(STAGE + 1, 1, "c", "20", true);
    assertEquals(List.of(), places.of(4, 8));
  }

  private void remove(String executor) {
    places.onExecutorRemoved(new SparkListenerExecutorRemoved(0, executor, "killed"));
  }

  private void submit(int stage, String rdd, int partitions) {
    Seq<Object> none = empty();
    RDDInfo info =
        new RDDInfo(1, rdd, partitions, StorageLevel.NONE(), false, none, "", Option.empty(), null);
    StageInfo about =
        new StageInfo(
            stage,
            0,
            "",
            partitions,
            CollectionConverters.asScala(List.of(info)).toSeq(),
            none,
            "",
            new TaskMetrics(),
            empty(),
            Option.empty(),
            0,
            false,
            0);
    places.onStageSubmitted(new SparkListenerStageSubmitted(about, new Properties()));
  }

  private void end(int stage, int partition, String host, String executor, boolean success) {
    TaskInfo task = new TaskInfo(1, 0, 0, partition, 0, executor, host, TaskLocality.ANY(), false);
    task.markFinished(success ? TaskState.FINISHED() : TaskState.FAILED(), 1);
    TaskEndReason reason = success ? Success$.MODULE$ : UnknownReason$.MODULE$;
    places.onTaskEnd(
        new SparkListenerTaskEnd(
            stage, 0, "ResultTask", reason, task, new ExecutorMetrics(), new TaskMetrics()));
  }

  private static <T> Seq<T> empty() {
    return CollectionConverters.asScala(List.<T>of()).toSeq();
  }
}
