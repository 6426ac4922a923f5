package io.gradflow.driver.optim;

import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;
import java.util.Optional;

/**
 * Schedules one after the other, each counting its steps from its own start and taking its own
 * length for the run's. PyTorch's {@code SequentialLR}.
 */
@Kind("joined")
@Doc("Schedules one after the other.")
public record JoinedSchedule(@Doc("The pieces in order.") List<Piece> pieces)
    implements ScheduleSpec {
  /**
   * One schedule and how long it lasts.
   *
   * @param steps absent in the last piece only, which lasts for the rest of the run
   */
  @Doc("One schedule and how long it lasts.")
  public record Piece(
      @Doc("The schedule.") ScheduleSpec schedule,
      @Doc("How many steps it lasts; left out in the last piece.") Optional<Long> steps) {
    public Piece {
      steps.ifPresent(count -> Hyperparameters.atLeast("joined", "steps", count, 1));
    }
  }

  public JoinedSchedule {
    pieces = List.copyOf(pieces);
    if (pieces.isEmpty()) {
      throw new IllegalArgumentException("joined: no pieces; expected at least one");
    }
    for (int i = 0; i < pieces.size(); i++) {
      boolean last = i == pieces.size() - 1;
      if (pieces.get(i).steps().isPresent() == last) {
        throw new IllegalArgumentException(
            "joined: piece "
                + i
                + (last
                    ? " is the last and has steps; leave them out, it lasts to the end"
                    : " has no steps; only the last piece goes without"));
      }
    }
  }

  @Override
  public double learningRate(double base, long step, long totalSteps) {
    long start = 0;
    int i = 0;
    while (i < pieces.size() - 1 && step >= start + pieces.get(i).steps().orElseThrow()) {
      start += pieces.get(i).steps().orElseThrow();
      i++;
    }
    Piece piece = pieces.get(i);
    long length = piece.steps().isPresent() ? piece.steps().get() : Math.max(1, totalSteps - start);
    return piece.schedule().learningRate(base, step - start, length);
  }
}
