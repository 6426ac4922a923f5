package io.gradflow.driver.cli;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.ParamSlice;
import io.gradflow.common.model.ModelDirectory;
import io.gradflow.common.model.ModelSpec;
import io.gradflow.common.nn.NodeSpec;
import io.gradflow.common.spec.SpecWriter;
import io.gradflow.driver.run.SavedModels;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gradflow inspect}: what a saved model is. */
@Command(
    name = "inspect",
    description = "Shows what is in a saved model.",
    footer = {"", "Example:", "  gradflow inspect out/digits"})
final class InspectCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "MODEL", description = "A model directory, or that of its run.")
  private String model;

  @Option(names = "--json", description = "Print model.json.")
  private boolean json;

  InspectCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    ModelSpec spec = ModelDirectory.readSpec(SavedModels.find(model, new Configuration()));
    if (json) {
      terminal.out().print(SpecWriter.toJson(spec));
    } else {
      print(spec, terminal.out());
    }
    return 0;
  }

  private static void print(ModelSpec spec, PrintStream out) {
    out.println(spec.name() + ", written by " + spec.writtenBy());
    out.println();
    out.println("input");
    spec.preprocessing()
        .inputs()
        .forEach(
            field ->
                out.println(
                    "  "
                        + field.name()
                        + " "
                        + field.shape()
                        + " from "
                        + field.parts().stream().mapToInt(part -> part.raw().columns().size()).sum()
                        + " columns"));
    out.println("network");
    ParamLayout layout = spec.network().layout();
    for (NodeSpec node : spec.network().nodes()) {
      out.println("  " + node.name() + " <- " + String.join(", ", node.inputs()));
      for (ParamSlice slice : layout.slices()) {
        if (slice.name().startsWith(node.name() + "/")) {
          out.printf(Locale.ROOT, "    %s %s, %,d%n", slice.name(), slice.shape(), slice.size());
        }
      }
    }
    out.printf(
        Locale.ROOT, "  %,d parameters, sha256 %s%n", spec.parameters(), spec.weightsSha256());
    out.println("output");
    out.println(
        spec.classes().isEmpty()
            ? "  " + spec.predictionWidth() + " number(s)"
            : "  classes " + spec.classes());
    out.println("  loss " + SpecWriter.toTree(spec.loss()));
  }
}
