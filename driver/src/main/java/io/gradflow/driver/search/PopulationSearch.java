package io.gradflow.driver.search;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Population-based training (Jaderberg et al. 2017): all members train for some epochs, then each
 * of the worst quarter takes over weights and optimizer state of one of the best quarter, and its
 * values, each moved a little up or down. Rounds are synchronous, so that results do not depend on
 * timing. Only values that leave network and optimizer state as they are can be searched.
 */
@Kind("population")
@Doc("Trials that learn from each other as they train; for learning rates and penalties.")
public record PopulationSearch(
    @Default("8") @Doc("How many members.") int members,
    @Default("1") @Doc("Epochs from one exchange to the next.") int everyEpochs,
    @Default("0.1") @Doc("How far values are moved, as a share of their range.") double move)
    implements SearchSpec {
  private static final double SHARE = 0.25;

  public PopulationSearch {
    Counts.atLeast("population members", members, 2);
    Counts.atLeast("population everyEpochs", everyEpochs, 1);
    if (!(move > 0 && move <= 0.5)) {
      throw new IllegalArgumentException("population move " + move + "; expected in (0, 0.5]");
    }
  }

  @Override
  public int trials(Space space) {
    return members;
  }

  @Override
  public double[] place(int number, Space space, List<Scored> earlier, long seed) {
    return RandomSearch.at(number, space.size(), seed);
  }

  /**
   * Whom each member goes on from after a round.
   *
   * @param scores of the members, the smaller the better
   * @return a member for each; itself for those that stay as they are
   */
  public int[] exchange(double[] scores, int round, long seed) {
    List<Integer> ranked = new ArrayList<>();
    int[] from = new int[scores.length];
    for (int m = 0; m < scores.length; m++) {
      ranked.add(m);
      from[m] = m;
    }
    ranked.sort(Comparator.comparingDouble(m -> scores[m]));
    int share = Math.max(1, (int) (SHARE * scores.length));
    for (int i = 0; i < share; i++) {
      int loser = ranked.get(ranked.size() - 1 - i);
      long key = CounterRng.key(seed, CounterRng.Purpose.SEARCH, round, 2, loser);
      from[loser] = ranked.get((int) (CounterRng.uniformDouble(key, 0) * share));
    }
    return from;
  }

  /** A place moved a little, up or down by the seed. */
  public double[] moved(double[] place, int member, int round, long seed) {
    long key = CounterRng.key(seed, CounterRng.Purpose.SEARCH, round, 3, member);
    double[] moved = new double[place.length];
    for (int i = 0; i < place.length; i++) {
      double up = CounterRng.uniformDouble(key, i) < 0.5 ? -move : move;
      moved[i] = Parzen.within(place[i] + up);
    }
    return moved;
  }
}
