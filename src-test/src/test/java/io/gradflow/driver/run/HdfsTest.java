package io.gradflow.driver.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.model.Storage;
import io.gradflow.driver.job.Job;
import io.gradflow.driver.job.JobFile;
import io.gradflow.driver.run.RunOptions.Resume;
import io.gradflow.driver.train.StepReport;
import io.gradflow.driver.train.TrainingListener;
import io.gradflow.testkit.SparkSessions;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checkpoints, resuming and final outputs on HDFS, where its mini cluster is on the class path:
 * {@code ./mvnw verify -Phdfs -pl src-test -am -Dtest=HdfsTest
 * -Dsurefire.failIfNoSpecifiedTests=false}.
 */
@Tag("cluster")
@EnabledIf("isMiniClusterThere")
class HdfsTest {
  private static final String CLUSTER = "org.apache.hadoop.hdfs.MiniDFSCluster";
  private static final long STOPPED_AFTER = 9;

  @TempDir private Path directory;
  private AutoCloseable cluster;
  private String uri;

  static boolean isMiniClusterThere() {
    try {
      Class.forName(CLUSTER);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  // By reflection: the class path of other tests has no such classes.
  @BeforeEach
  void start() throws ReflectiveOperationException {
    Configuration configuration = new Configuration();
    configuration.set("hdfs.minidfs.basedir", directory.resolve("hdfs") + File.separator);
    Class<?> builderClass = Class.forName(CLUSTER + "$Builder");
    Object builder = builderClass.getConstructor(Configuration.class).newInstance(configuration);
    Object built = builderClass.getMethod("build").invoke(builder);
    cluster = (AutoCloseable) built;
    built.getClass().getMethod("waitActive").invoke(built);
    uri = built.getClass().getMethod("getURI").invoke(built).toString();
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  @Test
  void train_stoppedAndResumedOnHdfs_sameWeightsAsOnALocalDisk() throws Exception {
    Job job = job();
    String expected =
        new TrainingRun(SparkSessions.local2(), job)
            .run(Storage.local(directory.resolve("local")), List.of())
            .summary()
            .result()
            .weightsSha256();
    Storage output = HadoopStorage.at(uri + "/runs/a", new Configuration());
    StopRequest stop = new StopRequest();
    TrainingListener stopping =
        new TrainingListener() {
          @Override
          public void onStep(StepReport report) {
            if (report.step() == STOPPED_AFTER) {
              stop.request();
            }
          }
        };
    GradflowException stopped =
        assertThrows(GradflowException.class, () -> run(job, output, stop, List.of(stopping)));
    assertEquals(ExitCode.STOPPED, stopped.code());
    assertTrue(stopped.getMessage().contains("hdfs://"), stopped.getMessage());
    assertFalse(output.exists("summary.json"));
    assertTrue(output.exists("checkpoints/step-0000000009/manifest.json"));
    String resumed =
        run(job, output, new StopRequest(), List.of()).summary().result().weightsSha256();
    assertEquals(expected, resumed);
    assertTrue(output.exists("summary.json"));
    assertTrue(output.exists("model/weights.safetensors"));
    assertFalse(output.exists("run.lock"));
  }

  private static TrainingRun.Outcome run(
      Job job, Storage output, StopRequest stop, List<TrainingListener> listeners)
      throws IOException {
    return new TrainingRun(SparkSessions.local2(), job)
        .run(output, new RunOptions(Resume.AUTO, Optional.empty(), false, stop), listeners);
  }

  private Job job() throws IOException {
    StringBuilder rows = new StringBuilder("x0,x1,label\n");
    Random random = new Random(3);
    for (int row = 0; row < 300; row++) {
      int label = random.nextInt(2);
      rows.append(
          String.format(
              Locale.ROOT,
              "%.4f,%.4f,class%d%n",
              label + random.nextGaussian(),
              random.nextGaussian(),
              label));
    }
    Files.writeString(directory.resolve("rows.csv"), rows);
    Path file =
        Files.writeString(
            directory.resolve("job.yaml"),
            """
            name: hdfs
            seed: 5
            data:
              train: {format: csv, path: rows.csv}
              validation: {split: 0.1}
              features:
                - {columns: x*, standardize: true}
              label: {column: label, as: class}
            model:
              layers:
                - dense: {units: 8, activation: tanh}
                - dense: {units: classes}
            loss: softmaxCrossEntropy
            optimizer: {adam: {learningRate: 0.05}}
            train: {epochs: 3, batchSize: 32, microShards: 2}
            checkpoint: {everySteps: 3, keep: 2}
            """);
    return JobFile.read(Files.readString(file), "job.yaml", List.of())
        .relocate(JobFile.pathsFrom(file.toString()));
  }
}
