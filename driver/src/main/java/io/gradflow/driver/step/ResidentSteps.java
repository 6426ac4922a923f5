package io.gradflow.driver.step;

import io.gradflow.common.data.BatchPlan;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.message.Split;
import io.gradflow.common.message.StepCommand;
import io.gradflow.common.message.StepCommand.Kind;
import io.gradflow.common.message.StepId;
import io.gradflow.common.message.StepSums;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.message.TaskReport;
import io.gradflow.common.message.Weights;
import io.gradflow.common.parallel.BlockTeam;
import io.gradflow.common.parallel.HelperThreads;
import io.gradflow.common.reduce.GradientSource;
import io.gradflow.common.reduce.SumArrays;
import io.gradflow.driver.reduce.StepReduction;
import io.gradflow.worker.channel.ResidentLine;
import io.gradflow.worker.channel.SharedFloats;
import io.gradflow.worker.replica.RunSpec;
import io.gradflow.worker.task.LeaseRdd;
import io.gradflow.worker.task.ResidentTask;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockManagerId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steps without jobs: a lease is one Spark job whose tasks stay for many steps and exchange sums
 * for weights with the driver. When tasks are missing for too long the lease ends, and the next one
 * divides the same micro-shards among those that are there; no bit changes.
 *
 * <p>A lease lasts about a configured time, and ends early when one of its executors is being taken
 * down, or when others have come that it has no tasks for, so that Spark can share executors anew
 * and its UI shows progress.
 */
public final class ResidentSteps implements StepRunner {
  private static final Logger LOG = LoggerFactory.getLogger(ResidentSteps.class);

  /** Steps of the first lease, while it is not known yet how long one takes. */
  private static final long FIRST_LEASE_STEPS = 64;

  /** Leases that break in a row before giving up. */
  private static final int MAX_BREAKS = 20;

  private static final long CLOSE_MILLIS = 10_000;

  /** Threads that copy and add: more do not make memory faster. */
  private static final int MAX_THREADS = 4;

  private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ExecutorRun run;
  private final SparkContext spark;
  private final StepSettings settings;
  private final BatchPlan plan;
  private final StepExchange exchange;
  private final Optional<SharedFolder> folder;
  private final SparkStepEndpoint endpoint;
  private final SparkLosses losses;
  private final SumArrays arrays;
  private final StepReduction reduction;
  private final boolean local;
  private final LeaseSize size;

  private LeaseJob job;
  private LeaseRdd leaseRdd;
  private boolean placed;
  private long lease;
  private long leaseEnd;
  private long leaseDeadline;
  private long checked;
  private double stepNanos;
  private SubtreeSum lent;

  private final Commands commands = new Commands();
  private final Answers answers = new Answers();

