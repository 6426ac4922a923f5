package io.gradflow.driver.step;

import io.gradflow.common.message.BlockRef;
import io.gradflow.common.message.StepCommand;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.message.TaskReport;
import io.gradflow.common.message.Weights;
import io.gradflow.common.reduce.SumArrays;
import io.gradflow.common.serial.MessageSerializer;
import io.gradflow.worker.channel.SharedFloats;
import io.gradflow.worker.channel.SparkBlocks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.rpc.RpcCallContext;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcEnv;
import org.apache.spark.rpc.ThreadSafeRpcEndpoint;
import org.apache.spark.serializer.SerializerInstance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.PartialFunction;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractPartialFunction;
import scala.runtime.BoxedUnit;

/**
 * Where resident tasks reach the driver: an endpoint on Spark's own RPC, the counterpart of {@code
 * SparkStepChannel}. Opens reports, fetches gradients that wait as blocks into pooled arrays, and
 * encodes commands, large weights as one block, or one file, for all executors. In local mode both
 * pass by reference.
 */
final class SparkStepEndpoint implements ThreadSafeRpcEndpoint, AutoCloseable {
  /** The lease of a report that only asks whether anybody listens; leases count from 1. */
  private static final long PROBE = 0;

  private static final long NO_BROADCAST = Long.MAX_VALUE;
  private static final AtomicLong PROBES = new AtomicLong();
  private static final Logger LOG = LoggerFactory.getLogger(SparkStepEndpoint.class);

  private final RpcEnv rpcEnv;
  private final RpcEndpointRef ref;
  private final String name;
  private final int maxInlineFloats;
  private final boolean local;
  private final Optional<SharedFolder> folder;
  private final SumArrays arrays;
  private final BiConsumer<TaskReport, Consumer<StepCommand>> exchange;
  private final SerializerInstance opening;
  private final SerializerInstance sealing;
  private final SparkBlocks blocks;
  private BlockRef weightsBlock;
  private long blockVersion = LeaseSlot.NOBODY;
  private StepCommand sealed;
  private byte[] sealedBytes;

  /** The first of the directories that Spark keeps this process's files in. */
  static Path localDirectory() {
    return SparkEnv.get().blockManager().diskBlockManager().localDirs()[0].toPath();
  }

  /**
   * Begins to listen.
   *
   * @param name that tasks ask for
   * @param broadcastId that names blocks of the run
   * @param local whether tasks run in this process
   * @param folder through which tasks on this machine exchange large arrays, if they do; closed
   *     with this
   * @param arrays where gradients go that are fetched as blocks
   * @param exchange takes reports, and where the answer goes, on threads of the network
   */
  SparkStepEndpoint(
      String name,
      long broadcastId,
      int maxInlineFloats,
      boolean local,
      Optional<SharedFolder> folder,
      SumArrays arrays,
      BiConsumer<TaskReport, Consumer<StepCommand>> exchange) {
    SparkEnv env = SparkEnv.get();
    this.rpcEnv = env.rpcEnv();
    this.name = name;
    this.maxInlineFloats = maxInlineFloats;
    this.local = local;
    this.folder = folder;
    this.arrays = arrays;
    this.exchange = exchange;
    this.opening = MessageSerializer.newInstance();
    this.sealing = MessageSerializer.newInstance();
    this.blocks = new SparkBlocks(broadcastId, "_gradflow_weights");
    this.ref = rpcEnv.setupEndpoint(name, this);
  }

  String name() {
    return name;
  }

  @Override
  public RpcEnv rpcEnv() {
    return rpcEnv;
  }

  @Override
  public PartialFunction<Object, BoxedUnit> receiveAndReply(RpcCallContext context) {
    return new AbstractPartialFunction<>() {
      @Override
      public boolean isDefinedAt(Object message) {
        return message instanceof TaskReport || message instanceof byte[];
      }

      @Override
      public BoxedUnit apply(Object message) {
        if (message instanceof byte[] bytes) {
          receiveEncoded(bytes, context);
        } else {
          exchange.accept((TaskReport) message, context::reply);
        }
        return BoxedUnit.UNIT;
      }
    };
  }

  /**
   * Proves it with an endpoint of its own.
   *
   * @throws RuntimeException or LinkageError as {@link #prove}
   */
  static void proveItWorks(SparkContext spark) {
    try (SparkStepEndpoint probe =
        new SparkStepEndpoint(
            "gradflow-probe-" + PROBES.incrementAndGet(),
            NO_BROADCAST,
            0,
            spark.isLocal(),
            Optional.empty(),
            new SumArrays(0, 0),
            (report, reply) -> {})) {
      probe.prove();
    }
  }

