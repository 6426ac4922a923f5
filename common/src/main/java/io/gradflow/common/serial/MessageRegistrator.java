package io.gradflow.common.serial;

import com.esotericsoftware.kryo.Kryo;
import io.gradflow.common.message.StepCommand;
import io.gradflow.common.message.StepSums;
import io.gradflow.common.message.TaskReport;
import io.gradflow.common.message.Weights;
import org.apache.spark.serializer.KryoRegistrator;

/**
 * What {@code spark.kryo.registrator} names: every class of ours that Spark encodes with Kryo, and
 * Spark's own that it does not register itself, so that {@code spark.kryo.registrationRequired}
 * holds. New ones go to the end.
 */
public final class MessageRegistrator implements KryoRegistrator {
  @Override
  public void registerClasses(Kryo kryo) {
    kryo.register(Weights.class, new WeightsSerializer());
    kryo.register(StepSums.class, new StepSumsSerializer());
    kryo.register(TaskReport.class, new TaskReportSerializer());
    kryo.register(StepCommand.class, new StepCommandSerializer());
  }
}
