package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;

/**
 * Stochastic weight averaging (Izmailov et al. 2018): the mean of the weights after every {@code
 * everySteps}-th step of the run's last part. Before that part there is no average.
 */
@Kind("swa")
@Doc("The mean of the weights over the last part of the run.")
public record Swa(
    @Default("0.75") @Doc("Share of the run's steps before averaging begins, in [0, 1).")
        double start,
    @Default("1") @Doc("Steps from one that counts to the next.") long everySteps)
    implements AverageSpec {
  public Swa {
    Hyperparameters.fraction("swa", "start", start);
    Hyperparameters.atLeast("swa", "everySteps", everySteps, 1);
  }

  @Override
  public AverageWeights transform(long totalSteps) {
    return new AverageWeights((long) (start * totalSteps), everySteps, n -> n / (n + 1));
  }
}
