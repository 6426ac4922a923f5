package io.gradflow.driver.search;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import io.gradflow.common.spec.OneOf;

/** How trials that do badly are given up. */
@OneOf({RungSpec.Asha.class, RungSpec.Hyperband.class})
public sealed interface RungSpec {
  /** Of the trials that reach a rung, one in so many goes on. */
  int factor();

  /** Epochs before the first rung. */
  int minEpochs();

  /** How many brackets, each beginning a rung later than the one before. */
  int brackets();

  /**
   * Successive halving trial by trial (Li et al. 2020, stopping variant), judged in the order of
   * the trials.
   */
  @Kind("asha")
  @Doc(
      "A trial ends at a rung unless it is among the best of those before it that have come so"
          + " far.")
  record Asha(
      @Default("3") @Doc("Of so many trials at a rung one goes on.") int factor,
      @Default("1") @Doc("Epochs before the first rung.") int minEpochs)
      implements RungSpec {
    public Asha {
      Counts.atLeast("asha factor", factor, 2);
      Counts.atLeast("asha minEpochs", minEpochs, 1);
    }

    @Override
    public int brackets() {
      return 1;
    }
  }

  /** Hyperband (Li et al. 2018), its brackets halved as by {@link Asha}. */
  @Kind("hyperband")
  @Doc("As asha, in brackets that begin later and later, which trials join in turn.")
  record Hyperband(
      @Default("3") @Doc("Of so many trials at a rung one goes on.") int factor,
      @Default("1") @Doc("Epochs before the first bracket's first rung.") int minEpochs,
      @Default("3") @Doc("How many brackets.") int brackets)
      implements RungSpec {
    public Hyperband {
      Counts.atLeast("hyperband factor", factor, 2);
      Counts.atLeast("hyperband minEpochs", minEpochs, 1);
      Counts.atLeast("hyperband brackets", brackets, 1);
    }
  }
}
