package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Lookahead (Zhang, Lucas, Hinton and Ba 2019, algorithm 1) around any optimizer: {@link
 * FollowSlowly} after each of its steps. The inner optimizer's state is kept at a synchronisation,
 * one of the paper's choices.
 */
@Kind("lookahead")
@Doc("Another optimizer whose weights are pulled back to a slow copy every few steps.")
public record Lookahead(
    @Default("adam") @Doc("The optimizer that takes the steps.") OptimizerSpec optimizer,
    @Default("5") @Doc("Steps from one synchronisation to the next.") int everySteps,
    @Default("0.5") @Doc("Share of the way that the slow weights go, in (0, 1].") double slowRate)
    implements OptimizerSpec {
  public Lookahead {
    Hyperparameters.atLeast("lookahead", "everySteps", (long) everySteps, 1);
    Hyperparameters.share("lookahead", "slowRate", slowRate);
  }

  @Override
  public double learningRate() {
    return optimizer.learningRate();
  }

  @Override
  public List<GradientTransform> transforms() {
    return optimizer.transforms();
  }

  @Override
  public List<GradientTransform> afterDescent() {
    List<GradientTransform> after = new ArrayList<>(optimizer.afterDescent());
    after.add(new FollowSlowly(everySteps, slowRate));
    return after;
  }

  @Override
  public Optional<Perturbation> perturbation() {
    return optimizer.perturbation();
  }

  @Override
  public boolean needsFullBatches() {
    return optimizer.needsFullBatches();
  }
}
