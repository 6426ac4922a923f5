package io.gradflow.driver.search;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.spec.SpecException;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.driver.search.SearchSpec.Scored;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SearchTest {
  private static final Space TWO =
      space(
          Map.of(
              "a", new ParameterSpec.Values(List.of("x", "y")),
              "b", new ParameterSpec.Uniform(0, 1)));

  private static Space space(Map<String, ParameterSpec> parameters) {
    return new Space(new TreeMap<>(parameters));
  }

  private static Space cube(int size) {
    TreeMap<String, ParameterSpec> parameters = new TreeMap<>();
    for (int i = 0; i < size; i++) {
      parameters.put("p" + (char) ('a' + i), new ParameterSpec.Uniform(0, 1));
    }
    return new Space(parameters);
  }

  @Test
  void at_everyKind_coversItsRangeEvenly() {
    assertEquals("1E-4", new ParameterSpec.Log(1e-4, 1).at(0).replace("0.0001", "1E-4"));
    assertEquals("0.01", new ParameterSpec.Log(1e-4, 1).at(0.5));
    assertEquals("-1", new ParameterSpec.Uniform(-2, 2).at(0.25));
    ParameterSpec dice = new ParameterSpec.Whole(1, 6, false);
    assertEquals("1", dice.at(0.166));
    assertEquals("2", dice.at(0.167));
    assertEquals("6", dice.at(Math.nextDown(1.0)));
    ParameterSpec powers = new ParameterSpec.Whole(1, 100, true);
    assertEquals("1", powers.at(0));
    assertEquals("100", powers.at(Math.nextDown(1.0)));
    assertEquals("7", powers.at(0.5)); // sqrt(0.5 100.5) = 7.1
    assertEquals("y", new ParameterSpec.Values(List.of("x", "y")).at(0.5));
  }

  @Test
  void grid_valuesAndRange_isEveryCombinationOnce() {
    GridSearch grid = new GridSearch(3);
    assertEquals(6, grid.trials(TWO));
    Set<String> seen = new TreeSet<>();
    for (int n = 0; n < 6; n++) {
      seen.add(TWO.values(grid.place(n, TWO, List.of(), 0)).toString());
    }
    assertEquals(
        Set.of(
            "{a=x, b=0}", "{a=x, b=0.5}", "{a=x, b=1}", "{a=y, b=0}", "{a=y, b=0.5}", "{a=y, b=1}"),
        seen);
  }

  @Test
  void sobol_sixteenCoordinates_areThoseOfPyTorch() {
    // torch.quasirandom.SobolEngine(16), 1.13, times 128; rows 3, 37 and 69.
    int[][] expected = {
      {32, 96, 96, 96, 32, 32, 96, 32, 32, 32, 32, 32, 96, 96, 32, 96},
      {118, 82, 74, 118, 98, 38, 22, 102, 78, 22, 2, 10, 74, 110, 14, 62},
      {115, 67, 121, 91, 35, 105, 37, 43, 111, 31, 73, 109, 71, 83, 23, 113}
    };
    int[] numbers = {3, 37, 69};
    for (int row = 0; row < numbers.length; row++) {
      for (int i = 0; i < 16; i++) {
        assertEquals(expected[row][i], SobolSearch.bits(numbers[row], i) >>> 25, "row " + row);
      }
    }
  }

  @Test
  void sobol_anySeed_fillsEveryBoxOnce() {
    SobolSearch sobol = new SobolSearch(64);
    for (long seed = 0; seed < 3; seed++) {
      Set<String> boxes = new HashSet<>();
      for (int n = 0; n < 64; n++) {
        double[] place = sobol.place(n, cube(2), List.of(), seed);
        boxes.add((int) (8 * place[0]) + " " + (int) (8 * place[1]));
      }
      assertEquals(64, boxes.size());
    }
    assertThrows(IllegalArgumentException.class, () -> sobol.trials(cube(17)));
  }

  /** The best of a search for the least of a bowl around (0.7, 0.2). */
  private static double best(SearchSpec search, long seed) {
    List<Scored> done = new ArrayList<>();
    double best = Double.POSITIVE_INFINITY;
    for (int n = 0; n < search.trials(cube(2)); n++) {
      double[] place = search.place(n, cube(2), done, seed);
      double score = Math.pow(place[0] - 0.7, 2) + 4 * Math.pow(place[1] - 0.2, 2);
      done.add(new Scored(place, score));
      best = Math.min(best, score);
    }
    return best;
  }

  @Test
  void tpe_aBowl_findsItBetterThanChanceOnAverage() {
    double byChance = 0;
    double byTpe = 0;
    for (long seed = 0; seed < 20; seed++) {
      byChance += best(new RandomSearch(40), seed) / 20;
      byTpe += best(new TpeSearch(40, 8, 1), seed) / 20;
    }
    assertTrue(byTpe < byChance / 2, byTpe + " against " + byChance);
  }

  @Test
  void tpe_sameResults_proposesTheSame() {
    List<Scored> done = new ArrayList<>();
    for (int n = 0; n < 10; n++) {
      done.add(new Scored(RandomSearch.at(n, 2, 3), n == 4 ? Double.POSITIVE_INFINITY : n));
    }
    double[] place = new TpeSearch(40, 8, 1).place(10, cube(2), done, 3);
    assertArrayEquals(place, new TpeSearch(40, 8, 1).place(10, cube(2), done, 3));
    for (double each : place) {
      assertTrue(each >= 0 && each < 1);
    }
  }

  @Test
  void rungs_asha_letsTheBestThirdPass() {
    Rungs rungs = new Rungs(new RungSpec.Asha(3, 2));
    assertTrue(rungs.goesOn(1, 1, 9)); // no rung
    assertTrue(rungs.goesOn(1, 2, 5)); // the first always
    assertFalse(rungs.goesOn(2, 2, 6));
    assertTrue(rungs.goesOn(3, 2, 4));
    assertFalse(rungs.goesOn(4, 2, 4.5)); // second of four
    assertFalse(rungs.goesOn(5, 2, Double.NaN));
    assertTrue(rungs.goesOn(6, 2, 4.4)); // second of six
    for (int trial = 1; trial <= 5; trial++) {
      rungs.end(trial);
    }
    assertTrue(rungs.goesOn(6, 6, 4.4)); // a rung of its own
  }

  @Test
  void rungs_trialsInAnyOrder_areJudgedInTheirs() throws Exception {
    Rungs rungs = new Rungs(new RungSpec.Asha(2, 1));
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<Boolean> third = threads.submit(() -> rungs.goesOn(3, 1, 5));
      Future<Boolean> second = threads.submit(() -> rungs.goesOn(2, 1, 6));
      assertTrue(rungs.goesOn(1, 1, 4)); // waits for nobody
      assertFalse(second.get(10, TimeUnit.SECONDS));
      assertFalse(third.get(10, TimeUnit.SECONDS)); // one of three goes on, the first
      Future<Boolean> later = threads.submit(() -> rungs.goesOn(3, 2, 5));
      rungs.end(1);
      rungs.end(2);
      assertTrue(later.get(10, TimeUnit.SECONDS)); // nobody else comes so far
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void rungs_hyperband_laterBracketsBeginLater() {
    Rungs rungs = new Rungs(new RungSpec.Hyperband(3, 1, 2));
    assertTrue(rungs.goesOn(2, 1, 1));
    assertFalse(rungs.goesOn(4, 1, 2));
    assertTrue(rungs.goesOn(3, 1, 9)); // bracket 1 has its first rung after 3 epochs
    rungs.end(1);
    assertTrue(rungs.goesOn(3, 3, 9));
    assertFalse(rungs.goesOn(5, 3, 10));
  }

  @Test
  void population_exchange_theWorstQuarterFollowsTheBest() {
    PopulationSearch population = new PopulationSearch(8, 1, 0.1);
    double[] scores = {8, 1, 7, 3, 4, 5, 6, 2};
    int[] from = population.exchange(scores, 0, 5);
    for (int m = 0; m < 8; m++) {
      if (m == 0 || m == 2) {
        assertTrue(from[m] == 1 || from[m] == 7, "member " + m + " follows " + from[m]);
      } else {
        assertEquals(m, from[m]);
      }
    }
    double[] moved = population.moved(new double[] {0.05, 0.5, 0.95}, 2, 0, 5);
    for (int i = 0; i < 3; i++) {
      assertTrue(moved[i] >= 0 && moved[i] < 1);
    }
    assertEquals(0.1, Math.abs(moved[1] - 0.5), 1e-12);
  }

  @Test
  void rateRange_aValleyOfLosses_suggestsWhereItFalls() {
    RateRange range = new RateRange();
    int steps = 0;
    for (int i = 0; i < 120; i++) {
      double rate = 1e-5 * Math.pow(10, i / 20.0);
      // Flat at 2, falls around 1e-2, leaves at 1.
      double loss = 2 - 1.5 / (1 + Math.exp(-(Math.log10(rate) + 2) * 6)) + 40 * rate * rate;
      if (!range.add(rate, loss)) {
        break;
      }
      steps++;
    }
    assertTrue(steps < 120, "the curve ends where the loss leaves");
    assertEquals(steps, range.rates().size());
    assertEquals(-2, Math.log10(range.suggested()), 0.6);
  }

  @Test
  void rateRange_lossThatLeavesAtOnce_hasNoSuggestion() {
    RateRange range = new RateRange();
    range.add(1, 2);
    assertFalse(range.add(1, Double.NaN));
    assertFalse(range.add(1, 1));
    assertThrows(IllegalStateException.class, range::suggested);
  }

  @Test
  void read_aSpaceFile_isAsWritten() {
    Tune tune =
        SpecReader.readYaml(
            """
            job: job.yaml
            search: {random: {trials: 5}}
            stopping: asha
            parameters:
              optimizer.adam.learningRate: {log: {from: 1e-4, to: 1e-1}}
              model.layers[0].dense.units: {values: [8, 16]}
              train.batchSize: {whole: {from: 16, to: 64}}
            """,
            "space.yaml",
            Tune.class);
    assertEquals(new RandomSearch(5), tune.search());
    assertEquals("validation.loss", tune.metric());
    assertEquals(
        new ParameterSpec.Values(List.of("8", "16")),
        tune.parameters().get("model.layers[0].dense.units"));
    assertEquals(3, tune.space().size());
    SpecException e =
        assertThrows(
            SpecException.class,
            () ->
                SpecReader.readYaml(
                    "{job: a, parameters: {x: {log: {from: 0, to: 1}}}}",
                    "space.yaml",
                    Tune.class));
    assertTrue(e.getMessage().contains("log: from 0.0 to 1.0; expected finite numbers above 0"));
  }
}
