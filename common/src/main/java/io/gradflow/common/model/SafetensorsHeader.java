package io.gradflow.common.model;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.nd4j.shade.jackson.core.JsonFactory;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.core.JsonToken;

/**
 * The parsed and checked header of a safetensors file.
 *
 * @param entries in the order of their bytes, covering [0, dataBytes) without gap or overlap
 * @param metadata text by key
 */
record SafetensorsHeader(List<SafetensorsEntry> entries, Map<String, String> metadata) {

  /** Bytes after the header. */
  long dataBytes() {
    return entries.isEmpty() ? 0 : entries.get(entries.size() - 1).end();
  }

  /**
   * @param where the file, for messages
   * @throws GradflowException for the first fault found
   */
  static SafetensorsHeader parse(byte[] json, String where) {
    return new Parse(where).header(json);
  }

  /** One pass over the JSON. */
  private static final class Parse {
    private final String where;
    private JsonParser parser;

    Parse(String where) {
      this.where = where;
    }

    SafetensorsHeader header(byte[] json) {
      if (json[0] != '{') {
        throw fault("the header starts with byte " + (json[0] & 0xFF) + "; expected '{'");
      }
      JsonFactory factory = new JsonFactory();
      factory.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
      List<SafetensorsEntry> entries = new ArrayList<>();
      Map<String, String> metadata = new TreeMap<>();
      try (JsonParser open = factory.createParser(json)) {
        parser = open;
        expect(JsonToken.START_OBJECT, "the header");
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          if (name.equals(Safetensors.METADATA)) {
            readMetadata(metadata);
          } else {
            entries.add(readEntry(name));
          }
        }
        if (parser.nextToken() != null) {
          throw fault("something follows the header's closing brace");
        }
      } catch (JsonProcessingException e) {
        throw new GradflowException(
            ExitCode.BAD_DATA,
            where + ": the safetensors header is not valid JSON: " + e.getOriginalMessage(),
            e);
      } catch (IOException e) {
        throw fault("the header is not UTF-8 text: " + e.getMessage());
      }
      entries.sort(
          Comparator.comparingLong(SafetensorsEntry::begin)
              .thenComparingLong(SafetensorsEntry::end));
      checkCover(entries);
      return new SafetensorsHeader(List.copyOf(entries), metadata);
    }

    private void readMetadata(Map<String, String> metadata) throws IOException {
      expect(JsonToken.START_OBJECT, Safetensors.METADATA);
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        expect(JsonToken.VALUE_STRING, Safetensors.METADATA + "." + key);
        metadata.put(key, parser.getText());
      }
    }

    private SafetensorsEntry readEntry(String name) throws IOException {
      Optional<String> dtype = Optional.empty();
      Optional<List<Long>> shape = Optional.empty();
      Optional<List<Long>> offsets = Optional.empty();
      String tensor = "tensor " + name;
      expect(JsonToken.START_OBJECT, tensor);
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        switch (key) {
          case "dtype" -> {
            expect(JsonToken.VALUE_STRING, tensor + ": dtype");
            dtype = Optional.of(parser.getText());
          }
          case "shape" -> shape = Optional.of(readLongs(tensor + ": shape"));
          case "data_offsets" -> offsets = Optional.of(readLongs(tensor + ": data_offsets"));
          default ->
              throw fault(
                  tensor + " has key " + key + "; expected dtype, shape and data_offsets only");
        }
      }
      if (dtype.isEmpty() || shape.isEmpty() || offsets.isEmpty()) {
        throw fault(tensor + " lacks dtype, shape or data_offsets");
      }
      return entry(name, type(name, dtype.get()), shape.get(), offsets.get());
    }

    private SafetensorsEntry entry(
        String name, SafetensorsType type, List<Long> shape, List<Long> offsets) {
      if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
        throw fault(
            "tensor "
                + name
                + " has data_offsets "
                + offsets
                + "; expected [begin, end], ascending");
      }
      SafetensorsEntry entry =
          new SafetensorsEntry(name, type, shape, offsets.get(0), offsets.get(1));
      long expected = type.bytes();
      try {
        for (long extent : shape) {
          expected = Math.multiplyExact(expected, extent);
        }
      } catch (ArithmeticException e) {
        throw fault("tensor " + name + " (" + entry.describe() + ") has more than 2^63 bytes");
      }
      if (entry.end() - entry.begin() != expected) {
        throw fault(
            "tensor "
                + name
                + " ("
                + entry.describe()
                + ") needs "
                + expected
                + " bytes, but its data_offsets "
                + offsets
                + " span "
                + (entry.end() - entry.begin()));
      }
      return entry;
    }

    private SafetensorsType type(String tensor, String dtype) {
      for (SafetensorsType type : SafetensorsType.values()) {
        if (type.name().equals(dtype)) {
          return type;
        }
      }
      throw fault(
          "tensor "
              + tensor
              + " has dtype "
              + dtype
              + "; expected one of "
              + List.of(SafetensorsType.values()));
    }

    private List<Long> readLongs(String what) throws IOException {
      expect(JsonToken.START_ARRAY, what);
      List<Long> values = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
            || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
            || parser.getLongValue() < 0) {
          throw fault(
              what + " holds " + parser.getText() + "; expected integers, 0 or more, below 2^63");
        }
        values.add(parser.getLongValue());
      }
      return values;
    }

    private void expect(JsonToken expected, String what) throws IOException {
      JsonToken token = parser.nextToken();
      if (token != expected) {
        String found = token == null ? "nothing" : token.name().toLowerCase(java.util.Locale.ROOT);
        throw fault(
            what
                + " is "
                + found.replace('_', ' ')
                + "; expected "
                + expected.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '));
      }
    }

    private void checkCover(List<SafetensorsEntry> entries) {
      long end = 0;
      String before = "the header";
      for (SafetensorsEntry entry : entries) {
        if (entry.begin() > end) {
          throw fault(
              (entry.begin() - end)
                  + " bytes between "
                  + before
                  + " and tensor "
                  + entry.name()
                  + " belong to no tensor");
        }
        if (entry.begin() < end) {
          throw fault(
              "tensor "
                  + entry.name()
                  + " starts at byte "
                  + entry.begin()
                  + ", inside "
                  + before
                  + ", which ends at "
                  + end);
        }
        end = entry.end();
        before = "tensor " + entry.name();
      }
    }

    private GradflowException fault(String message) {
      return new GradflowException(
          ExitCode.BAD_DATA, where + ": not a safetensors file: " + message);
    }
  }
}
