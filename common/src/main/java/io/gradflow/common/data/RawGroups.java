package io.gradflow.common.data;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is read from each row: the groups of a {@link RawRow} in order, and which of them each part
 * of the fields reads. Texts and files that several parts read are there once.
 *
 * @param groups the weight's last
 * @param groupOfPart index of each part's group
 * @param weighted whether there is a weight
 */
public record RawGroups(List<RawGroup> groups, List<Integer> groupOfPart, boolean weighted)
    implements Serializable {
  public RawGroups {
    groups = List.copyOf(groups);
    groupOfPart = List.copyOf(groupOfPart);
  }

  /**
   * @param parts what each part of the fields reads, inputs before targets
   * @param weight the column of example weights
   */
  public static RawGroups of(List<RawGroup> parts, Optional<String> weight) {
    List<RawGroup> groups = new ArrayList<>();
    List<Integer> groupOfPart = new ArrayList<>();
    for (RawGroup part : parts) {
      int same = part.shared() ? groups.indexOf(part) : -1;
      groupOfPart.add(same < 0 ? groups.size() : same);
      if (same < 0) {
        groups.add(part);
      }
    }
    weight.ifPresent(
        column -> groups.add(new RawGroup(List.of(column), RawGroup.Content.NUMBER, 1)));
    return new RawGroups(groups, groupOfPart, weight.isPresent());
  }

  /** How many groups there are. */
  public int size() {
    return groups.size();
  }

  /** The weight's group. */
  public RawGroup weight() {
    return groups.get(groups.size() - 1);
  }
}
