package io.gradflow.common.array;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gradflow.testkit.ChildJvm;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Golden digests of products and kernels, whatever width, compiler or processor computes them. */
class BitsDigestTest {
  private static final String SMALL =
      "products b68ef0b61bd67cfb (1280), kernels edff61fcd7d1b7bf (3776)";
  private static final String TINY =
      "products fb426fcba710f9e0 (128), kernels 529990bfbdffb201 (1888)";

  @Test
  void of_here_goldenDigest() {
    assertEquals(SMALL, BitsDigest.of("small"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-Dgradflow.vector=scalar",
        "-Dgradflow.vector=128",
        "-Dgradflow.vector=256",
        "-Dgradflow.vector=512",
        "-XX:UseAVX=2",
        "-XX:TieredStopAtLevel=1"
      })
  void of_inAnotherJvm_goldenDigest(String option) throws IOException, InterruptedException {
    assertEquals(SMALL, child(option, "small"));
  }

  @Test
  void of_interpreted_goldenDigest() throws IOException, InterruptedException {
    assertEquals(TINY, child("-Xint", "tiny"));
  }

  private static String child(String option, String size) throws IOException, InterruptedException {
    ChildJvm.Outcome child =
        ChildJvm.run(
            List.of("--add-modules=jdk.incubator.vector", "-Xmx512m", option),
            BitsDigest.class.getName(),
            size);
    assertEquals(0, child.exitCode(), child.stderr());
    return child.stdout();
  }
}
