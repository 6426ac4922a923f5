package io.gradflow.driver.step;

/**
 * How many tasks leases ask for, and how long they last. After a lease that broke for want of slots
 * the next ones ask for no more tasks than had joined; the more often that happens in a row, the
 * longer until all are tried again, unless there are more slots than there were.
 */
final class LeaseSize {
  /** A lease of fewer tasks than could run lasts this part of the time: cores stand idle. */
  private static final int LIMITED_PART = 4;

  private static final int MAX_LIMITED = 64;

  private final int maxTasks;
  private int limit = Integer.MAX_VALUE;
  private int limitedLeases;
  private int limitedFor;
  private int slotsWhenLimited;
  private int slotsAtStart;
  private int slotsSeen;

  /**
   * @param maxTasks that there is work for
   */
  LeaseSize(int maxTasks) {
    this.maxTasks = maxTasks;
  }

  /**
   * Tasks of the next lease, at least one.
   *
   * @param wanted tasks worth asking for
   * @param slots tasks that can run at once now
   */
  int next(int wanted, int slots) {
    slotsAtStart = slots;
    slotsSeen = slots;
    int tasks = wanted;
    if (limitedLeases > 0 && slots <= slotsWhenLimited) {
      limitedLeases--;
      tasks = limit;
    } else {
      limitedLeases = 0;
    }
    return Math.max(1, Math.min(maxTasks, tasks));
  }

  /** How long a lease of so many tasks lasts where so many are worth asking for. */
  long nanos(int tasks, int wanted, long leaseNanos) {
    return tasks < Math.min(maxTasks, wanted) ? leaseNanos / LIMITED_PART : leaseNanos;
  }

  /**
   * Whether the running lease of so many tasks should end, because executors have come since it
   * began and there is work for them. To be asked now and then: while their number still grows the
   * lease goes on.
   */
  boolean isOutgrown(int tasks, int slots) {
    boolean grown = slots > slotsAtStart && slots == slotsSeen;
    slotsSeen = slots;
    return grown && tasks < maxTasks;
  }

  /** A lease has broken while so many of its tasks were there. */
  void broke(int joined, int slots) {
    limit = Math.max(1, joined);
    limitedFor = Math.min(MAX_LIMITED, Math.max(1, 2 * limitedFor));
    limitedLeases = limitedFor;
    slotsWhenLimited = slots;
  }

  /** A lease has lasted until its end. */
  void lasted() {
    limitedFor = limitedLeases == 0 ? 0 : limitedFor;
  }
}
