package io.gradflow.common.serial;

import org.apache.spark.SparkConf;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializerInstance;

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
}
