package io.gradflow.common.data;

import io.gradflow.common.data.TextTokens.Side;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How one field lies in a packed shard: {@code width} values a row, each in its storage type. A
 * stored byte b decodes to (float) ((b - center) * factor), exactly what the field's encoder gives;
 * the other types hold the encoded value itself. With several centers and factors, value j takes
 * those at j modulo their number, as the channels of an image do.
 *
 * @param name of the field
 * @param width values a row
 * @param storage what a value takes on disk
 * @param centers 0 unless storage is UINT8
 * @param factors 1 unless storage is UINT8; as many
 * @param padding if the column is ragged, the side of the zeros that take no space: a row holds the
 *     values up to the last that is not 0, or from the first that is not; empty if every row takes
 *     the space of all. Columns of indices only
 */
public record PackedColumn(
    String name,
    int width,
    Storage storage,
    List<Double> centers,
    List<Double> factors,
    Optional<Side> padding) {
  /**
   * Bytes of a padded row from which on a column is ragged: a row's place, count and rounding take
   * 12 to 15, and what is saved should be worth the second read.
   */
  private static final int RAGGED_FROM = 64;

  /** What a value takes on disk. Codes are part of the file format and never change. */
  public enum Storage {
    FLOAT32(1, 4),
    INT32(2, 4),
    UINT8(3, 1),
    UINT16(4, 2),
    FLOAT16(5, 2);

    private final int code;
    private final int bytes;

    Storage(int code, int bytes) {
      this.code = code;
      this.bytes = bytes;
    }

    int code() {
      return code;
    }

    int bytes() {
      return bytes;
    }

    static Storage of(int code) {
      for (Storage storage : values()) {
        if (storage.code == code) {
          return storage;
        }
      }
      throw new IllegalArgumentException("storage type " + code + "; this build reads 1 to 5");
    }
  }

  public PackedColumn {
    if (width < 1) {
      throw new IllegalArgumentException("packed column " + name + " has width " + width);
    }
    centers = List.copyOf(centers);
    factors = List.copyOf(factors);
    if (centers.isEmpty()
        || centers.size() != factors.size()
        || width % centers.size() != 0
        || !Stream.concat(centers.stream(), factors.stream()).allMatch(Double::isFinite)) {
      throw new IllegalArgumentException(
          "packed column " + name + ": centers " + centers + ", factors " + factors);
    }
    boolean asTheyAre = centers.equals(List.of(0.0)) && factors.equals(List.of(1.0));
    if (storage != Storage.UINT8 && !asTheyAre) {
      throw new IllegalArgumentException(
          "packed column " + name + ": only bytes are stored unscaled, not " + storage);
    }
    if (padding.isPresent()
        && (!asTheyAre || storage == Storage.FLOAT32 || storage == Storage.FLOAT16)) {
      throw new IllegalArgumentException(
          "packed column " + name + ": only columns of indices leave their padding out");
    }
  }

  /** A column of the same space in every row. */
  public PackedColumn(
      String name, int width, Storage storage, List<Double> centers, List<Double> factors) {
    this(name, width, storage, centers, factors, Optional.empty());
  }

  /** A column whose bytes all decode alike. */
  public PackedColumn(String name, int width, Storage storage, double center, double factor) {
    this(name, width, storage, List.of(center + 0.0), List.of(factor));
  }

  /** A column of indices below {@code count}, in the smallest type that holds them. */
  static PackedColumn indices(String name, int width, int count) {
    return of(
        name,
        width,
        count <= 1 << 8 ? Storage.UINT8 : count <= 1 << 16 ? Storage.UINT16 : Storage.INT32);
  }

  /** A column that holds the encoded values themselves. */
  public static PackedColumn of(String name, int width, Storage storage) {
    return new PackedColumn(name, width, storage, 0, 1);
  }

  /** The same without its padding on a side, if a row's values would take much space. */
  PackedColumn without(Side side) {
    return (long) width * storage.bytes() < RAGGED_FROM
        ? this
        : new PackedColumn(name, width, storage, centers, factors, Optional.of(side));
  }

  /** The same with its padding. */
  public PackedColumn padded() {
    return new PackedColumn(name, width, storage, centers, factors);
  }

  /** Whether rows take the space of their own values only, behind all records. */
  boolean ragged() {
    return padding.isPresent();
  }

  /** Bytes in a row's record: of a ragged column, a count. */
  long recordBytes() {
    return ragged() ? Integer.BYTES : (long) width * storage.bytes();
  }

  /** What its place in a record is a multiple of. */
  int alignment() {
    return ragged() ? Integer.BYTES : storage.bytes();
  }
}
