package io.gradflow.driver.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SplitRanksTest {
  @ParameterizedTest
  @CsvSource({"1000, 0.1, 0.2", "7, 0.5, 0.3", "10, 0, 0", "3, 0.34, 0.33", "101, 0.999, 0"})
  void split_anyShares_exactCountsAndDenseRanks(long rows, double validation, double test) {
    for (RowOrder order : RowOrder.values()) {
      SplitRanks splits = SplitRanks.of(rows, validation, test, order);
      assertEquals(Math.round(rows * validation), splits.validation());
      assertEquals(Math.round(rows * test), splits.test());
      BitSet[] seen = {new BitSet(), new BitSet(), new BitSet()};
      for (long rank = 0; rank < rows; rank++) {
        BitSet split = seen[splits.split(rank)];
        // Ranks within a split follow the ranks of the whole.
        assertEquals(split.cardinality(), splits.rankWithin(rank), order + " rank " + rank);
        split.set((int) splits.rankWithin(rank));
      }
      for (int s = 0; s < 3; s++) {
        assertEquals(splits.size(s), seen[s].cardinality(), order + " split " + s);
      }
    }
  }

  @Test
  void split_sourceOrder_heldOutRowsSpreadEvenly() {
    SplitRanks splits = SplitRanks.of(1000, 0.1, 0, RowOrder.SOURCE);
    for (int from = 0; from < 1000; from += 100) {
      int held = 0;
      for (int rank = from; rank < from + 100; rank++) {
        held += splits.split(rank) == SplitRanks.VALIDATION ? 1 : 0;
      }
      assertEquals(10, held);
    }
  }

  /** 6e9 rows: the product of rank and held-out rows exceeds 64 bits. */
  @Test
  void split_sourceOrderHugeData_doesNotOverflow() {
    SplitRanks splits = SplitRanks.of(6_000_000_000L, 0.5, 0, RowOrder.SOURCE);
    long last = splits.rows() - 1;
    assertTrue(splits.rankWithin(last) < 3_000_000_000L);
    assertEquals(2_999_999_999L, splits.rankWithin(last));
  }
}
