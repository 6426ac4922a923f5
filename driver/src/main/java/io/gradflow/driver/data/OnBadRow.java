package io.gradflow.driver.data;

import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import io.gradflow.common.spec.OneOf;

/** What happens to rows that cannot be used. They are counted in any case. */
@OneOf({OnBadRow.Fail.class, OnBadRow.Drop.class, OnBadRow.Quarantine.class})
public sealed interface OnBadRow {
  /** The run ends, listing the first of them. */
  @Kind("fail")
  @Doc("End the run, listing the first bad rows.")
  record Fail() implements OnBadRow {}

  /** They are left out. */
  @Kind("drop")
  @Doc("Leave bad rows out, counted.")
  record Drop() implements OnBadRow {}

  /**
   * They are left out and written as JSON lines with their reasons.
   *
   * @param path a directory that does not exist yet; any Hadoop URI
   */
  @Kind("quarantine")
  @Doc("Leave bad rows out and write them, with reasons, as JSON lines.")
  record Quarantine(@Doc("A directory that does not exist yet.") String path) implements OnBadRow {}
}
