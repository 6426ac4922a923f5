package io.gradflow.common.serial;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.gradflow.common.message.Weights;

/** {@link Weights}: version, values. */
final class WeightsSerializer extends Serializer<Weights> {
  private final BulkArrays arrays = new BulkArrays();

  WeightsSerializer() {
    super(false, true);
  }

  @Override
  public void write(Kryo kryo, Output output, Weights weights) {
    output.writeVarLong(weights.version(), false);
    arrays.writeFloats(output, weights.values());
  }

  @Override
  public Weights read(Kryo kryo, Input input, Class<Weights> type) {
    return new Weights(input.readVarLong(false), arrays.readFloats(input));
  }
}
