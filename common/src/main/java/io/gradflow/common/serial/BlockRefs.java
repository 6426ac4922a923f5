package io.gradflow.common.serial;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.gradflow.common.message.BlockRef;
import java.util.Optional;

/** An optional {@link BlockRef} within another message. */
final class BlockRefs {
  private BlockRefs() {}

  static void write(Output output, Optional<BlockRef> block) {
    output.writeBoolean(block.isPresent());
    if (block.isPresent()) {
      output.writeString(block.get().host());
      output.writeVarInt(block.get().port(), true);
      output.writeString(block.get().executorId());
      output.writeString(block.get().blockId());
    }
  }

  static Optional<BlockRef> read(Input input) {
    return input.readBoolean()
        ? Optional.of(
            new BlockRef(
                input.readString(), input.readVarInt(true), input.readString(), input.readString()))
        : Optional.empty();
  }
}