  /**
   * Proves that Spark's RPC and block transfer work as this class expects, by a report to itself
   * and a block of its own.
   *
   * @throws RuntimeException or LinkageError if they do not
   */
  void prove() {
    TaskReport probe =
        new TaskReport(
            PROBE, 0, 0, "", false, 0, 0, Optional.empty(), Optional.empty(), Optional.empty());
    byte[] answer =
        ref.askSync(
            MessageSerializer.encode(probe, sealing), ClassTag$.MODULE$.apply(byte[].class));
    if (((StepCommand) MessageSerializer.decode(answer, opening)).kind() != StepCommand.Kind.WAIT) {
      throw new IllegalStateException("Spark's RPC does not give back what was answered");
    }
    if (!local) {
      float[] sent = {1, -0f, Float.MIN_VALUE};
      float[] fetched = new float[sent.length];
      try {
        SparkBlocks.fetch(blocks.put(List.of(sent)), fetched);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw SparkJobs.cancelled(e);
      }
      if (!Arrays.equals(sent, fetched)) {
        throw new IllegalStateException("Spark's block transfer does not give back what was put");
      }
    }
  }

  private void receiveEncoded(byte[] bytes, RpcCallContext context) {
    TaskReport report = (TaskReport) MessageSerializer.decode(bytes, opening);
    if (report.lease() == PROBE) {
      StepCommand wait = StepCommand.bare(StepCommand.Kind.WAIT);
      context.reply(MessageSerializer.encode(wait, opening));
      return;
    }
    Consumer<StepCommand> reply = command -> context.reply(seal(command));
    if (report.gradients().filter(place -> !place.isFile()).isEmpty()) {
      exchange.accept(report, reply);
      return;
    }
    BlockRef place = report.gradients().get();
    List<float[]> fetched = new ArrayList<>();
    TaskReport whole = withArrays(report, fetched);
    CompletableFuture<?> unused =
        SparkBlocks.fetch(place, fetched)
            .whenComplete(
                (done, error) -> {
                  if (error == null) {
                    exchange.accept(whole, reply);
                  } else {
                    // The task asks again when it hears nothing, and is told the command again.
                    LOG.debug("cannot fetch {}", place, error);
                  }
                });
  }

  /**
   * A command's bytes, encoded once for all executors that get the same. On the trainer's thread.
   */
  private byte[] seal(StepCommand command) {
    if (!command.equals(sealed)) {
      sealedBytes = MessageSerializer.encode(command, sealing);
      sealed = command;
    }
    return sealedBytes;
  }

  /** The report with arrays for its gradients, which are also added to a list, in order. */
  private TaskReport withArrays(TaskReport report, List<float[]> fetched) {
    List<SubtreeSum> subtrees = new ArrayList<>();
    for (SubtreeSum sum : report.sums().orElseThrow().subtrees()) {
      if (sum.rows() > 0) {
        float[] array = arrays.takeUncleared();
        fetched.add(array);
        subtrees.add(sum.withGradient(array));
      } else {
        subtrees.add(sum);
      }
    }
    return report.with(subtrees, Optional.empty());
  }

  /**
   * A command that sends those who share files to wait for weights that are still to be written.
   *
   * @throws java.util.NoSuchElementException if no files are shared
   */
  StepExchange.Orders announcement(StepCommand command) {
    BlockRef place = folder.orElseThrow().weights();
    return new StepExchange.Orders(
        command, shares -> command.with(Optional.empty(), Optional.of(place)), false);
  }

  /** A command and the ways to give the weights with it. Used on the trainer's thread. */
  StepExchange.Orders orders(StepCommand command, Weights weights) {
    return new StepExchange.Orders(
        command,
        sharesFiles ->
            isInline(weights, sharesFiles)
                ? command.with(Optional.of(weights), Optional.empty())
                : command.with(Optional.empty(), Optional.of(place(weights, sharesFiles))),
        local);
  }

  private boolean isInline(Weights weights, boolean sharesFiles) {
    boolean shares = sharesFiles && folder.isPresent();
    return local
        || weights.values().length <= SharedFloats.maxInlineFloats(maxInlineFloats, shares);
  }

  private BlockRef place(Weights weights, boolean sharesFiles) {
    if (sharesFiles && folder.isPresent()) {
      return folder.get().put(weights);
    }
    if (blockVersion != weights.version()) {
      weightsBlock = blocks.put(List.of(weights.values()));
      blockVersion = weights.version();
    }
    return weightsBlock;
  }

  @Override
  public void close() {
    rpcEnv.stop(ref);
    blocks.close();
    folder.ifPresent(SharedFolder::close);
  }
}
