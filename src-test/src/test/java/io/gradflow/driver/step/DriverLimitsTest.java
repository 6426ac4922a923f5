package io.gradflow.driver.step;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class DriverLimitsTest {
  private static final long MEGABYTE = 1 << 20;
  private static final DriverLimits LIMITS = new DriverLimits(300 * MEGABYTE, 100 * MEGABYTE);

  @Test
  void tooSmall_enoughOfEverything_nothing() {
    SparkConf conf = new SparkConf(false);
    assertEquals(List.of(), LIMITS.tooSmall(conf, 1000 * MEGABYTE));
    conf.set("spark.driver.maxResultSize", "100m");
    assertEquals(List.of(), LIMITS.tooSmall(conf, 1000 * MEGABYTE));
    conf.set("spark.driver.maxResultSize", "0");
    assertEquals(List.of(), LIMITS.tooSmall(conf, 1000 * MEGABYTE), "no limit");
  }

  @Test
  void tooSmall_heapAndResults_nameTheSettingsToRaise() {
    SparkConf conf = new SparkConf(false).set("spark.driver.maxResultSize", "99m");
    assertEquals(
        List.of(
            "the driver's heap is 999m; raise --driver-memory (spark.driver.memory) to 1000m",
            "spark.driver.maxResultSize=99m lets in less than a step's sums; raise it to 100m, or"
                + " leave it unset: Gradflow then sets 0, no limit"),
        LIMITS.tooSmall(conf, 999 * MEGABYTE));
  }
}
