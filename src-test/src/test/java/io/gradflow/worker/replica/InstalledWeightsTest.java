package io.gradflow.worker.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InstalledWeightsTest {
  @Test
  void await_versionThatIsBroughtMeanwhile_givesItsArray() throws Exception {
    InstalledWeights installed = new InstalledWeights();
    CompletableFuture<float[]> waiting = awaited(installed, 4);
    float[] values = installed.replace(3);
    installed.install(3, values);
    installed.install(4, values);
    assertSame(values, waiting.get(60, TimeUnit.SECONDS));
    assertEquals(4, installed.version());
  }

  @Test
  void await_versionThatIsAbandoned_endsAtOnceUntilItIsInstalled() throws Exception {
    InstalledWeights installed = new InstalledWeights();
    CompletableFuture<float[]> waiting = awaited(installed, 4);
    installed.abandon(4);
    assertNull(waiting.get(60, TimeUnit.SECONDS));
    long start = System.nanoTime();
    assertNull(installed.await(4, 600_000));
    assertTrue(System.nanoTime() - start < TimeUnit.MINUTES.toNanos(5));
    float[] values = {1};
    installed.install(4, values);
    assertSame(values, installed.await(4, 0));
    assertNull(installed.await(5, 1));
  }

  private static CompletableFuture<float[]> awaited(InstalledWeights installed, long version) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return installed.await(version, 600_000);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }
}
