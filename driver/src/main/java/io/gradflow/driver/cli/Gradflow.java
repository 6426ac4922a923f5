package io.gradflow.driver.cli;

import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.Redaction;
import io.gradflow.driver.report.Manifest;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code gradflow}: the process's entry point, also for {@code spark-submit}. */
@Command(
    name = "gradflow",
    description = "Trains neural networks on Apache Spark from one YAML file.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Gradflow.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%nOptions:%n",
    parameterListHeading = "%nArguments:%n",
    usageHelpAutoWidth = true)
public final class Gradflow implements Runnable {
  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "On failure, show the stack trace.")
  private boolean debug;

  @Spec private CommandSpec spec;

  /** Name, version and commit of this build. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      Map<String, Object> build = Manifest.build();
      return new String[] {
        "gradflow " + build.get("version") + " (commit " + build.get("commit") + ")",
        "Java ${java.version} on ${os.name} ${os.arch}"
      };
    }
  }

  /**
   * Runs one command and ends the process with its exit code. Where Spark's cluster manager runs
   * the driver, a failure is thrown instead, since there exiting counts as a lost driver.
   */
  public static void main(String[] args) {
    int code = run(Terminal.system(), args);
    if (code != ExitCode.OK.code()) {
      if (System.getProperty("spark.submit.deployMode", "client").equals("cluster")) {
        throw new IllegalStateException("gradflow failed with exit code " + code);
      }
      System.exit(code);
    }
  }

  /** Runs one command in this process and returns its exit code. */
  static int run(Terminal terminal, String... args) {
    Gradflow root = new Gradflow();
    CommandLine commands =
        new CommandLine(root)
            .addSubcommand(new TrainCommand(terminal))
            .addSubcommand(new TuneCommand(terminal))
            .addSubcommand(new LrFindCommand(terminal))
            .addSubcommand(new PlanCommand(terminal))
            .addSubcommand(new DataCommand(terminal))
            .addSubcommand(new CheckCommand(terminal))
            .addSubcommand(new EvaluateCommand(terminal))
            .addSubcommand(new PredictCommand(terminal))
            .addSubcommand(new GenerateCommand(terminal))
            .addSubcommand(new InspectCommand(terminal))
            .setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8))
            .setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler(
                (e, a) -> {
                  usage(e, terminal.err());
                  return ExitCode.USAGE.code();
                })
            .setExecutionExceptionHandler(
                (e, command, parsed) -> fail(e, terminal.err(), root.debug));
    try {
      return commands.execute(args);
    } catch (Error e) {
      // picocli handles exceptions only; running out of memory is an Error.
      return fail(e, terminal.err(), root.debug);
    }
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "no command given");
  }

  private static void usage(CommandLine.ParameterException e, PrintStream err) {
    CommandLine command = e.getCommandLine();
    err.println("gradflow: " + Redaction.text(e.getMessage()));
    CommandLine.UnmatchedArgumentException.printSuggestions(e, command.getErr());
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help' for what there is.");
  }

  private static int fail(Throwable thrown, PrintStream err, boolean debug) {
    Failure failure = Failure.of(thrown);
    err.println("gradflow: " + failure.message());
    if (debug) {
      err.print(Redaction.trace(thrown));
    } else if (failure.isFault()) {
      err.println(trace(thrown));
    }
    return failure.code().code();
  }

  private static String trace(Throwable thrown) {
    try {
      Path file = Files.createTempFile("gradflow-failure-", ".log");
      Files.writeString(file, Redaction.trace(thrown));
      return "The stack trace is in " + file + "; --debug shows it here.";
    } catch (IOException e) {
      return "Run again with --debug for the stack trace.";
    }
  }
}
