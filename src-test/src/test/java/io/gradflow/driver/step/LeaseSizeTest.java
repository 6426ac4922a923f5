package io.gradflow.driver.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LeaseSizeTest {
  private final LeaseSize size = new LeaseSize(8);

  @Test
  void next_nothingHasHappened_asksForWhatThereIsAndThereIsWorkFor() {
    assertEquals(3, size.next(3, 3));
    assertEquals(8, size.next(100, 3));
    assertEquals(1, size.next(0, 0));
  }

  @Test
  void next_afterABreak_asksOnceForThoseThatHadJoined() {
    size.broke(2, 4);
    assertEquals(2, size.next(4, 4));
    size.lasted();
    assertEquals(4, size.next(4, 4));
  }

  @Test
  void next_breakAfterBreak_triesAllAgainEverMoreRarely() {
    int between = 1;
    for (int round = 0; round < 8; round++) {
      size.broke(2, 4);
      for (int lease = 0; lease < Math.min(64, between); lease++) {
        assertEquals(2, size.next(4, 4), "round " + round + ", lease " + lease);
      }
      assertEquals(4, size.next(4, 4), "round " + round);
      between *= 2;
    }
  }

  @Test
  void next_breaksWithALastingLeaseBetween_startsOver() {
    size.broke(2, 4);
    size.next(4, 4);
    size.broke(2, 4); // Twice in a row: two leases.
    size.next(4, 4);
    size.next(4, 4);
    size.next(4, 4);
    size.lasted();
    size.broke(2, 4);
    assertEquals(2, size.next(4, 4));
    assertEquals(4, size.next(4, 4));
  }

  @Test
  void next_moreSlotsThanWhenItBroke_asksForAllAtOnce() {
    size.broke(2, 4);
    size.broke(2, 4);
    assertEquals(5, size.next(5, 5));
    assertEquals(5, size.next(5, 4));
  }

  @Test
  void next_nobodyHadJoined_asksForOne() {
    size.broke(0, 0);
    assertEquals(1, size.next(4, 0));
  }

  @Test
  void isOutgrown_executorsHaveCome_onceNoMoreCome() {
    size.next(2, 2);
    assertFalse(size.isOutgrown(2, 2));
    assertFalse(size.isOutgrown(2, 3));
    assertFalse(size.isOutgrown(2, 4));
    assertTrue(size.isOutgrown(2, 4));
    size.next(4, 4);
    assertFalse(size.isOutgrown(4, 4));
  }

  @Test
  void isOutgrown_executorsHaveGoneOrThereIsNoWorkForMore_goesOn() {
    size.next(4, 4);
    assertFalse(size.isOutgrown(4, 3));
    assertFalse(size.isOutgrown(4, 3));
    size.next(8, 8);
    assertFalse(size.isOutgrown(8, 9));
    assertFalse(size.isOutgrown(8, 9));
  }

  @Test
  void nanos_fewerTasksThanCouldRun_aQuarter() {
    assertEquals(100, size.nanos(4, 4, 100));
    assertEquals(100, size.nanos(8, 20, 100));
    assertEquals(25, size.nanos(2, 4, 100));
  }
}
