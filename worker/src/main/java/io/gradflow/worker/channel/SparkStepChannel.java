package io.gradflow.worker.channel;

import io.gradflow.common.message.BlockRef;
import io.gradflow.common.message.StepCommand;
import io.gradflow.common.message.StepCommand.Kind;
import io.gradflow.common.message.SubtreeSum;
import io.gradflow.common.message.TaskReport;
import io.gradflow.common.serial.MessageSerializer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkEnv;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcTimeout;
import org.apache.spark.rpc.RpcTimeoutException;
import org.apache.spark.serializer.SerializerInstance;
import org.apache.spark.util.RpcUtils;
import scala.concurrent.Future;
import scala.concurrent.duration.FiniteDuration;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * A line to the driver over Spark's own RPC, large arrays as blocks, or through files where both
 * are on one machine: no port, no daemon, and Spark's authentication and encryption. In local mode
 * reports and commands pass by reference; between processes as bytes, because an executor's RPC
 * opens messages with Spark's own class loader, which knows no class of an application's jar.
 */
public final class SparkStepChannel implements StepChannel {
  private static final ClassTag<Object> ANSWER = ClassTag$.MODULE$.apply(Object.class);
  private static final float[] ELSEWHERE = {};

  private final ResidentLine line;
  private final RpcEndpointRef driver;
  private final RpcTimeout timeout;
  private final SerializerInstance kryo;
  private final SparkBlocks blocks;
  private final String executorId;
  private final boolean local;
  private final Optional<SharedFiles> files;

  /**
   * @param attempt tells this task's blocks from those of others on the executor
   */
  public SparkStepChannel(ResidentLine line, long attempt) {
    SparkEnv env = SparkEnv.get();
    this.line = line;
    this.driver = RpcUtils.makeDriverRef(line.endpoint(), env.conf(), env.rpcEnv());
    this.timeout =
        new RpcTimeout(
            new FiniteDuration(line.pollMillis(), TimeUnit.MILLISECONDS),
            "spark.gradflow.pollMillis");
    this.kryo = MessageSerializer.newInstance();
    this.blocks = new SparkBlocks(line.broadcastId(), "_gradflow_sums_" + attempt);
    this.executorId = env.executorId();
    this.local = driver.address() != null && driver.address().equals(env.rpcEnv().address());
    boolean sameMachine = line.driverHost().equals(env.blockManager().blockManagerId().host());
    this.files =
        sameMachine && !line.sharedFile().isEmpty()
            ? SharedFiles.open(line, executorId, attempt)
            : Optional.empty();
  }

  @Override
  public StepCommand exchange(TaskReport report) throws InterruptedException {
    try {
      if (local) {
        return (StepCommand) driver.askSync(report, timeout, ANSWER);
      }
      List<float[]> gradients = large(report);
      TaskReport sent = gradients.isEmpty() ? report : withBlocks(report, gradients);
      Future<Object> answer = driver.ask(MessageSerializer.encode(sent, kryo), timeout, ANSWER);
      if (sent.gradients().filter(BlockRef::isFile).isPresent()) {
        // While the message travels; the driver waits for them.
        files.orElseThrow().write(sent.completed(), gradients);
      }
      return (StepCommand) MessageSerializer.decode((byte[]) timeout.awaitResult(answer), kryo);
    } catch (Throwable e) {
      // Scala throws checked exceptions undeclared.
      if (e instanceof RpcTimeoutException) {
        return StepCommand.bare(Kind.WAIT);
      }
      throw e;
    }
  }

  /** A report's gradients, if they are too large to travel in it. */
  private List<float[]> large(TaskReport report) {
    if (report.sums().isEmpty()) {
      return List.of();
    }
    List<float[]> gradients =
        report.sums().get().subtrees().stream()
            .filter(sum -> sum.rows() > 0)
            .map(SubtreeSum::gradientSum)
            .toList();
    int maxFloats = SharedFloats.maxInlineFloats(line.maxInlineFloats(), sharesFiles());
    boolean inline = gradients.stream().allMatch(gradient -> gradient.length <= maxFloats);
    return inline ? List.of() : gradients;
  }

  /** The report with its gradients elsewhere: held ready as a block, or soon in a shared file. */
  private TaskReport withBlocks(TaskReport report, List<float[]> gradients) {
    BlockRef block =
        files.flatMap(each -> each.place(gradients)).orElseGet(() -> blocks.put(gradients));
    List<SubtreeSum> bare =
        report.sums().orElseThrow().subtrees().stream()
            .map(sum -> sum.withGradient(ELSEWHERE))
            .toList();
    return report.with(bare, Optional.of(block));
  }

  @Override
  public boolean await(BlockRef block, long version) throws InterruptedException {
    return !block.isFile() || files.orElseThrow().await(version);
  }

  @Override
  public boolean fetch(BlockRef block, long version, float[] into) throws InterruptedException {
    if (block.isFile()) {
      return files.orElseThrow().read(version, into);
    }
    SparkBlocks.fetch(block, into);
    return true;
  }

  @Override
  public boolean sharesFiles() {
    return files.isPresent();
  }

  @Override
  public String executorId() {
    return executorId;
  }

  @Override
  public void close() {
    blocks.close();
    files.ifPresent(SharedFiles::close);
  }
}
