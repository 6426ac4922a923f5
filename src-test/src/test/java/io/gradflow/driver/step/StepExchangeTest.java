package io.gradflow.driver.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.WeightsDigest;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.message.Split;
import io.gradflow.common.message.StepCommand;
import io.gradflow.common.message.StepCommand.Kind;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.StepSums;
import io.gradflow.common.message.TaskReport;
import io.gradflow.common.message.TaskTimings;
import io.gradflow.common.message.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class StepExchangeTest {
  private static final StepDeadline DEADLINE = new StepDeadline("step 1", 600);

  @TempDir private Path directory;

  @TestFactory
  Stream<DynamicTest> train_tasksKilledAtRandom_sameBitsAsThePlainLoop() {
    int[] microShards = {1, 2, 3, 5, 8};
    return IntStream.range(0, 15)
        .mapToObj(
            seed ->
                DynamicTest.dynamicTest(
                    "seed " + seed,
                    () -> killedAtRandom(microShards[seed % 5], 1 + seed / 5, seed)));
  }

  private void killedAtRandom(int microShards, int tasks, int seed) {
    SmallRun run = SmallRun.of(microShards);
    try (SimulatedCluster cluster =
        new SimulatedCluster(run.spec(), run.shards(directory), tasks, tasks, deadly(0.05), seed)) {
      assertEquals(
          WeightsDigest.sha256(ReferenceLoop.train(run)), run.train(cluster).weightsSha256());
      assertTrue(cluster.kills() > 0);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void train_messagesLostBothWaysAndSlowTasks_sameBitsAsThePlainLoop(int tasks) {
    SmallRun run = SmallRun.of(5);
    SimulatedCluster.Weather rough = new SimulatedCluster.Weather(0.02, 0.05, 0.05);
    try (SimulatedCluster cluster =
        new SimulatedCluster(run.spec(), run.shards(directory), tasks, tasks, rough, 20 + tasks)) {
      assertEquals(
          WeightsDigest.sha256(ReferenceLoop.train(run)), run.train(cluster).weightsSha256());
      assertTrue(cluster.losses() > 0);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void train_announcedStepsThatComeOrDoNot_sameBitsAsThePlainLoop(int tasks) {
    SmallRun run = SmallRun.of(5);
    double share = tasks == 4 ? 1 : 0.6;
    SimulatedCluster.Weather weather = new SimulatedCluster.Weather(0.01, 0.01, 0.01, share, 0.05);
    try (SimulatedCluster cluster =
        new SimulatedCluster(run.spec(), run.shards(directory), tasks, tasks, weather, tasks)) {
      assertEquals(
          WeightsDigest.sha256(ReferenceLoop.train(run)), run.train(cluster).weightsSha256());
      assertTrue(cluster.waits() > 0);
    }
  }

  private static SimulatedCluster.Weather deadly(double killProbability) {
    return new SimulatedCluster.Weather(killProbability, 0, 0);
  }

  @Test
  void train_tooFewSlots_regroupsTheSameMicroShards() {
    SmallRun run = SmallRun.of(5);
    try (SimulatedCluster cluster =
        new SimulatedCluster(run.spec(), run.shards(directory), 3, 2, deadly(0), 1)) {
      assertEquals(
          WeightsDigest.sha256(ReferenceLoop.train(run)), run.train(cluster).weightsSha256());
      assertEquals(2, cluster.leases());
    }
  }

  @Test
  void perform_doubledStaleAndForeignReports_areAcceptedOnce() throws Exception {
    StepExchange exchange = new StepExchange(2, 1000, 1000);
    exchange.open(7, 2);
    List<Kind> answers = new ArrayList<>();
    exchange.report(report(6, 0, 1, -1), command -> answers.add(command.kind()));
    exchange.report(report(7, 0, 4, 0), command -> {});
    exchange.report(report(7, 0, 4, 0), command -> {});
    exchange.report(report(7, 0, 3, 0), command -> answers.add(command.kind()));
    exchange.report(report(7, 1, 2, -1), command -> answers.add(command.kind()));
    exchange.report(report(7, 1, 2, 0), command -> {});
    List<Integer> accepted = new ArrayList<>();
    exchange.perform(orders(), DEADLINE, report -> accepted.add(report.slot()));
    assertEquals(List.of(0, 1), accepted);
    assertEquals(List.of(Kind.LEAVE, Kind.SUPERSEDED, Kind.GRADIENT), answers);
  }

  @Test
  void perform_reportWhosePromiseIsLost_isToldAgainAndTakenThen() throws Exception {
    StepExchange exchange = new StepExchange(1, 1000, 1000);
    exchange.open(1, 1);
    List<Long> told = new ArrayList<>();
    exchange.report(
        report(1, 0, 4, 0),
        command -> {
          told.add(command.number());
          exchange.report(report(1, 0, 4, 0), again -> {});
        });
    List<Integer> offered = new ArrayList<>();
    exchange.perform(
        orders(),
        DEADLINE,
        report -> {
          offered.add(report.slot());
          return offered.size() == 2;
        });
    assertEquals(List.of(0L), told);
    assertEquals(List.of(0, 0), offered);
  }

  @Test
  void perform_aTaskThatStaysSilent_namesIt() {
    StepExchange exchange = new StepExchange(4, 100_000, 100_000);
    exchange.open(1, 2);
    exchange.report(report(1, 0, 1, 0), command -> {});
    exchange.report(report(1, 1, 2, -1), command -> {});
    GradflowException error =
        assertThrows(
            GradflowException.class, () -> exchange.perform(orders(), DEADLINE, report -> true));
    assertTrue(
        error
            .getMessage()
            .matches(
                "step 1: no answer in 600 ms; waiting for task 1 .micro-shards .2, 4., executor 5."
                    + " last heard \\d s ago; see the executors' logs, or raise"
                    + " train.stepTimeout"),
        error.getMessage());
  }

  @Test
  void perform_nobodyJoins_saysWhoIsNotThere() {
    StepExchange exchange = new StepExchange(4, 100, 100);
    exchange.open(1, 1);
    GradflowException error =
        assertThrows(
            GradflowException.class, () -> exchange.perform(orders(), DEADLINE, report -> true));
    assertTrue(
        error.getMessage().contains("waiting for task 0 (micro-shards [0, 4), not there);"),
        error.getMessage());
  }

  @Test
  void perform_jobFails_throwsItsFailure() {
    StepExchange exchange = new StepExchange(1, 1000, 1000);
    exchange.open(1, 1);
    exchange.ended(1, new IllegalStateException("out of disk"));
    GradflowException error =
        assertThrows(
            GradflowException.class, () -> exchange.perform(orders(), DEADLINE, report -> true));
    assertTrue(error.getMessage().contains("out of disk"), error.getMessage());
  }

  @Test
  void perform_weights_goOnceAnExecutorAndAgainToWhoAsksAgain() throws Exception {
    StepExchange exchange = new StepExchange(2, 1000, 1000);
    exchange.open(1, 2);
    List<Boolean> withWeights = new ArrayList<>();
    for (int slot = 0; slot < 2; slot++) {
      exchange.report(
          report(1, slot, slot, -1), command -> withWeights.add(command.weights().isPresent()));
    }
    exchange.report(report(1, 1, 1, -1), command -> withWeights.add(command.weights().isPresent()));
    exchange.report(report(1, 0, 0, 0), command -> {});
    exchange.report(report(1, 1, 1, 0), command -> {});
    exchange.perform(orders(), DEADLINE, report -> true);
    assertEquals(List.of(true, false, true), withWeights);
  }

  private static StepExchange.Orders orders() {
    StepCommand command =
        new StepCommand(
            0,
            Kind.GRADIENT,
            new StepId(0, 0, 0),
            Split.TRAIN,
            3,
            Optional.empty(),
            Optional.empty());
    Optional<Weights> weights = Optional.of(new Weights(3, new float[1]));
    return new StepExchange.Orders(
        command, sharesFiles -> command.with(weights, Optional.empty()), false);
  }

  private static TaskReport report(long lease, int slot, long attempt, long completed) {
    Optional<StepSums> sums =
        completed < 0
            ? Optional.empty()
            : Optional.of(new StepSums(3, slot, slot + 1, List.of(), TaskTimings.NONE));
    return new TaskReport(
        lease, slot, attempt, "5", false, -1, completed, sums, Optional.empty(), Optional.empty());
  }
}
