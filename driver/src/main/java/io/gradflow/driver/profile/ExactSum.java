package io.gradflow.driver.profile;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.math.BigInteger;

/**
 * A sum of doubles without any rounding, so that it is the same in any order: a fixed-point number
 * of 704 bits (Kulisch 1971). Exact for multiples of 2^-352 below 2^256: float32 values and
 * products of two of them. One thread.
 */
final class ExactSum implements Serializable {
  /** The weight of the lowest bit is 2^-SCALE. */
  static final int SCALE = 352;

  private static final long serialVersionUID = 1;
  private static final int LIMBS = 22;
  private static final long LOW = 0xFFFFFFFFL;
  private static final int FRACTION_BITS = 52;
  // A limb of 32 bits grows by less than 2^33 an addition.
  private static final int ADDITIONS = 1 << 28;

  private final long[] limbs = new long[LIMBS];
  private int additions;

  /** Adds a finite value. */
  void add(double x) {
    if (x == 0) {
      return;
    }
    long bits = Double.doubleToRawLongBits(x);
    int shift = (int) ((bits >>> FRACTION_BITS) & 0x7FF) - 1075 + SCALE;
    long fraction = (bits & ((1L << FRACTION_BITS) - 1)) | (1L << FRACTION_BITS);
    if (shift < 0 || shift > (LIMBS - 3) * Integer.SIZE) {
      throw new IllegalArgumentException(x + " is no product of two float32 values");
    }
    int limb = shift >> 5;
    int left = shift & 31;
    long low = (fraction & LOW) << left;
    long high = (fraction >>> Integer.SIZE) << left;
    long sign = x < 0 ? -1 : 1;
    limbs[limb] += sign * (low & LOW);
    limbs[limb + 1] += sign * ((low >>> Integer.SIZE) + (high & LOW));
    limbs[limb + 2] += sign * (high >>> Integer.SIZE);
    if (++additions == ADDITIONS) {
      carry();
    }
  }

  void write(DataOutput to) throws IOException {
    carry();
    for (long limb : limbs) {
      to.writeLong(limb);
    }
  }

  void merge(DataInput from) throws IOException {
    carry();
    for (int i = 0; i < LIMBS; i++) {
      limbs[i] += from.readLong();
    }
    carry();
  }

  /** The sum times 2^SCALE. */
  BigInteger scaled() {
    BigInteger sum = BigInteger.ZERO;
    for (int i = LIMBS - 1; i >= 0; i--) {
      sum = sum.shiftLeft(Integer.SIZE).add(BigInteger.valueOf(limbs[i]));
    }
    return sum;
  }

  /** A whole number times 2^exponent, to 64 bits. */
  static double value(BigInteger number, int exponent) {
    int dropped = Math.max(0, number.bitLength() - Long.SIZE);
    return Math.scalb(number.shiftRight(dropped).doubleValue(), dropped + exponent);
  }

  private void carry() {
    for (int i = 0; i + 1 < LIMBS; i++) {
      limbs[i + 1] += limbs[i] >> Integer.SIZE;
      limbs[i] &= LOW;
    }
    additions = 0;
  }
}
