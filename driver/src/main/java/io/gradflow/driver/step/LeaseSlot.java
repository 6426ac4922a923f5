package io.gradflow.driver.step;

import io.gradflow.common.message.StepCommand;
import java.util.function.Consumer;

/** One task of a lease, as the driver sees it. Belongs to the {@link StepExchange}. */
final class LeaseSlot {
  static final long NOBODY = -1;

  final int index;
  final int from;
  final int to;

  /** The attempt that counts, NOBODY before one has joined and after it was lost. */
  long attempt = NOBODY;

  /** The newest attempt seen, so that an older one is recognised after the newer was lost. */
  long newest = NOBODY;

  String executorId = "";

  /** Where the next command goes, null while the task is busy. */
  Consumer<StepCommand> pending;

  long pendingSince;

  /** The command it was last told. */
  long told = NOBODY;

  /** The command it has last reported on. */
  long done = NOBODY;

  /** The version of the weights that its executor held when it last spoke. */
  long installed = NOBODY;

  /** Whether it maps the driver's files. */
  boolean sharesFiles;

  long lastHeard;

  /** Since when nobody has been in this slot while others were. */
  long missingSince;

  LeaseSlot(int index, int from, int to) {
    this.index = index;
    this.from = from;
    this.to = to;
  }

  boolean isJoined() {
    return attempt != NOBODY;
  }

  @Override
  public String toString() {
    return StepDeadline.task(index, from, to, isJoined() ? executorId : "");
  }
}
