package io.gradflow.driver.step;

import io.gradflow.common.error.GradflowException;
import io.gradflow.common.message.StepCommand;
import io.gradflow.common.message.StepCommand.Kind;
import io.gradflow.common.message.TaskReport;
import io.gradflow.common.reduce.MicroShardTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver's side of the exchange with resident tasks: who is there, who has answered, who gets
 * the weights. Knows neither Spark nor how messages travel.
 *
 * <p>Reports and losses come in on any thread and are queued; everything else happens on the
 * trainer's thread, which adds sums up as they arrive, while other tasks still compute. Reports
 * that are stale, doubled, of a former lease or of a superseded attempt change nothing. A task that
 * asks without having answered is told the command again.
 */
final class StepExchange {
  private static final Logger LOG = LoggerFactory.getLogger(StepExchange.class);
  private static final long TICK_MILLIS = 500;

  /** What comes in. */
  private sealed interface Event {
    /** A task speaks. */
    record Report(TaskReport report, Consumer<StepCommand> reply) implements Event {}

    /** An attempt has ended without having been told to. */
    record AttemptLost(long attempt) implements Event {}

    /** An executor has gone, and all that ran there. */
    record ExecutorLost(String executorId) implements Event {}

    /** The lease's job has ended; failure is null if it ended well. */
    record Ended(long lease, Throwable failure) implements Event {}
  }

  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final int microShards;
  private final long joinNanos;
  private final long waitReplyNanos;
  private final Map<String, Long> sent = new HashMap<>();

  private long nextNotice = System.nanoTime();
  private long lease = LeaseSlot.NOBODY;
  private LeaseSlot[] slots = {};
  private boolean ended = true;
  private Throwable failure;

  /**
   * @param joinMillis how long a slot may be empty while others are taken, before the lease breaks
   * @param pollMillis how long tasks wait for an answer before they ask again
   */
  StepExchange(int microShards, long joinMillis, long pollMillis) {
    this.microShards = microShards;
    this.joinNanos = TimeUnit.MILLISECONDS.toNanos(joinMillis);
    this.waitReplyNanos = TimeUnit.MILLISECONDS.toNanos(pollMillis) / 2;
  }

  /** A task speaks; the answer goes to {@code reply}, now or later, or never if it asks again. */
  void report(TaskReport report, Consumer<StepCommand> reply) {
    events.add(new Event.Report(report, reply));
  }

  /** An attempt has ended without having been told to. */
  void attemptLost(long attempt) {
    events.add(new Event.AttemptLost(attempt));
  }

  /** An executor is gone, and all that ran there. */
  void executorLost(String executorId) {
    events.add(new Event.ExecutorLost(executorId));
  }

  /** The lease's job has ended. */
  void ended(long ofLease, Throwable why) {
    events.add(new Event.Ended(ofLease, why));
  }

  /** Begins a lease of so many tasks. */
  void open(long newLease, int tasks) {
    lease = newLease;
    ended = false;
    failure = null;
    sent.clear();
    slots = new LeaseSlot[tasks];
    for (int i = 0; i < tasks; i++) {
      slots[i] =
          new LeaseSlot(
              i,
              MicroShardTree.rangeStart(microShards, i, tasks),
              MicroShardTree.rangeStart(microShards, i + 1, tasks));
    }
  }

  int tasks() {
    return slots.length;
  }

  /** Whether a lease is there to work with. */
  boolean isOpen() {
    return !ended;
  }

  /**
   * A command, and the ways to give it.
   *
   * @param withoutWeights as it is for a task that has the weights already
   * @param giver adds the weights
   * @param byReference whether sender and receivers share the weights' array anyhow
   */
  record Orders(StepCommand withoutWeights, Giver giver, boolean byReference) {
    /** Gives weights with a command. */
    @FunctionalInterface
    interface Giver {
      /**
       * The command with the weights, or where they are.
       *
       * @param sharesFiles whether the task maps the driver's files
       */
      StepCommand withWeights(boolean sharesFiles);
    }
  }

