package io.gradflow.common.model;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.nd4j.shade.jackson.core.JsonFactory;
import org.nd4j.shade.jackson.core.JsonGenerator;

/**
 * Tensors by name in one file, as defined by the safetensors project (huggingface/safetensors,
 * README, "Format").
 *
 * <pre>
 *   8 bytes   N, length of the header, unsigned little-endian
 *   N bytes   header: JSON in UTF-8, starts with '{', may be padded with spaces
 *   the rest  the tensors' bytes, little-endian, row-major
 *
 *   header:  {"__metadata__": {"key": "text", ...},
 *             "dense_1/kernel": {"dtype": "F32", "shape": [64, 10], "data_offsets": [0, 2560]},
 *             ...}
 * </pre>
 *
 * <ul>
 *   <li>Offsets count from the end of the header. The tensors' bytes cover the rest of the file
 *       exactly: no gap, no overlap, nothing after the last.
 *   <li>A tensor has (product of its extents) x (bytes an element) bytes; {@code []} is one number.
 *   <li>Names are unique; {@code __metadata__} holds text only.
 *   <li>The header is at most 100 MB.
 * </ul>
 *
 * <p>All of that is checked when reading, one message per failure. Not checked: the values (NaN
 * passes), the meaning of names, checksums (the format has none). Written files are all F32; the
 * header is padded with spaces so that data starts at a multiple of 8 bytes.
 *
 * <p>Reading and writing go through streams and keep no more than a small buffer beside the
 * caller's array. Reading: {@link SafetensorsReader}.
 */
public final class Safetensors {
  static final int MAX_HEADER_BYTES = 100_000_000;
  static final String METADATA = "__metadata__";
  private static final int ALIGNMENT = 8;
  private static final int BUFFER_BYTES = 1 << 16;

  private Safetensors() {}

  /**
   * A tensor to be written: {@code size} floats of {@code values} from {@code offset}, read only.
   *
   * @param name unique in the file, not {@code __metadata__}
   * @param dims row-major extents, whose product is the number of floats
   */
  @SuppressWarnings("ArrayRecordComponent") // A view into the caller's array, never compared.
  public record Tensor(String name, List<Integer> dims, float[] values, int offset) {
    public Tensor {
      dims = List.copyOf(dims);
      if (name.equals(METADATA)) {
        throw new IllegalArgumentException("a tensor cannot be named " + METADATA);
      }
    }

    /** The number of floats. */
    public int size() {
      return dims.stream().reduce(1, Math::multiplyExact);
    }
  }

  /**
   * Writes the tensors in the order given; leaves the stream open.
   *
   * @param metadata text kept in the header; may be empty
   */
  public static void write(OutputStream out, List<Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    byte[] header = header(tensors, metadata).getBytes(StandardCharsets.UTF_8);
    int padding = (ALIGNMENT - header.length % ALIGNMENT) % ALIGNMENT;
    byte[] bytes = new byte[BUFFER_BYTES];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong((long) header.length + padding);
    out.write(bytes, 0, Long.BYTES);
    buffer.clear();
    out.write(header);
    out.write(" ".repeat(padding).getBytes(StandardCharsets.US_ASCII));
    for (Tensor tensor : tensors) {
      int end = tensor.offset() + tensor.size();
      for (int i = tensor.offset(); i < end; i++) {
        if (buffer.remaining() < Float.BYTES) {
          out.write(bytes);
          buffer.clear();
        }
        buffer.putFloat(tensor.values()[i]);
      }
    }
    out.write(bytes, 0, buffer.position());
  }

  private static String header(List<Tensor> tensors, Map<String, String> metadata) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.enable(JsonGenerator.Feature.STRICT_DUPLICATE_DETECTION);
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(METADATA);
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      long begin = 0;
      for (Tensor tensor : tensors) {
        long end = begin + (long) Float.BYTES * tensor.size();
        json.writeObjectFieldStart(tensor.name());
        json.writeStringField("dtype", SafetensorsType.F32.name());
        json.writeArrayFieldStart("shape");
        for (int dim : tensor.dims()) {
          json.writeNumber(dim);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("data_offsets");
        json.writeNumber(begin);
        json.writeNumber(end);
        json.writeEndArray();
        json.writeEndObject();
        begin = end;
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("safetensors header: " + e.getMessage(), e);
    }
    return text.toString();
  }
}
