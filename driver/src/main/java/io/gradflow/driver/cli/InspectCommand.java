package io.gradflow.driver.cli;

import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.array.ParamSlice;
import io.gradflow.common.model.ModelDirectory;
import io.gradflow.common.model.ModelOutput;
import io.gradflow.common.model.ModelSpec;
import io.gradflow.common.model.SafetensorsEntry;
import io.gradflow.common.model.Storage;
import io.gradflow.common.nn.NodeSpec;
import io.gradflow.common.spec.SpecWriter;
import io.gradflow.driver.checkpoint.Checkpoint;
import io.gradflow.driver.checkpoint.CheckpointManifest;
import io.gradflow.driver.run.HadoopStorage;
import io.gradflow.driver.run.SavedModels;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gradflow inspect}: what a saved model is. */
@Command(
    name = "inspect",
    description = "Shows what is in a saved model or a checkpoint.",
    footer = {
      "",
      "Examples:",
      "  gradflow inspect out/digits",
      "  gradflow inspect out/digits/checkpoints/step-0000000400"
    })
final class InspectCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(
      paramLabel = "MODEL",
      description = "A model directory, that of its run, or a checkpoint's directory.")
  private String model;

  @Option(names = "--json", description = "Print model.json, or the checkpoint's manifest.")
  private boolean json;

  InspectCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Storage directory = HadoopStorage.at(model, new Configuration());
    if (Checkpoint.isAt(directory)) {
      Checkpoint checkpoint = Checkpoint.open(directory);
      if (json) {
        terminal.out().print(checkpoint.manifest().toJson());
      } else {
        print(checkpoint, terminal.out());
      }
      return 0;
    }
    ModelSpec spec = ModelDirectory.readSpec(SavedModels.find(model, new Configuration()));
    if (json) {
      terminal.out().print(SpecWriter.toJson(spec));
    } else {
      print(spec, terminal.out());
    }
    return 0;
  }

  /** What the manifest says, then what is in the files; damage is a failure after that. */
  private static void print(Checkpoint checkpoint, PrintStream out) throws IOException {
    CheckpointManifest manifest = checkpoint.manifest();
    out.printf(
        Locale.ROOT,
        "checkpoint after step %d, %d epochs ended; made: %s%s%n",
        manifest.step(),
        manifest.epoch(),
        manifest.made().word(),
        manifest.best() ? "; the best epoch so far" : "");
    out.println("files");
    manifest
        .files()
        .forEach(
            (name, file) ->
                out.printf(
                    Locale.ROOT, "  %s %,d bytes, sha256 %s%n", name, file.bytes(), file.sha256()));
    out.println("run");
    manifest.run().facts().forEach((key, value) -> out.println("  " + key + ": " + value));
    checkpoint.verify();
    for (String name : checkpoint.tensorFiles()) {
      out.println(name);
      for (SafetensorsEntry tensor : checkpoint.tensors(name)) {
        out.printf(Locale.ROOT, "  %s %s, %,d%n", tensor.name(), tensor.shape(), tensor.elements());
      }
    }
    out.println("whole: every file is as the manifest says");
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
    List<ModelOutput> outputs = spec.modelOutputs();
    for (ModelOutput output : outputs) {
      out.println("output" + (outputs.size() == 1 ? "" : " " + output.name()));
      out.println(
          output.classes().isEmpty()
              ? "  " + output.predictionWidth() + " number(s)"
              : "  classes " + output.classes());
      String weight = outputs.size() == 1 ? "" : ", weight " + output.spec().weight();
      out.println("  loss " + SpecWriter.toTree(output.spec().loss()) + weight);
    }
  }
}
