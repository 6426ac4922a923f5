package io.gradflow.driver.cli;

import io.gradflow.common.array.VectorSupport;
import io.gradflow.common.spec.SpecWriter;
import io.gradflow.driver.job.Job;
import io.gradflow.driver.job.NetworkSize;
import io.gradflow.driver.step.SparkSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code gradflow plan}: what a job says with all its defaults, before anything is read. */
@Command(
    name = "plan",
    description = "Checks a job file and shows its effective settings; reads no data.",
    footer = {
      "",
      "Shown: the job with every default, how far it can be spread, the Spark settings that",
      "Gradflow needs and where each comes from. Nothing is read but the job file.",
      "",
      "Example:",
      "  gradflow plan deploy/examples/digits.yaml --set train.batchSize=256"
    })
final class PlanCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private JobOptions jobOptions;

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
    network(job, out);
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

  private static void network(Job job, PrintStream out) {
    out.println("# the network");
    NetworkSize.of(job)
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
            },
            () -> out.println("# sizes are known once the data is read"));
    out.println();
  }
}