  /** What becomes of reports. */
  @FunctionalInterface
  interface Taker {
    /**
     * Takes a report on the command being performed; false if what it promises is not to be had,
     * and its task is to be told the command again.
     *
     * @throws LeaseBroken if the command has to be performed anew by all
     */
    boolean takes(TaskReport report) throws LeaseBroken, InterruptedException;
  }

  /**
   * Tells those who share files with the driver a command that is about to be performed, so that
   * they wait for its weights there. Others are told when it is.
   */
  void announce(Orders orders) {
    for (LeaseSlot slot : slots) {
      if (slot.pending != null && slot.sharesFiles) {
        tell(slot, orders);
      }
    }
  }

  /**
   * Has every task carry a command out.
   *
   * @param deadline for all of them together
   * @param taker takes each task's report, once; on this thread, while others still work
   * @throws LeaseBroken if slots stay empty, or the job has ended
   * @throws io.gradflow.common.error.GradflowException if the job has failed, or the command takes
   *     too long: for whom the driver waits
   */
  void perform(Orders orders, StepDeadline deadline, Taker taker)
      throws LeaseBroken, InterruptedException {
    long number = orders.withoutWeights().number();
    long start = System.nanoTime();
    int open = slots.length;
    for (LeaseSlot slot : slots) {
      if (slot.pending != null) {
        tell(slot, orders);
      }
    }
    long nextTick = start + TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
    while (open > 0) {
      Event event = events.poll(TICK_MILLIS, TimeUnit.MILLISECONDS);
      if (event instanceof Event.Report arrived) {
        LeaseSlot slot = welcome(arrived.report(), arrived.reply());
        if (slot != null) {
          TaskReport report = arrived.report();
          boolean answers = report.completed() == number && report.sums().isPresent();
          if (answers && slot.done != number && taker.takes(report)) {
            slot.done = number;
            open--;
          }
          if (slot.done != number) {
            tell(slot, orders);
          }
        }
      } else if (event != null) {
        note(event);
      }
      if (ended) {
        throw over();
      }
      long now = System.nanoTime();
      if (now >= nextTick) {
        nextTick = now + TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
        checkDeadlines(deadline, number, start, now);
      }
    }
  }

