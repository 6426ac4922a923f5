package io.gradflow.common.serial;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.gradflow.common.message.StepSums;
import io.gradflow.common.message.TaskReport;
import java.util.Optional;

/** {@link TaskReport}: its components in order, each optional one behind a flag. */
final class TaskReportSerializer extends Serializer<TaskReport> {
  private final StepSumsSerializer sums = new StepSumsSerializer();

  TaskReportSerializer() {
    super(false, true);
  }

  @Override
  public void write(Kryo kryo, Output output, TaskReport report) {
    output.writeVarLong(report.lease(), true);
    output.writeVarInt(report.slot(), true);
    output.writeVarLong(report.attempt(), true);
    output.writeString(report.executorId());
    output.writeBoolean(report.sharesFiles());
    output.writeVarLong(report.installed(), false);
    output.writeVarLong(report.completed(), false);
    output.writeBoolean(report.sums().isPresent());
    report.sums().ifPresent(each -> sums.write(kryo, output, each));
    BlockRefs.write(output, report.gradients());
    output.writeString(report.culprit().orElse(null));
  }

  @Override
  public TaskReport read(Kryo kryo, Input input, Class<TaskReport> type) {
    return new TaskReport(
        input.readVarLong(true),
        input.readVarInt(true),
        input.readVarLong(true),
        input.readString(),
        input.readBoolean(),
        input.readVarLong(false),
        input.readVarLong(false),
        input.readBoolean()
            ? Optional.of(sums.read(kryo, input, StepSums.class))
            : Optional.empty(),
        BlockRefs.read(input),
        Optional.ofNullable(input.readString()));
  }
}
