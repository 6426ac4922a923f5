package io.gradflow.common.serial;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.gradflow.common.message.Split;
import io.gradflow.common.message.StepCommand;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.Weights;
import java.util.Optional;

/** {@link StepCommand}: its components in order, each optional one behind a flag. */
final class StepCommandSerializer extends Serializer<StepCommand> {
  private final WeightsSerializer weights = new WeightsSerializer();

  StepCommandSerializer() {
    super(false, true);
  }

  @Override
  public void write(Kryo kryo, Output output, StepCommand command) {
    output.writeVarLong(command.number(), false);
    output.writeString(command.kind().name());
    output.writeVarLong(command.id().step(), true);
    output.writeVarInt(command.id().epoch(), true);
    output.writeVarInt(command.id().stepInEpoch(), true);
    output.writeString(command.split().name());
    output.writeVarLong(command.version(), false);
    output.writeBoolean(command.weights().isPresent());
    command.weights().ifPresent(each -> weights.write(kryo, output, each));
    BlockRefs.write(output, command.block());
  }

  @Override
  public StepCommand read(Kryo kryo, Input input, Class<StepCommand> type) {
    return new StepCommand(
        input.readVarLong(false),
        constant(StepCommand.Kind.class, input.readString()),
        new StepId(input.readVarLong(true), input.readVarInt(true), input.readVarInt(true)),
        constant(Split.class, input.readString()),
        input.readVarLong(false),
        input.readBoolean()
            ? Optional.of(weights.read(kryo, input, Weights.class))
            : Optional.empty(),
        BlockRefs.read(input));
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String name) {
    try {
      return Enum.valueOf(type, name);
    } catch (IllegalArgumentException e) {
      throw new KryoException("there is no " + type.getSimpleName() + " " + name, e);
    }
  }
}
