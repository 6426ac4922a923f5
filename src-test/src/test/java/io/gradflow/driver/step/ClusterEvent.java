package io.gradflow.driver.step;

import io.gradflow.testkit.LocalCluster;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.ExecutorDecommissionInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.scheduler.TaskSchedulerImpl;
import org.apache.spark.scheduler.cluster.CoarseGrainedSchedulerBackend;
import scala.Option;

/** What can happen to an application on executor processes while it trains. */
enum ClusterEvent {
  /** An executor process is killed. */
  KILL {
    @Override
    void happen(SparkContext spark, Aftermath aftermath) {
      require(LocalCluster.killAnExecutor(), "no executor to kill");
    }
  },
  /** A task is killed, as from Spark's UI: one that runs, or else the next one that starts. */
  KILL_TASK {
    @Override
    void happen(SparkContext spark, Aftermath aftermath) {
      TaskSchedulerImpl scheduler = (TaskSchedulerImpl) spark.taskScheduler();
      Iterator<Object> running = scheduler.taskIdToTaskSetManager().keySet().iterator();
      if (running.hasNext()) {
        spark.killTaskAttempt((Long) running.next(), true, "killed by the test");
        return;
      }
      AtomicBoolean killed = new AtomicBoolean();
      SparkListener next =
          new SparkListener() {
            @Override
            public void onTaskStart(SparkListenerTaskStart start) {
              if (killed.compareAndSet(false, true)) {
                spark.killTaskAttempt(start.taskInfo().taskId(), true, "killed by the test");
              }
            }
          };
      spark.addSparkListener(next);
      aftermath.afterwards(() -> spark.removeSparkListener(next));
    }
  },
  /** An executor process stands still for a second and a half. */
  PAUSE {
    @Override
    void happen(SparkContext spark, Aftermath aftermath) {
      long pid = LocalCluster.signalAnExecutor("STOP");
      aftermath.waitFor(
          CompletableFuture.runAsync(
              () -> LocalCluster.signal(pid, "CONT"),
              CompletableFuture.delayedExecutor(1500, TimeUnit.MILLISECONDS)));
    }
  },
  /** An executor process stands still for good: Spark declares it lost after its timeout. */
  FREEZE {
    @Override
    void happen(SparkContext spark, Aftermath aftermath) {
      long pid = LocalCluster.signalAnExecutor("STOP");
      // A process that stands still does not end with its application.
      aftermath.afterwards(() -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    }
  },
  /** An executor is being taken down: it gets no more tasks, and ends when it has none. */
  RETIRE {
    @Override
    void happen(SparkContext spark, Aftermath aftermath) {
      CoarseGrainedSchedulerBackend backend =
          (CoarseGrainedSchedulerBackend) spark.schedulerBackend();
      String executor = backend.getExecutorIds().head();
      ExecutorDecommissionInfo info =
          new ExecutorDecommissionInfo("taken down by the test", Option.empty());
      require(
          backend.decommissionExecutor(executor, info, false, false), "cannot retire " + executor);
    }
  },
  /** Another job of the application, in a pool of its own; it must end before training does. */
  OTHER_JOB {
    @Override
    void happen(SparkContext spark, Aftermath aftermath) {
      aftermath.waitFor(
          CompletableFuture.runAsync(
              () -> {
                spark.setLocalProperty("spark.scheduler.pool", "others");
                require(spark.range(0, 4, 1, 4).count() == 4, "the other job miscounts");
              }));
    }
  };

  /** Makes it happen, after a step, on the trainer's thread. */
  abstract void happen(SparkContext spark, Aftermath aftermath);

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalStateException(message);
    }
  }

  /** What events leave behind. */
  static final class Aftermath implements AutoCloseable {
    private final List<CompletableFuture<Void>> running = new ArrayList<>();
    private final List<Runnable> afterwards = new ArrayList<>();

    void waitFor(CompletableFuture<Void> each) {
      running.add(each);
    }

    /** Has something done once training has ended. */
    void afterwards(Runnable each) {
      afterwards.add(each);
    }

    /** Fails if something is still under way when training has ended. */
    @Override
    public void close() {
      afterwards.forEach(Runnable::run);
      for (CompletableFuture<Void> each : running) {
        require(each.isDone(), "something that happened in training has outlived it");
        each.join();
      }
    }
  }
}
