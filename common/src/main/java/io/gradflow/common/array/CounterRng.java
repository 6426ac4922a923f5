package io.gradflow.common.array;

/**
 * Random numbers without state: a pure function of a key and an index, so that results depend
 * neither on threads, task grouping nor retries. A key is derived from the job's seed, a purpose
 * and what the numbers are for (step, micro-shard, layer ...).
 *
 * <p>Keys are mixed by the 64-bit finalizer of SplitMix64 (Steele, Lea, Flood 2014); draws by two
 * rounds of a 32-bit multiply-xorshift permutation over the index, each keyed by one half of the
 * key, which vectorises on integer lanes. Integer arithmetic only: the same bits everywhere.
 */
public final class CounterRng {
  /**
   * What random numbers are for; each purpose has streams of its own. The code is part of the key
   * and never changes.
   */
  public enum Purpose {
    INITIALIZE(1),
    SHUFFLE(2),
    DROPOUT(3),
    SPLIT(4),
    AUGMENT(5),
    ROUNDING(6),
    GENERATE(7),
    SEARCH(8),
    NOISE(9),
    GRADIENT_NOISE(10);

    private final long code;

    Purpose(long code) {
      this.code = code;
    }
  }

  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private CounterRng() {}

  /** The key of a stream. */
  public static long key(long seed, Purpose purpose, long a, long b, long c) {
    long key = mix(seed + GOLDEN_GAMMA * purpose.code);
    key = mix(key ^ mix(a + GOLDEN_GAMMA));
    key = mix(key ^ mix(b + 2 * GOLDEN_GAMMA));
    return mix(key ^ mix(c + 3 * GOLDEN_GAMMA));
  }

  /** A key for something that has a name: the UTF-16 units of the name folded into the seed. */
  public static long key(long seed, Purpose purpose, String name) {
    long hash = name.length();
    for (int i = 0; i < name.length(); i++) {
      hash = mix(hash ^ (name.charAt(i) + GOLDEN_GAMMA * (i + 1)));
    }
    return key(seed, purpose, hash, 0, 0);
  }

  /** The SplitMix64 finalizer: a bijection of 64-bit values. */
  public static long mix(long x) {
    x = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
    x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
    return x ^ (x >>> 31);
  }

  /** 32 random bits for one index of a stream. */
  public static int bits(long key, int index) {
    return round(round(index * 0x9E3779B9 ^ (int) key) ^ (int) (key >>> 32));
  }

  /** Uniform in [0, 1), a multiple of 2^-24. */
  public static float uniform(long key, int index) {
    return (bits(key, index) >>> 8) * 0x1p-24f;
  }

  /** Uniform in [0, 1), a multiple of 2^-53. */
  public static double uniformDouble(long key, long index) {
    return (mix(key + GOLDEN_GAMMA * (index + 1)) >>> 11) * 0x1p-53;
  }

  /**
   * Standard normal by Box-Muller in {@link StrictMath}, whose results are the same on every
   * machine.
   */
  public static double gaussian(long key, long index) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniformDouble(key, 2 * index)));
    return radius * StrictMath.cos(2 * StrictMath.PI * uniformDouble(key, 2 * index + 1));
  }

  /**
   * Standard normal to the precision of floats, at most 5.9 from 0: Box-Muller over two {@link
   * #uniform} draws, of indices 2 index and 2 index + 1.
   */
  public static float normal(long key, int index) {
    float radius = (float) Math.sqrt(-2 * FloatMath.log(1 - uniform(key, 2 * index)));
    return radius * FloatMath.cos((float) (2 * Math.PI) * uniform(key, 2 * index + 1));
  }

  // The permutation "lowbias32" found by C. Wellons' hash prospector (public domain).
  private static int round(int x) {
    x = (x ^ (x >>> 16)) * 0x21F0AAAD;
    x = (x ^ (x >>> 15)) * 0x735A2D97;
    return x ^ (x >>> 15);
  }
}
