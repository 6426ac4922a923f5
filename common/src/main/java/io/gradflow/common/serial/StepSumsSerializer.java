package io.gradflow.common.serial;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.gradflow.common.message.StepSums;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.message.TaskTimings;
import java.util.ArrayList;
import java.util.List;

/** {@link StepSums}: version, range, the sums of its subtrees one after the other, timings. */
final class StepSumsSerializer extends Serializer<StepSums> {
  // More than a tree over 2^31 micro-shards has in any range.
  private static final int MAX_SUBTREES = 64;

  private final BulkArrays arrays = new BulkArrays();

  StepSumsSerializer() {
    super(false, true);
  }

  @Override
  public void write(Kryo kryo, Output output, StepSums sums) {
    output.writeVarLong(sums.version(), false);
    output.writeVarInt(sums.from(), true);
    output.writeVarInt(sums.to(), true);
    output.writeVarInt(sums.subtrees().size(), true);
    for (SubtreeSum sum : sums.subtrees()) {
      output.writeVarInt(sum.level(), true);
      output.writeVarInt(sum.index(), true);
      output.writeVarLong(sum.rows(), true);
      output.writeDouble(sum.lossSum());
      output.writeDouble(sum.weightSum());
      arrays.writeFloats(output, sum.gradientSum());
      arrays.writeDoubles(output, sum.metricSums());
    }
    output.writeVarLong(sums.timings().weightsNanos(), true);
    output.writeVarLong(sums.timings().computeNanos(), true);
    output.writeVarLong(sums.timings().waitNanos(), true);
  }

  @Override
  public StepSums read(Kryo kryo, Input input, Class<StepSums> type) {
    long version = input.readVarLong(false);
    int from = input.readVarInt(true);
    int to = input.readVarInt(true);
    int count = input.readVarInt(true);
    if (count < 0 || count > MAX_SUBTREES) {
      throw new KryoException("sums of " + count + " subtrees; expected at most " + MAX_SUBTREES);
    }
    List<SubtreeSum> subtrees = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      subtrees.add(
          new SubtreeSum(
              input.readVarInt(true),
              input.readVarInt(true),
              input.readVarLong(true),
              input.readDouble(),
              input.readDouble(),
              arrays.readFloats(input),
              arrays.readDoubles(input)));
    }
    TaskTimings timings =
        new TaskTimings(input.readVarLong(true), input.readVarLong(true), input.readVarLong(true));
    return new StepSums(version, from, to, subtrees, timings);
  }
}
