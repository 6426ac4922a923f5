package io.gradflow.driver.step;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Trains {@link SmallRun} in this process, without Spark, and prints the weights' sha256: one line
 * that must be equal on every processor, at every vector width, interpreted or compiled.
 *
 * <p>{@code java --add-modules=jdk.incubator.vector -cp ... io.gradflow.driver.step.SmallRunBits}
 */
public final class SmallRunBits {
  private SmallRunBits() {}

  public static void main(String[] args) throws IOException {
    Path directory = Files.createTempDirectory("small-run");
    directory.toFile().deleteOnExit();
    SmallRun run = SmallRun.of(4);
    try (InProcessSteps steps = new InProcessSteps(run.spec(), run.shards(directory), 2)) {
      System.out.println(run.train(steps).weightsSha256());
    }
    try (var files = Files.list(directory)) {
      files.forEach(file -> file.toFile().deleteOnExit());
    }
  }
}
