package io.gradflow.common.nn;

/**
 * What one forward and backward pass is about: the weights, the gradient to add to, the rows, and
 * the keys of the random streams. Owned by one replica and one thread; layers read it and write
 * only into {@link #gradient()}, in their own slices.
 */
public final class Pass {
  /** Of weights that may change without notice: nothing derived from them is kept. */
  public static final long UNKNOWN_VERSION = -1;

  private float[] weights;
  private long weightsVersion = UNKNOWN_VERSION;
  private float[] gradient;
  private float[] exampleWeights;
  private boolean forgetsGradient;
  private int rows;
  private int firstRow;
  private boolean training;
  private long seed;
  private long step;
  private int microShard;

  /**
   * Sets the arrays: weights read only, gradient added to. Both follow the network's {@code
   * ParamLayout}.
   */
  public void arrays(float[] weights, float[] gradient) {
    arrays(weights, UNKNOWN_VERSION, gradient);
  }

  /**
   * As {@link #arrays(float[], float[])}, with weights whose version is known: layers may then keep
   * what they derive from them.
   *
   * @param weightsVersion not negative; grows whenever the weights differ from those before
   */
  public void arrays(float[] weights, long weightsVersion, float[] gradient) {
    this.weights = weights;
    this.weightsVersion = weightsVersion;
    this.gradient = gradient;
  }

  /**
   * Sets the keys of the random streams: dropout and its like draw by (seed, step, microShard,
   * layer, row, column).
   */
  public void streams(long seed, long step, int microShard) {
    this.seed = seed;
    this.step = step;
    this.microShard = microShard;
  }

  /**
   * @param rows rows in this pass, at most the bound maximum
   * @param firstRow index of the first of them within the micro-shard's part of the minibatch; 0
   *     unless computed in chunks
   * @param training whether random layers act and statistics are gathered
   */
  public void rows(int rows, int firstRow, boolean training) {
    this.rows = rows;
    this.firstRow = firstRow;
    this.training = training;
  }

  public float[] weights() {
    return weights;
  }

  /** Sets the weights of the pass's examples. */
  void exampleWeights(float[] exampleWeights) {
    this.exampleWeights = exampleWeights;
  }

  /** [rows] weights of the examples, in backward. */
  public float[] exampleWeights() {
    return exampleWeights;
  }

  public long weightsVersion() {
    return weightsVersion;
  }

  /**
   * Sets whether what the gradient holds before this pass is forgotten: the network clears it, but
   * for what a layer overwrites anyway, which saves filling and reading it. The bits are those of
   * adding to zeros. False unless set.
   */
  public void forgetsGradient(boolean forgetsGradient) {
    this.forgetsGradient = forgetsGradient;
  }

  /** Whether slots that {@link Binding#overwrites} granted are to be overwritten. */
  public boolean forgetsGradient() {
    return forgetsGradient;
  }

  /** Sets another array of the same layout to add to. */
  void gradient(float[] gradient) {
    this.gradient = gradient;
  }

  public float[] gradient() {
    return gradient;
  }

  public int rows() {
    return rows;
  }

  public int firstRow() {
    return firstRow;
  }

  public boolean training() {
    return training;
  }

  public long seed() {
    return seed;
  }

  public long step() {
    return step;
  }

  public int microShard() {
    return microShard;
  }
}
