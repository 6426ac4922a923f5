package io.gradflow.common.reduce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MicroShardTreeTest {
  @Test
  void rootLevel_forSmallTrees_isCeilOfLog2() {
    int[] expected = {0, 1, 2, 2, 3, 3, 3, 3, 4};
    for (int m = 1; m <= expected.length; m++) {
      assertEquals(expected[m - 1], new MicroShardTree(m).rootLevel(), "M=" + m);
    }
  }

  @Test
  void level_ofRangesOverSeven_isTheLargestAlignedNode() {
    MicroShardTree tree = new MicroShardTree(7);
    assertEquals(List.of("0:1", "1:2", "2:4"), cover(tree, 1, 7));
    assertEquals(List.of("3:0"), cover(tree, 0, 7));
    assertEquals(List.of("1:6"), cover(tree, 6, 7));
    assertEquals(List.of("2:0", "1:4"), cover(tree, 0, 6));
  }

  @Test
  void level_ofAnEmptyOrForeignRange_throws() {
    MicroShardTree tree = new MicroShardTree(3);
    assertThrows(IllegalArgumentException.class, () -> tree.level(1, 1));
    assertThrows(IllegalArgumentException.class, () -> tree.level(0, 4));
    assertThrows(IllegalArgumentException.class, () -> new MicroShardTree(0));
  }

  /** level:from of the nodes that cover a range. */
  private static List<String> cover(MicroShardTree tree, int from, int to) {
    List<String> nodes = new ArrayList<>();
    for (int at = from; at < to; ) {
      int level = tree.level(at, to);
      nodes.add(level + ":" + at);
      at = tree.to(level, at >> level);
    }
    return nodes;
  }
}
