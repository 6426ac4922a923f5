package io.gradflow.bench;

import io.gradflow.common.array.Numerics;
import io.gradflow.common.message.Split;
import io.gradflow.driver.data.DataSpec;
import io.gradflow.driver.data.LabelSpec;
import io.gradflow.driver.data.PreparedData;
import io.gradflow.driver.data.SourceFormat;
import io.gradflow.driver.data.SourceSpec;
import io.gradflow.driver.data.SourceTable;
import io.gradflow.driver.feature.VectorFeature;
import io.gradflow.driver.step.JobSteps;
import io.gradflow.driver.step.ResidentSteps;
import io.gradflow.driver.step.ShardSource;
import io.gradflow.driver.step.SparkSettings;
import io.gradflow.driver.step.StepRunner;
import io.gradflow.driver.step.StepSettings;
import io.gradflow.worker.replica.RunSpec;
import io.gradflow.worker.shard.ShardGroup;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/** A Spark session that holds a workload's rows as packed shards, two tasks a job. */
final class SparkRig implements AutoCloseable {
  private static final int TASKS = 2;

  private final Workload workload;
  private final SparkSession spark;
  private final PreparedData data;

  SparkRig(String master, Workload workload) {
    this(master, workload, true);
  }

  /**
   * @param files whether large arrays pass through files between processes of this machine
   */
  SparkRig(String master, Workload workload, boolean files) {
    this.workload = workload;
    SparkConf conf =
        new SparkConf()
            .setMaster(master)
            .setAppName("gradflow-bench")
            .set("spark.ui.enabled", "false")
            // Executors of local-cluster start from SPARK_HOME and know nothing of the benchmark.
            .set("spark.executor.extraClassPath", System.getProperty("java.class.path"))
            .set("spark.gradflow.shareFiles", Boolean.toString(files))
            .set("spark.log.level", "ERROR");
    SparkSettings.apply(conf::contains, conf::set);
    this.spark = SparkSession.builder().config(conf).getOrCreate();
    DataSpec spec =
        DataSpec.of(
            new SourceSpec(SourceFormat.TABLE, "workload", Map.of()),
            List.of(
                new VectorFeature(
                    List.of("features"),
                    "features",
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    false,
                    false)),
            LabelSpec.classes("label"));
    this.data =
        PreparedData.prepare(
            SourceTable.of("workload", rows()),
            Optional.empty(),
            Optional.empty(),
            spec,
            GradflowStep.SEED,
            workload.microShards());
  }

  /** What is trained here. */
  RunSpec run(Numerics numerics) {
    return GradflowStep.run(workload, numerics, data.train().microShards(), data.schema());
  }

  /** A Spark job a step. */
  StepRunner jobSteps(RunSpec run) {
    return new JobSteps(spark.sparkContext(), run, sources(), TASKS);
  }

  /** Tasks that stay; they hold their slots until the runner is closed. */
  StepRunner residentSteps(RunSpec run) {
    return residentSteps(run, StepSettings.from(spark.sparkContext().getConf()));
  }

  /** The same with other settings than the session's. */
  StepRunner residentSteps(RunSpec run, StepSettings settings) {
    return new ResidentSteps(spark.sparkContext(), run, sources(), settings, TASKS);
  }

  /** What the session says of steps. */
  StepSettings settings() {
    return StepSettings.from(spark.sparkContext().getConf());
  }

  /** What is trained here, by another network of the same input and output. */
  RunSpec run(Workload other) {
    return GradflowStep.run(other, Numerics.PORTABLE, data.train().microShards(), data.schema());
  }

  private Map<Split, ShardSource> sources() {
    return Map.of(Split.TRAIN, data.train()::regroup);
  }

  /** The least that a Spark job can be: the same partitions, named functions that do nothing. */
  Contestant bareJob() {
    var shards = data.train().regroup(TASKS);
    var partitions =
        CollectionConverters.asScala(IntStream.range(0, TASKS).mapToObj(i -> (Object) i).toList())
            .toSeq();
    return new Contestant() {
      @Override
      public String name() {
        return "bare runJob of " + TASKS + " tasks";
      }

      @Override
      public void step() {
        spark
            .sparkContext()
            .runJob(
                shards,
                new DoNothing(),
                partitions,
                new Ignore(),
                ClassTag$.MODULE$.apply(BoxedUnit.class));
      }
    };
  }

  private Dataset<Row> rows() {
    float[] features = workload.features();
    List<Row> rows = new ArrayList<>();
    for (int variant = 0; variant < workload.classes(); variant++) {
      int[] labels = workload.labels(variant);
      for (int i = 0; i < workload.batch(); i++) {
        float[] row = new float[workload.inputs()];
        System.arraycopy(features, i * row.length, row, 0, row.length);
        rows.add(RowFactory.create(row, "class" + labels[i]));
      }
    }
    StructType columns =
        new StructType()
            .add("features", DataTypes.createArrayType(DataTypes.FloatType, false))
            .add("label", DataTypes.StringType);
    return spark.createDataFrame(rows, columns);
  }

  @Override
  public void close() {
    data.close();
    spark.stop();
  }

  private static final class DoNothing
      extends AbstractFunction2<TaskContext, Iterator<ShardGroup>, BoxedUnit>
      implements Serializable {
    private static final long serialVersionUID = 1;

    @Override
    public BoxedUnit apply(TaskContext context, Iterator<ShardGroup> group) {
      return BoxedUnit.UNIT;
    }
  }

  private static final class Ignore extends AbstractFunction2<Object, BoxedUnit, BoxedUnit> {
    @Override
    public BoxedUnit apply(Object partition, BoxedUnit result) {
      return result;
    }
  }
}
