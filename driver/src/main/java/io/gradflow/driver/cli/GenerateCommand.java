package io.gradflow.driver.cli;

import io.gradflow.common.model.TextGenerator;
import io.gradflow.driver.run.SavedModels;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gradflow generate}: a language model writes, in plain Java. */
@Command(
    name = "generate",
    description = "Lets a language model write on from a prompt.",
    footer = {
      "",
      "Equal arguments give equal texts. A recurrent network carries its state through the whole",
      "text; any other sees as many of the last tokens as its rows had in training.",
      "",
      "Example:",
      "  gradflow generate out/char-lm --prompt 'It is a truth' --length 300 --temperature 0.7"
    })
final class GenerateCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "MODEL", description = "A model directory, or that of its run.")
  private String model;

  @Option(
      names = "--prompt",
      required = true,
      paramLabel = "TEXT",
      description = "What the text begins with.")
  private String prompt;

  @Option(
      names = "--length",
      defaultValue = "200",
      paramLabel = "N",
      description = "Tokens to write (default: ${DEFAULT-VALUE}).")
  private int length;

  @Option(
      names = "--temperature",
      defaultValue = "1",
      paramLabel = "T",
      description =
          "Below 1 likely tokens become likelier; 0 takes the most probable (default:"
              + " ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(
      names = "--top-k",
      defaultValue = "0",
      paramLabel = "K",
      description = "Draws from the K most probable tokens; 0 for all (default: ${DEFAULT-VALUE}).")
  private int topK;

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "N",
      description = "Of the draws (default: ${DEFAULT-VALUE}).")
  private long seed;

  GenerateCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    TextGenerator generator = new TextGenerator(SavedModels.read(model, new Configuration()));
    terminal.out().print(prompt);
    generator.write(
        prompt,
        length,
        temperature,
        topK,
        seed,
        token -> {
          terminal.out().print(token);
          terminal.out().flush();
        });
    terminal.out().println();
    return 0;
  }
}
