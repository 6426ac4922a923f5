package io.gradflow.driver.data;

import io.gradflow.common.array.Sha256;
import io.gradflow.common.data.Preprocessing;
import io.gradflow.common.spec.SpecException;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.common.spec.SpecWriter;
import io.gradflow.driver.profile.Drift;
import io.gradflow.driver.profile.TableProfile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkContext;

/**
 * All of {@link PreparedData} but the rows, and where those are: the manifest of kept data.
 *
 * <p>The file: a line {@code gradflow-data VERSION SHA256}, the latter of all that follows; then
 * this record as JSON.
 *
 * @param fingerprint of the rows used
 */
public record KeptData(
    Preprocessing preprocessing,
    KeptSplit train,
    Optional<KeptSplit> validation,
    Optional<KeptSplit> test,
    RowCounts counts,
    List<SourceRows> sources,
    Map<String, TableProfile> profiles,
    Map<String, List<Drift>> drift,
    String fingerprint) {
  /** More than any data needs: vocabularies, and a profile of each column. */
  static final int MAX_BYTES = 1 << 28;

  private static final String FORMAT = "gradflow-data";
  private static final String VERSION = "1";

  /** Keeps the shards now; what is returned tells where. */
  static KeptData keep(PreparedData data, String directory) {
    return new KeptData(
        data.preprocessing(),
        KeptSplit.of(data.train(), directory),
        data.validation().map(shards -> KeptSplit.of(shards, directory)),
        data.test().map(shards -> KeptSplit.of(shards, directory)),
        data.counts(),
        data.profile().sources(),
        data.profile().splits(),
        data.profile().drift(),
        data.fingerprint());
  }

  /** The data again; shards are fetched when they are packed or read. */
  PreparedData open(SparkContext spark, String directory) {
    return new PreparedData(
        preprocessing,
        train.open(spark, directory),
        validation.map(split -> split.open(spark, directory)),
        test.map(split -> split.open(spark, directory)),
        counts,
        new DataProfile(sources, inOrder(profiles), inOrder(drift)),
        fingerprint);
  }

  byte[] toBytes() {
    byte[] body = SpecWriter.toJson(this).getBytes(StandardCharsets.UTF_8);
    byte[] head =
        (FORMAT + " " + VERSION + " " + Sha256.of(body) + "\n").getBytes(StandardCharsets.UTF_8);
    byte[] all = new byte[head.length + body.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    return all;
  }

  /**
   * @throws IOException if this is not what {@link #toBytes} gave, or of another version
   */
  static KeptData parse(byte[] bytes) throws IOException {
    String text = new String(bytes, StandardCharsets.UTF_8);
    int end = text.indexOf('\n');
    String[] head = text.substring(0, Math.max(end, 0)).split(" ", -1);
    if (head.length != 3 || !head[0].equals(FORMAT)) {
      throw new IOException("it does not start with " + FORMAT);
    }
    if (!head[1].equals(VERSION)) {
      throw new IOException("format version " + head[1] + ", this build reads " + VERSION);
    }
    String body = text.substring(end + 1);
    if (!head[2].equals(Sha256.of(body.getBytes(StandardCharsets.UTF_8)))) {
      throw new IOException("its sha256 does not match its content");
    }
    try {
      return SpecReader.readJson(body, KeptData.class);
    } catch (SpecException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** Documents sort the keys of maps; reports list the splits in this order. */
  private static <T> Map<String, T> inOrder(Map<String, T> bySplit) {
    Map<String, T> ordered = new LinkedHashMap<>();
    for (String split : DataProfile.SPLITS) {
      if (bySplit.containsKey(split)) {
        ordered.put(split, bySplit.get(split));
      }
    }
    return ordered;
  }
}
