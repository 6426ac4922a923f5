package io.gradflow.driver.step;

import io.gradflow.common.data.PackedShard;
import io.gradflow.common.message.BlockRef;
import io.gradflow.common.message.Split;
import io.gradflow.common.message.StepCommand;
import io.gradflow.common.message.StepCommand.Kind;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.message.TaskReport;
import io.gradflow.common.message.Weights;
import io.gradflow.common.parallel.BlockTeam;
import io.gradflow.common.reduce.MicroShardTree;
import io.gradflow.driver.reduce.StepReduction;
import io.gradflow.worker.channel.InProcessStepChannel;
import io.gradflow.worker.channel.StepChannel;
import io.gradflow.worker.replica.ReplicaPool;
import io.gradflow.worker.replica.RunSpec;
import io.gradflow.worker.shard.ShardGroup;
import io.gradflow.worker.task.LeaseShards;
import io.gradflow.worker.task.ResidentLoop;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Resident tasks on threads, without Spark, that are killed at seeded moments: before a report is
 * sent, after it, or while they wait; each is started again as a new attempt, and the loss of the
 * old one is told early or late. Reports and answers get lost, tasks stand still for longer than
 * anybody waits for an answer. What a real cluster does in hours, in milliseconds.
 */
final class SimulatedCluster implements StepRunner {
  private static final long POLL_MILLIS = 20;
  private static final long TIMEOUT_MILLIS = 30_000;

  /**
   * What befalls a task, each time it speaks.
   *
   * @param kill ends it, before or after
   * @param lose the report does not arrive, or the answer does not: nothing is heard for as long as
   *     a task waits
   * @param stall it stands still for longer than that
   * @param share it maps the driver's files
   * @param mislead a step is announced that does not come
   */
  record Weather(double kill, double lose, double stall, double share, double mislead) {
    /** Without files. */
    Weather(double kill, double lose, double stall) {
      this(kill, lose, stall, 0, 0);
    }
  }

  /** The file of weights: one set at a time. */
  private final class Shelf {
    private static final long PATIENCE_MILLIS = 4 * POLL_MILLIS;

    private Weights held = new Weights(-1, new float[0]);

    synchronized void put(Weights weights) {
      if (held.version() != weights.version()) {
        held = new Weights(weights.version(), weights.values().clone());
        notifyAll();
      }
    }

    synchronized boolean await(long version) throws InterruptedException {
      long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
      while (held.version() < version && System.nanoTime() < deadline) {
        waits.incrementAndGet();
        wait(1);
      }
      return held.version() == version;
    }

    synchronized boolean read(long version, float[] into) {
      if (held.version() != version) {
        return false;
      }
      System.arraycopy(held.values(), 0, into, 0, into.length);
      return true;
    }
  }

  /** Ends a task as a lost executor would: from outside, at any point. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private static final BlockRef ON_THE_SHELF = BlockRef.file("driver", "shelf");

  private final RunSpec spec;
  private final Map<Split, List<PackedShard>> shards;
  private final ReplicaPool pool;
  private final StepExchange exchange;
  private final StepReduction reduction;
  private final Random random;
  private final Weather weather;
  private final AtomicLong attempts = new AtomicLong();
  private final AtomicInteger kills = new AtomicInteger();
  private final AtomicInteger losses = new AtomicInteger();
  private final AtomicInteger waits = new AtomicInteger();
  private final Shelf shelf = new Shelf();
  private final List<Thread> threads = new ArrayList<>();
  private final int present;
  private int tasks;
  private long lease;
  private int leases;
  private final Commands commands = new Commands();

  /**
   * @param tasks to divide the micro-shards among
   * @param present how many of them ever start
   */
  SimulatedCluster(
      RunSpec spec,
      Map<Split, List<PackedShard>> shards,
      int tasks,
      int present,
      Weather weather,
      long seed) {
    this.spec = spec;
    this.shards = shards;
    this.tasks = Math.min(tasks, spec.microShards());
    this.present = present;
    this.pool = new ReplicaPool(spec);
    this.random = new Random(seed);
    this.weather = weather;
    this.exchange = new StepExchange(spec.microShards(), 200, POLL_MILLIS);
    this.reduction =
        new StepReduction(
            spec.microShards(),
            spec.network().layout().size(),
            spec.metricSet().sumCount(),
            spent -> {},
            BlockTeam.alone());
  }

  int kills() {
    return kills.get();
  }

  int leases() {
    return leases;
  }

  /** Times that a task found announced weights not there yet. */
  int waits() {
    return waits.get();
  }

  /** Messages that did not arrive. */
  int losses() {
    return losses.get();
  }

  @Override
  public StepSum run(StepId id, Weights weights) {
    perform(Kind.GRADIENT, id, Split.TRAIN, weights);
    return new StepSum(reduction.take(), tasks, 0, 0, 0, 0, 0);
  }

