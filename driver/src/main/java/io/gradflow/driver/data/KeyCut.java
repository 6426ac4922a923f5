package io.gradflow.driver.data;

import java.io.Serializable;

/**
 * A place in the order of keys, as unsigned numbers.
 *
 * @param some whether any key lies before it
 * @param last the greatest key that may lie before it
 */
record KeyCut(boolean some, long last) implements Serializable {
  /** Before all keys. */
  static final KeyCut START = new KeyCut(false, 0);

  /** Behind a key. */
  static KeyCut behind(long key) {
    return new KeyCut(true, key);
  }

  /** In front of a key. */
  static KeyCut before(long key) {
    return key == 0 ? START : behind(key - 1);
  }

  /** Whether a key lies before this place. */
  boolean isBehind(long key) {
    return some && Long.compareUnsigned(key, last) <= 0;
  }
}
