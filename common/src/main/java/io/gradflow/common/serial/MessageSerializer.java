package io.gradflow.common.serial;

import java.nio.ByteBuffer;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializerInstance;
import scala.reflect.ClassTag$;

/** Kryo with the messages registered, whatever serializer the application has chosen for itself. */
public final class MessageSerializer {
  private static final KryoSerializer KRYO = create();

  private MessageSerializer() {}

  private static KryoSerializer create() {
    SparkConf conf =
        new SparkConf(false)
            .set("spark.kryo.registrator", MessageRegistrator.class.getName())
            .set("spark.kryo.registrationRequired", "true")
            .set("spark.kryoserializer.buffer.max", "1g");
    KryoSerializer kryo = new KryoSerializer(conf);
    kryo.setDefaultClassLoader(MessageRegistrator.class.getClassLoader());
    return kryo;
  }

  /** An instance for one thread at a time. */
  public static SerializerInstance newInstance() {
    return KRYO.newInstance();
  }

  /** A message's bytes. */
  public static byte[] encode(Object message, SerializerInstance kryo) {
    ByteBuffer encoded = kryo.serialize(message, ClassTag$.MODULE$.Any());
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    return bytes;
  }

  /** The message of such bytes. */
  public static Object decode(byte[] bytes, SerializerInstance kryo) {
    return kryo.deserialize(ByteBuffer.wrap(bytes), ClassTag$.MODULE$.Any());
  }
}