  @Override
  public void announce(StepId id, long version) {
    if (weather.share() == 0 || !exchange.isOpen()) {
      return;
    }
    boolean mislead = random.nextDouble() < weather.mislead();
    StepCommand command = commands.announce(id, mislead ? version + 1 : version);
    exchange.announce(new StepExchange.Orders(command, shares -> onTheShelf(command), false));
    if (random.nextBoolean()) {
      sleep(2); // As long as an update may take.
    }
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static StepCommand onTheShelf(StepCommand command) {
    return command.with(Optional.empty(), Optional.of(ON_THE_SHELF));
  }

  private StepCommand withWeights(StepCommand command, Weights weights, boolean sharesFiles) {
    if (sharesFiles) {
      shelf.put(weights);
      return onTheShelf(command);
    }
    // A copy, as between processes: what is installed must not change under anyone.
    return command.with(
        Optional.of(new Weights(weights.version(), weights.values().clone())), Optional.empty());
  }

  @Override
  public SubtreeSum evaluate(Split split, Weights weights) {
    perform(Kind.EVALUATE, new StepId(0, 0, 0), split, weights);
    return reduction.take();
  }

  private void perform(Kind kind, StepId id, Split split, Weights weights) {
    while (true) {
      try {
        if (!exchange.isOpen()) {
          open();
        }
        reduction.begin(weights.version(), kind == Kind.GRADIENT);
        StepCommand command = commands.take(kind, id, split, weights, () -> shelf.put(weights));
        exchange.perform(
            new StepExchange.Orders(
                command, shares -> withWeights(command, weights, shares), false),
            StepDeadline.of(id, TIMEOUT_MILLIS),
            report -> {
              reduction.add(report.sums().orElseThrow());
              return true;
            });
        return;
      } catch (LeaseBroken e) {
        exchange.abandon();
        tasks = Math.max(1, e.joined());
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private void open() {
    lease++;
    leases++;
    exchange.open(lease, tasks);
    for (int slot = 0; slot < Math.min(tasks, present); slot++) {
      int mine = slot;
      long ofLease = lease;
      int count = tasks;
      long seed = random.nextLong();
      Thread thread = new Thread(() -> task(ofLease, mine, count, new Random(seed)));
      threads.add(thread);
      thread.start();
    }
  }

  private void task(long ofLease, int slot, int count, Random fate) {
    int from = MicroShardTree.rangeStart(spec.microShards(), slot, count);
    int to = MicroShardTree.rangeStart(spec.microShards(), slot + 1, count);
    Map<Split, Supplier<ShardGroup>> sources = new EnumMap<>(Split.class);
    shards.forEach(
        (split, each) ->
            sources.put(
                split,
                () -> new ShardGroup(from, each.subList(from, to).toArray(PackedShard[]::new))));
    long unannounced = -1;
    while (true) {
      long attempt = attempts.incrementAndGet();
      StepChannel line =
          new InProcessStepChannel(exchange::report, "executor-" + slot % 2, POLL_MILLIS);
      ResidentLoop loop =
          new ResidentLoop(
              pool,
              new Fragile(line, fate),
              new LeaseShards(from, to, sources),
              new ResidentLoop.Place(ofLease, slot, attempt),
              1);
      if (unannounced >= 0) {
        exchange.attemptLost(unannounced);
      }
      try {
        loop.run();
        return;
      } catch (Killed e) {
        kills.incrementAndGet();
        if (fate.nextBoolean()) {
          exchange.attemptLost(attempt);
          unannounced = -1;
        } else {
          unannounced = attempt;
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** A line whose task dies now and then. */
  private final class Fragile implements StepChannel {
    private final StepChannel line;
    private final Random fate;
    private final boolean shares;

    Fragile(StepChannel line, Random fate) {
      this.line = line;
      this.fate = fate;
      this.shares = weather.share() > 0 && happens(weather.share());
    }

    @Override
    public StepCommand exchange(TaskReport report) throws InterruptedException {
      die();
      if (happens(weather.stall())) {
        Thread.sleep(3 * POLL_MILLIS);
      }
      if (happens(weather.kill())) {
        // Said twice, as after an answer that was lost.
        exchange.report(report, command -> {});
      }
      if (happens(weather.lose())) {
        losses.incrementAndGet();
        if (fate.nextBoolean()) {
          exchange.report(report, command -> {});
        }
        Thread.sleep(POLL_MILLIS);
        return StepCommand.bare(Kind.WAIT);
      }
      StepCommand command = line.exchange(report);
      if (command.kind() != Kind.LEAVE) {
        die();
      }
      return command;
    }

    private void die() {
      if (happens(weather.kill())) {
        throw new Killed();
      }
    }

    private boolean happens(double probability) {
      return fate.nextDouble() < probability;
    }

    @Override
    public boolean await(BlockRef block, long version) throws InterruptedException {
      boolean there = shelf.await(version);
      die();
      return there;
    }

    @Override
    public boolean fetch(BlockRef block, long version, float[] into) {
      return shelf.read(version, into);
    }

    @Override
    public boolean sharesFiles() {
      return shares;
    }

    @Override
    public String executorId() {
      return line.executorId();
    }

    @Override
    public void close() {
      line.close();
    }
  }

  @Override
  public Optional<String> nonFinite(StepId id, Weights weights) {
    return Optional.empty();
  }

  @Override
  public String description() {
    return "simulated";
  }

  @Override
  public void close() {
    exchange.abandon();
    for (Thread thread : threads) {
      // What is still said is answered by nobody: the tasks end with the test.
      thread.interrupt();
    }
  }
}