  /**
   * Begins to listen; the first step opens the first lease.
   *
   * @param sources the run's splits, TRAIN among them
   * @param maxTasks to divide the micro-shards among, when there are slots for as many
   * @throws RuntimeException if this Spark's own RPC or block transfer do not work as expected
   */
  public ResidentSteps(
      SparkContext spark,
      RunSpec spec,
      Map<Split, ShardSource> sources,
      StepSettings settings,
      int maxTasks) {
    this.run = new ExecutorRun(spark, spec, sources);
    this.size = new LeaseSize(Math.min(maxTasks, spec.microShards()));
    this.spark = spark;
    this.settings = settings;
    this.plan = spec.batchPlan();
    this.local = spark.isLocal();
    int parameters = spec.network().layout().size();
    int metricCount = spec.metricSet().sumCount();
    this.arrays = new SumArrays(parameters, metricCount);
    // Tasks wait while the driver copies and adds, so that cores are idle.
    int threads = Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors());
    BlockTeam team = new BlockTeam(threads, new HelperThreads("gradflow-sums", threads));
    // Fetched arrays come from the pool and go back; others belong to tasks or to the collector.
    boolean shares = !local && settings.shareFiles();
    int maxInlineFloats = SharedFloats.maxInlineFloats(settings.maxInlineFloats(), shares);
    boolean pooled = !local && parameters > maxInlineFloats;
    this.reduction =
        new StepReduction(
            spec.microShards(),
            parameters,
            metricCount,
            pooled ? arrays::giveBack : sum -> {},
            team);
    this.exchange =
        new StepExchange(spec.microShards(), settings.joinMillis(), settings.pollMillis());
    this.folder =
        pooled && shares
            ? SharedFolder.create(SparkStepEndpoint.localDirectory(), parameters, arrays, team)
            : Optional.empty();
    this.endpoint =
        new SparkStepEndpoint(
            "gradflow-steps-" + run.broadcastId(),
            run.broadcastId(),
            settings.maxInlineFloats(),
            local,
            folder,
            arrays,
            exchange::report);
    this.losses = new SparkLosses(exchange);
    try {
      endpoint.prove();
    } catch (RuntimeException | LinkageError e) {
      endpoint.close();
      run.close();
      throw e;
    }
    spark.addSparkListener(losses);
  }

  @Override
  public StepSum run(StepId id, Weights weights) {
    long start = System.nanoTime();
    giveBackLent();
    if (exchange.isOpen() && !commands.isAnnounced(id) && leaseIsOver(id, start)) {
      size.lasted();
      closeLease();
    }
    perform(Kind.GRADIENT, id, Split.TRAIN, weights, true);
    rememberPlaces();
    long total = System.nanoTime() - start;
    stepNanos = stepNanos == 0 ? total : 0.9 * stepNanos + 0.1 * total;
    lent = reduction.take();
    return new StepSum(
        lent,
        exchange.tasks(),
        answers.slowest().computeNanos(),
        answers.spreadNanos(),
        answers.slowest().weightsNanos(),
        reduction.lastNanos(),
        total);
  }

  @Override
  public void announce(StepId id, long weightsVersion) {
    if (folder.isEmpty() || !exchange.isOpen() || leaseIsOver(id, System.nanoTime())) {
      return;
    }
    exchange.announce(endpoint.announcement(commands.announce(id, weightsVersion)));
  }

  @Override
  public SubtreeSum evaluate(Split split, Weights weights) {
    run.requireSplit(split);
    giveBackLent();
    perform(Kind.EVALUATE, new StepId(0, 0, 0), split, weights, false);
    return reduction.take();
  }

  @Override
  public Optional<String> nonFinite(StepId id, Weights weights) {
    Map<Integer, String> culprits = new TreeMap<>();
    issue(
        Kind.NON_FINITE,
        id,
        Split.TRAIN,
        weights,
        culprits::clear,
        report -> {
          report.culprit().ifPresent(each -> culprits.put(report.slot(), each));
          return true;
        });
    return culprits.values().stream().findFirst();
  }

  private void perform(Kind kind, StepId id, Split split, Weights weights, boolean gradients) {
    issue(
        kind,
        id,
        split,
        weights,
        () -> {
          reduction.begin(weights.version(), gradients);
          answers.reset();
        },
        this::add);
  }

  private boolean add(TaskReport report) throws LeaseBroken, InterruptedException {
    StepSums sums = report.sums().orElseThrow();
    Optional<List<GradientSource>> gradients = gradients(report, sums);
    if (gradients.isEmpty()) {
      return false;
    }
    answers.heard(sums.timings());
    try {
      reduction.add(sums, gradients.get());
    } catch (FileGradient.Gone e) {
      throw new LeaseBroken(e.getMessage(), exchange.tasks());
    }
    return true;
  }

  /** The gradients that are in a file, none if they are in the sums; empty if they are lost. */
  private Optional<List<GradientSource>> gradients(TaskReport report, StepSums sums)
      throws InterruptedException {
    if (report.gradients().isEmpty()) {
      return Optional.of(List.of());
    }
    int count = (int) sums.subtrees().stream().filter(sum -> sum.rows() > 0).count();
    return folder.orElseThrow().gradients(report.gradients().get(), report.completed(), count);
  }

  /** Has a command carried out, under as many leases as it takes. */
  private void issue(
      Kind kind,
      StepId id,
      Split split,
      Weights weights,
      Runnable begin,
      StepExchange.Taker taker) {
    long millis = settings.stepTimeoutMillis();
    StepDeadline deadline =
        kind == Kind.EVALUATE ? StepDeadline.of(split, millis) : StepDeadline.of(id, millis);
    for (int breaks = 0; ; breaks++) {
      try {
        if (!exchange.isOpen()) {
          openLease(id);
        }
        begin.run();
        // Whom a step was announced to waits for its weights.
        StepCommand command =
            commands.take(kind, id, split, weights, () -> folder.orElseThrow().put(weights));
        exchange.perform(endpoint.orders(command, weights), deadline, taker);
        return;
      } catch (LeaseBroken e) {
        LOG.info("lease {} ends early: {}; its micro-shards are regrouped", lease, e.getMessage());
        size.broke(e.joined(), SparkSlots.count(spark));
        closeLease();
        if (breaks == MAX_BREAKS) {
          throw new GradflowException(
              ExitCode.INTERNAL,
              deadline.what() + ": " + MAX_BREAKS + " leases in a row broke: " + e.getMessage(),
              e);
        }
      } catch (InterruptedException e) {
        cancelLease();
        Thread.currentThread().interrupt();
        throw SparkJobs.cancelled(e);
      } catch (RuntimeException | Error e) {
        cancelLease();
        throw e;
      }
    }
  }

  private boolean leaseIsOver(StepId id, long now) {
    if (id.step() >= leaseEnd || now - leaseDeadline > 0) {
      return true;
    }
    if (now - checked < CHECK_NANOS) {
      return false;
    }
    checked = now;
    return size.isOutgrown(exchange.tasks(), SparkSlots.count(spark))
        || exchange.anyExecutor(executor -> SparkSlots.isLeaving(spark, executor));
  }

  private void openLease(StepId id) {
    int wanted = SparkSlots.wanted(spark);
    int tasks = size.next(wanted, SparkSlots.count(spark));
    long leaseNanos =
        size.nanos(tasks, wanted, TimeUnit.MILLISECONDS.toNanos(settings.leaseMillis()));
    long steps = stepNanos == 0 ? FIRST_LEASE_STEPS : Math.max(1, (long) (leaseNanos / stepNanos));
    lease++;
    leaseEnd = id.step() + steps;
    leaseDeadline = System.nanoTime() + 2 * leaseNanos;
    folder.ifPresent(SharedFolder::forget);
    exchange.open(lease, tasks);
    leaseRdd = new LeaseRdd(run.spec().microShards(), run.shards(tasks));
    placed = false;
    long number = lease;
    job =
        LeaseJob.start(
            spark,
            number,
            leaseRdd,
            task(number),
            LeaseJob.description(plan, id, leaseEnd),
            run.spec().microShards(),
            failure -> exchange.ended(number, failure));
  }

  /** After a lease's first step all its tasks are there, and have read or made their shards. */
  private void rememberPlaces() {
    if (placed) {
      return;
    }
    placed = true;
    if (local) {
      return;
    }
    Map<String, BlockManagerId> executors = SparkSlots.executors();
    for (int slot = 0; slot < exchange.tasks(); slot++) {
      leaseRdd.runsOn(slot, Optional.ofNullable(executors.get(exchange.executor(slot))));
    }
  }

  private ResidentTask task(long number) {
    ResidentLine line =
        new ResidentLine(
            endpoint.name(),
            run.broadcastId(),
            folder.map(each -> each.weights().blockId()).orElse(""),
            SparkEnv.get().blockManager().blockManagerId().host(),
            settings.maxInlineFloats(),
            settings.pollMillis());
    return new ResidentTask(run.handle(), line, number);
  }

  private void closeLease() {
    try {
      if (!exchange.close(CLOSE_MILLIS)) {
        cancelLease();
      }
      exchange.abandon();
    } catch (InterruptedException e) {
      cancelLease();
      Thread.currentThread().interrupt();
      throw SparkJobs.cancelled(e);
    }
  }

  private void cancelLease() {
    if (job != null) {
      job.cancel(CLOSE_MILLIS);
    }
    exchange.abandon();
  }

  private void giveBackLent() {
    if (lent != null) {
      reduction.spent(lent);
      lent = null;
    }
  }

  @Override
  public String description() {
    return "resident tasks: "
        + run.describe(Math.min(run.spec().microShards(), SparkSlots.count(spark)));
  }

  @Override
  public void close() {
    try {
      if (exchange.isOpen()) {
        closeLease();
      }
    } catch (CancellationException e) {
      LOG.debug("interrupted while the last lease ended", e);
    } finally {
      spark.removeSparkListener(losses);
      endpoint.close();
      run.close();
    }
  }
}
