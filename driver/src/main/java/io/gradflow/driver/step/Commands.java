package io.gradflow.driver.step;

import io.gradflow.common.message.Split;
import io.gradflow.common.message.StepCommand;
import io.gradflow.common.message.StepCommand.Kind;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.Weights;
import java.util.Optional;

/**
 * Numbers a run's commands, and remembers the one that was announced until the next is given. Used
 * on the trainer's thread.
 */
final class Commands {
  private long given;
  private Optional<StepCommand> announced = Optional.empty();

  /** A step's command, to be told ahead of its weights. */
  StepCommand announce(StepId id, long version) {
    StepCommand command = next(Kind.GRADIENT, id, Split.TRAIN, version);
    announced = Optional.of(command);
    return command;
  }

  /** Whether tasks may be waiting for the weights of this step already. */
  boolean isAnnounced(StepId id) {
    return announced.filter(command -> command.id().equals(id)).isPresent();
  }

  /**
   * The command to give now: the announced one if it is what was expected, with the announced
   * number; otherwise a new one, which those who wait for the other are told when they ask.
   *
   * @param expected what has to be done before the announced one is given
   */
  StepCommand take(Kind kind, StepId id, Split split, Weights weights, Runnable expected) {
    Optional<StepCommand> waited =
        announced.filter(
            command ->
                command.kind() == kind
                    && command.id().equals(id)
                    && command.version() == weights.version());
    announced = Optional.empty();
    if (waited.isEmpty()) {
      return next(kind, id, split, weights.version());
    }
    expected.run();
    return waited.get();
  }

  private StepCommand next(Kind kind, StepId id, Split split, long version) {
    return new StepCommand(given++, kind, id, split, version, Optional.empty(), Optional.empty());
  }
}