  /** Tells everyone to leave and waits for the job to end; false if it does not in time. */
  boolean close(long timeoutMillis) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    for (LeaseSlot slot : slots) {
      answer(slot, StepCommand.bare(Kind.LEAVE));
    }
    while (!ended) {
      Event event = events.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (event == null) {
        return false;
      }
      if (event instanceof Event.Report arrived) {
        arrived.reply().accept(StepCommand.bare(Kind.LEAVE));
      } else {
        note(event);
      }
    }
    return true;
  }

  /** Forgets the lease; whoever still speaks for it is told to leave. */
  void abandon() {
    for (LeaseSlot slot : slots) {
      answer(slot, StepCommand.bare(Kind.LEAVE));
    }
    ended = true;
    lease = LeaseSlot.NOBODY;
    slots = new LeaseSlot[0];
  }

  /** The executor of a task of this lease. */
  String executor(int slot) {
    return slots[slot].executorId;
  }

  /** Whether a task is on an executor of which this holds, e.g. one that is being taken down. */
  boolean anyExecutor(Predicate<String> which) {
    for (LeaseSlot slot : slots) {
      if (slot.isJoined() && which.test(slot.executorId)) {
        return true;
      }
    }
    return false;
  }

  private LeaseSlot welcome(TaskReport report, Consumer<StepCommand> reply) {
    if (report.lease() != lease) {
      reply.accept(StepCommand.bare(Kind.LEAVE));
      return null;
    }
    LeaseSlot slot = slots[report.slot()];
    if (report.attempt() < slot.newest) {
      reply.accept(StepCommand.bare(Kind.SUPERSEDED));
      return null;
    }
    if (report.attempt() > slot.newest) {
      answer(slot, StepCommand.bare(Kind.SUPERSEDED));
      slot.newest = report.attempt();
      slot.told = LeaseSlot.NOBODY;
    }
    slot.attempt = report.attempt();
    slot.executorId = report.executorId();
    slot.installed = report.installed();
    slot.sharesFiles = report.sharesFiles();
    slot.lastHeard = System.nanoTime();
    slot.pending = reply;
    slot.pendingSince = slot.lastHeard;
    return slot;
  }

  private void tell(LeaseSlot slot, Orders orders) {
    StepCommand bare = orders.withoutWeights();
    boolean again = slot.told == bare.number();
    // Once an executor: to the first of its tasks that asks. To a task that asks again for the
    // same command in any case: the neighbour that was to bring them may be gone.
    boolean onTheWay = Long.valueOf(bare.version()).equals(sent.get(slot.executorId));
    boolean there = slot.installed == bare.version();
    boolean needed = orders.byReference() || (!there && (again || !onTheWay));
    slot.told = bare.number();
    if (needed) {
      sent.put(slot.executorId, bare.version());
    }
    answer(slot, needed ? orders.giver().withWeights(slot.sharesFiles) : bare);
  }

  private static void answer(LeaseSlot slot, StepCommand command) {
    Consumer<StepCommand> reply = slot.pending;
    slot.pending = null;
    if (reply != null) {
      reply.accept(command);
    }
  }

  private void note(Event event) {
    if (event instanceof Event.Ended over && over.lease() == lease) {
      ended = true;
      failure = over.failure();
    }
    for (LeaseSlot slot : slots) {
      boolean lost =
          (event instanceof Event.AttemptLost gone && gone.attempt() == slot.attempt)
              || (event instanceof Event.ExecutorLost left
                  && left.executorId().equals(slot.executorId));
      if (lost && slot.isJoined()) {
        slot.attempt = LeaseSlot.NOBODY;
        slot.pending = null;
        slot.missingSince = System.nanoTime();
        sent.remove(slot.executorId);
      }
    }
  }

  private LeaseBroken over() {
    if (failure instanceof GradflowException known) {
      throw known;
    }
    if (failure != null) {
      throw new JobFailure(microShards, slots.length).of(failure);
    }
    return new LeaseBroken("its job has ended", joined());
  }

  private int joined() {
    int joined = 0;
    for (LeaseSlot slot : slots) {
      joined += slot.isJoined() ? 1 : 0;
    }
    return joined;
  }

  private void checkDeadlines(StepDeadline deadline, long number, long start, long now)
      throws LeaseBroken {
    int joined = joined();
    for (LeaseSlot slot : slots) {
      if (slot.pending != null && now - slot.pendingSince > waitReplyNanos) {
        answer(slot, StepCommand.bare(Kind.WAIT));
      }
      // The clock of a join starts with the first task that is there: before that, Spark may be
      // rebuilding data, or have no executors yet.
      if (slot.isJoined() || joined == 0) {
        slot.missingSince = now;
      } else if (now - slot.missingSince > joinNanos) {
        throw new LeaseBroken(slot + " has not joined in time", joined);
      }
    }
    if (now - start > TimeUnit.MILLISECONDS.toNanos(deadline.millis())) {
      throw deadline.exceeded(awaited(number, now));
    }
    if (now - start > TimeUnit.MILLISECONDS.toNanos(StepDeadline.NOTICE_MILLIS)
        && now >= nextNotice) {
      nextNotice = now + TimeUnit.MILLISECONDS.toNanos(StepDeadline.NOTICE_MILLIS);
      LOG.warn(
          "{}", deadline.waiting(TimeUnit.NANOSECONDS.toMillis(now - start), awaited(number, now)));
    }
  }

  private List<String> awaited(long number, long now) {
    List<String> awaited = new ArrayList<>();
    for (LeaseSlot slot : slots) {
      if (slot.done != number) {
        awaited.add(
            slot.isJoined()
                ? slot + " last heard " + (now - slot.lastHeard) / 1_000_000_000 + " s ago"
                : slot.toString());
      }
    }
    return awaited;
  }
}
