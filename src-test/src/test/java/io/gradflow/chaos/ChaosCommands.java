package io.gradflow.chaos;

import io.gradflow.driver.cli.Gradflow;
import io.gradflow.driver.run.OpenSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Several commands of Gradflow in one Spark application, one after the other: a cluster takes
 * longer to start than a run. Says on stderr when each begins and ends; ends itself when one fails.
 */
final class ChaosCommands {
  private ChaosCommands() {}

  /**
   * @param args a file with a command a line, its words between tabs
   */
  public static void main(String[] args) throws IOException {
    List<String> commands = Files.readAllLines(Path.of(args[0]));
    try (OpenSession session = OpenSession.open("chaos")) {
      for (int i = 0; i < commands.size(); i++) {
        System.err.println(begins(i));
        Gradflow.main(commands.get(i).split("\t"));
        System.err.println(ends(i));
      }
      session.session().sparkContext().setJobDescription("all done");
    }
  }

  static String begins(int command) {
    return "chaos: command " + command + " begins";
  }

  static String ends(int command) {
    return "chaos: command " + command + " ends";
  }

  static boolean anyEnds(String said) {
    return said.lines().anyMatch(line -> line.matches("chaos: command \\d+ ends"));
  }
}
