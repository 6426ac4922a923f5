package io.gradflow.common.array;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

class WeightsDigestTest {
  @Test
  void sha256_smallVector_sameAsPythonsHashlib() {
    // hashlib.sha256(struct.pack("<3f", 1.0, -2.5, 3.0e-40)).hexdigest(), Python 3.11
    assertEquals(
        "83fbd61dc6d026f2ac9962d9a3338ea423fd6042f86779790a549a2f3f464b70",
        WeightsDigest.sha256(new float[] {1, -2.5f, 3.0e-40f}));
  }

  @Test
  void sha256_vectorLongerThanItsBuffer_sameAsPythonsHashlib() {
    // hashlib.sha256(struct.pack("<40000f", *range(40000))).hexdigest(), Python 3.11
    float[] weights = new float[40_000];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = i;
    }
    assertEquals(
        "0e33879ea8a9cfa430cc6e48eb782b21961203e6d56ff273c87f60a4e89d570c",
        WeightsDigest.sha256(weights));
  }

  @Test
  void sha256_negativeZero_differsFromZero() {
    assertNotEquals(
        WeightsDigest.sha256(new float[] {0f}), WeightsDigest.sha256(new float[] {-0f}));
  }
}
