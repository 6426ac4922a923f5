package io.gradflow.driver.cli;

import io.gradflow.common.array.VectorSupport;
import io.gradflow.common.spec.SpecWriter;
import io.gradflow.driver.job.Job;
import io.gradflow.driver.job.NetworkSize;
import io.gradflow.driver.run.OpenSession;
import io.gradflow.driver.run.TrainingRun;
import io.gradflow.driver.step.DriverLimits;
import io.gradflow.driver.step.SparkSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gradflow plan}: what a job says with all its defaults, and what it takes. */
@Command(
    name = "plan",
    description = "Checks a job file and shows its effective settings and sizes; trains nothing.",
    footer = {
      "",
      "Shown: the job with every default, how far it can be spread, the Spark settings that",
      "Gradflow needs and where each comes from. Nothing is read but the job file, unless --data",
      "says so: how large a network is often depends on the data's columns and classes.",
      "",
      "Examples:",
      "  gradflow plan deploy/examples/digits.yaml --set train.batchSize=256",
      "  gradflow plan deploy/examples/digits.yaml --data"
    })
final class PlanCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private JobOptions jobOptions;

  @Option(names = "--data", description = "Read the data too, for the network's exact sizes.")
  private boolean data;

  PlanCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Job job = jobOptions.read();
    PrintStream out = terminal.out();
    out.println("# effective job");
    out.print(SpecWriter.toYaml(job.effective()));
    out.println();
    out.println("# this machine");
    out.println("kernels: " + VectorSupport.description());
    int cores = Runtime.getRuntime().availableProcessors();
    int microShards = job.train().microShardCount();
    out.println("cores: " + cores);
    out.println("microShards: " + microShards);
    if (microShards < cores) {
      out.println(
          "# "
              + (cores - microShards)
              + " cores would idle: a step has "
              + microShards
              + " parts. A larger train.batchSize, or train.microShards (which changes the"
              + " weights' bits), spreads it further.");
    }
    out.println();
    network(job, microShards, out);
    out.println("# Spark settings that Gradflow needs");
    SparkConf user = new SparkConf();
    for (Map.Entry<String, String> setting : new TreeMap<>(SparkSettings.required()).entrySet()) {
      String key = setting.getKey();
      out.println(
          user.contains(key)
              ? key + ": " + user.get(key) + " # set by you"
              : key + ": " + setting.getValue() + " # set by Gradflow");
    }
    return 0;
  }

  private void network(Job job, int microShards, PrintStream out) throws IOException {
    out.println("# the network");
    size(job)
        .ifPresentOrElse(
            size -> {
              size.assumption().ifPresent(what -> out.println("# sizes for " + what));
              out.println("parameters: " + size.parameters());
              out.println("parametersKept: " + size.kept() + " # statistics and frozen layers");
              out.println("workspaceBytesPerExample: " + size.workspaceBytesPerExample());
              out.println("rowsAtOnce: " + size.rows() + " # at most, if the heap allows");
              out.println(
                  "workspaceBytes: "
                      + size.workspaceBytes()
                      + " # at the peak, for each thread of a task");
              out.println(
                  "driverBytes: "
                      + size.driverBytes(microShards)
                      + " # about: weights, gradients by micro-shard, two moments, a checkpoint's"
                      + " copy");
              DriverLimits limits =
                  new DriverLimits(size.driverBytes(microShards), size.resultBytes(microShards));
              out.println(
                  "resultBytes: "
                      + limits.resultBytes()
                      + " # sums of a step, at most, by Spark jobs");
              out.println(
                  "driverHeapBytes: "
                      + limits.heapBytes()
                      + " # these and Spark's own; a local master's replicas come on top");
              limits
                  .tooSmall(new SparkConf(), Runtime.getRuntime().maxMemory())
                  .forEach(advice -> out.println("# TOO SMALL: " + advice));
            },
            () -> out.println("# its sizes depend on the data: --data reads them"));
    out.println();
  }

  private Optional<NetworkSize> size(Job job) throws IOException {
    if (!data) {
      return NetworkSize.of(job);
    }
    try (OpenSession spark = OpenSession.open(job.name())) {
      return Optional.of(new TrainingRun(spark.session(), job).size());
    }
  }
}
