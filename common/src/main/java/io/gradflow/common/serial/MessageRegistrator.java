package io.gradflow.common.serial;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.gradflow.common.message.StepCommand;
import io.gradflow.common.message.StepSums;
import io.gradflow.common.message.TaskReport;
import io.gradflow.common.message.Weights;
import java.util.List;
import org.apache.spark.serializer.KryoRegistrator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What {@code spark.kryo.registrator} names: every class of ours that Spark encodes with Kryo, and
 * Spark's own that it does not register itself, so that {@code spark.kryo.registrationRequired}
 * holds. New ones go to the end.
 */
public final class MessageRegistrator implements KryoRegistrator {
  private static final Logger LOG = LoggerFactory.getLogger(MessageRegistrator.class);

  private static final List<String> INFERRED =
      List.of(
          "sql.types.BinaryType$",
          "sql.types.NullType$",
          "sql.types.TimestampNTZType$",
          "sql.types.CalendarIntervalType$",
          "sql.types.VariantType$",
          "sql.types.MapType",
          "sql.types.CharType",
          "sql.types.VarcharType",
          "sql.types.DayTimeIntervalType",
          "sql.types.YearMonthIntervalType",
          "sql.types.Metadata",
          "ml.linalg.VectorUDT",
          "mllib.linalg.VectorUDT");

  @Override
  public void registerClasses(Kryo kryo) {
    kryo.register(Weights.class, new WeightsSerializer());
    kryo.register(StepSums.class, new StepSumsSerializer());
    kryo.register(TaskReport.class, new TaskReportSerializer());
    kryo.register(StepCommand.class, new StepCommandSerializer());
    registerIfThere(kryo, "org.apache.spark.sql.types.ArrayType"); // inferred for JSON arrays
    // Sources of more than 32 files are listed by a job; these classes are their own writers.
    for (String name : List.of("Path", "FileStatus", "LocatedFileStatus", "BlockLocation")) {
      registerAsSerializable(kryo, "org.apache.hadoop.fs." + name);
      registerIfThere(kryo, "[Lorg.apache.hadoop.fs." + name + ";");
    }
    // Files' schemas are inferred by jobs, which send them back.
    for (String type : INFERRED) {
      registerAsSerializable(kryo, "org.apache.spark." + type);
    }
  }

  private static void registerAsSerializable(Kryo kryo, String name) {
    try {
      kryo.register(
          Class.forName(name, false, MessageRegistrator.class.getClassLoader()),
          new JavaSerializer());
    } catch (ClassNotFoundException e) {
      LOG.debug("{} is not there; nothing will encode it", name);
    }
  }

  /** Classes of Spark SQL, which the executors of plain Spark need not have. */
  private static void registerIfThere(Kryo kryo, String name) {
    try {
      kryo.register(Class.forName(name, false, MessageRegistrator.class.getClassLoader()));
    } catch (ClassNotFoundException e) {
      LOG.debug("{} is not there; nothing will encode it", name);
    }
  }
}
