package io.gradflow.driver.search;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * Places that fill the space evenly: Sobol's sequence with the direction numbers of Joe and Kuo
 * (2008, new-joe-kuo-6), in the order of Antonov and Saleev, every coordinate's bits turned by a
 * random pattern of the seed's.
 */
@Kind("sobol")
@Doc("Values that fill the space evenly; up to 16 parameters.")
public record SobolSearch(
    @Default("16") @Doc("How many trials; a power of two fills best.") int trials)
    implements SearchSpec {
  private static final int BITS = 32;

  /** Of coordinates 2 on: degree, coefficients, then the first direction numbers. */
  private static final int[][] DIRECTIONS = {
    {1, 0, 1},
    {2, 1, 1, 3},
    {3, 1, 1, 3, 1},
    {3, 2, 1, 1, 1},
    {4, 1, 1, 1, 3, 3},
    {4, 4, 1, 3, 5, 13},
    {5, 2, 1, 1, 5, 5, 17},
    {5, 4, 1, 1, 5, 5, 5},
    {5, 7, 1, 1, 7, 11, 19},
    {5, 11, 1, 1, 5, 1, 1},
    {5, 13, 1, 1, 1, 3, 11},
    {5, 14, 1, 3, 5, 5, 31},
    {6, 1, 1, 3, 3, 9, 7, 49},
    {6, 13, 1, 1, 1, 15, 21, 21},
    {6, 16, 1, 3, 1, 13, 27, 49},
  };

  public SobolSearch {
    Counts.atLeast("sobol trials", trials, 1);
  }

  @Override
  public int trials(Space space) {
    if (space.size() > DIRECTIONS.length + 1) {
      throw new IllegalArgumentException(
          "sobol: "
              + space.size()
              + " parameters; expected at most "
              + (DIRECTIONS.length + 1)
              + "; search at random");
    }
    return trials;
  }

  @Override
  public double[] place(int number, Space space, List<Scored> earlier, long seed) {
    double[] place = new double[space.size()];
    for (int i = 0; i < place.length; i++) {
      int turn = CounterRng.bits(CounterRng.key(seed, CounterRng.Purpose.SEARCH, -1, 0, 0), i);
      place[i] = (bits(number, i) ^ (turn & 0xFFFFFFFFL)) * 0x1p-32;
    }
    return place;
  }

  /** The binary fraction of a point's coordinate, 32 bits, not turned. */
  static long bits(int number, int coordinate) {
    int gray = number ^ (number >>> 1);
    long bits = 0;
    for (int k = 0; k < BITS; k++) {
      if (((gray >>> k) & 1) != 0) {
        bits ^= direction(coordinate, k);
      }
    }
    return bits;
  }

  private static long direction(int coordinate, int k) {
    if (coordinate == 0) {
      return 1L << (BITS - 1 - k);
    }
    int[] numbers = DIRECTIONS[coordinate - 1];
    int degree = numbers[0];
    long[] v = new long[k + 1];
    for (int i = 0; i <= k; i++) {
      if (i < degree) {
        v[i] = (long) numbers[2 + i] << (BITS - 1 - i);
      } else {
        v[i] = v[i - degree] ^ (v[i - degree] >>> degree);
        for (int j = 1; j < degree; j++) {
          if (((numbers[1] >>> (degree - 1 - j)) & 1) != 0) {
            v[i] ^= v[i - j];
          }
        }
      }
    }
    return v[k];
  }
}
