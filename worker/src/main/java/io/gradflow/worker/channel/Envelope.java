package io.gradflow.worker.channel;

import java.io.Serializable;
import java.nio.ByteBuffer;
import org.apache.spark.serializer.SerializerInstance;
import scala.reflect.ClassTag$;

/**
 * A message on Spark's RPC, which encodes by Java serialization: between processes the message's
 * Kryo encoding as bytes, within one process the message itself.
 */
public final class Envelope implements Serializable {
  private static final long serialVersionUID = 1;

  private final transient Object message;
  private final byte[] bytes;

  private Envelope(Object message, byte[] bytes) {
    this.message = message;
    this.bytes = bytes;
  }

  /** A message that does not leave the process. */
  public static Envelope byReference(Object message) {
    return new Envelope(message, null);
  }

  /** A message that does. */
  public static Envelope encoded(Object message, SerializerInstance kryo) {
    ByteBuffer encoded = kryo.serialize(message, ClassTag$.MODULE$.Any());
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    return new Envelope(null, bytes);
  }

  /** Whether sender and receiver share a process. */
  public boolean isByReference() {
    return bytes == null;
  }

  /** The message. */
  public Object open(SerializerInstance kryo) {
    return isByReference()
        ? message
        : kryo.deserialize(ByteBuffer.wrap(bytes), ClassTag$.MODULE$.Any());
  }

  @Override
  public String toString() {
    return isByReference() ? String.valueOf(message) : bytes.length + " bytes";
  }
}
