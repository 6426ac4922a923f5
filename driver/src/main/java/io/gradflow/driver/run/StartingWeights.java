package io.gradflow.driver.run;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.array.ParamLayout;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.model.InitialWeights;
import io.gradflow.common.model.ModelDirectory;
import io.gradflow.common.model.Storage;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.driver.checkpoint.Checkpoint;
import io.gradflow.driver.job.Job;
import io.gradflow.driver.job.ModelSection;
import io.gradflow.driver.optim.Optimizer;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * What a new run starts from: the seed's weights, overwritten by those of a file, a model or a
 * checkpoint where the job names one.
 */
final class StartingWeights {
  private final ModelSection model;
  private final Configuration configuration;
  private final ParamLayout layout;
  private final float[] weights;

  private StartingWeights(Job job, NetworkSpec network, int restart, Configuration configuration) {
    this.model = job.model();
    this.configuration = configuration;
    this.layout = network.layout();
    this.weights = new float[layout.size()];
    network.initialize(seed(job.seed(), restart), weights);
  }

  /**
   * The flat vector, the caller's own.
   *
   * @param restart which of several starts from other random weights; 0 is that of the job's seed
   * @param optimizer gets the state of the checkpoint's, if the job asks for it
   * @throws GradflowException if what the job names is missing, damaged, or of another network
   */
  static float[] load(
      Job job, NetworkSpec network, Optimizer optimizer, int restart, Configuration configuration)
      throws IOException {
    StartingWeights start = new StartingWeights(job, network, restart, configuration);
    if (start.model.weights().isPresent()) {
      start.fromFile(start.model.weights().get());
    } else if (start.model.from().isPresent()) {
      start.from(start.model.from().get(), optimizer);
    }
    return start.weights;
  }

  /** The seed of a start. */
  static long seed(long seed, int restart) {
    return restart == 0
        ? seed
        : CounterRng.key(seed, CounterRng.Purpose.SEARCH, restart, restart, restart);
  }

  private void fromFile(String path) throws IOException {
    Path file = new Path(path);
    Storage folder =
        HadoopStorage.at(
            file.getParent() == null ? "." : file.getParent().toString(), configuration);
    InitialWeights.load(
        folder.open(file.getName()),
        folder.location(file.getName()),
        layout,
        model.allowMissing(),
        weights);
  }

  private void from(String path, Optimizer optimizer) throws IOException {
    Storage directory = HadoopStorage.at(path, configuration);
    if (Checkpoint.isAt(directory)) {
      Checkpoint checkpoint = Checkpoint.open(directory);
      checkpoint.verify();
      checkpoint.loadWeights(layout, model.allowMissing(), weights);
      if (model.fromOptimizer()) {
        optimizer.restore(checkpoint.optimizerState(optimizer.state()));
      }
      return;
    }
    if (model.fromOptimizer()) {
      throw new GradflowException(
          ExitCode.BAD_JOB,
          "model.fromOptimizer: "
              + directory.location("")
              + " is no checkpoint, and models have no optimizer's state; name a directory below"
              + " a run's checkpoints, or leave fromOptimizer out");
    }
    Storage saved = SavedModels.find(path, configuration);
    // Compares the weights with their digest, which a file of weights alone does not have.
    ModelDirectory.read(saved);
    InitialWeights.load(
        saved.open(ModelDirectory.WEIGHTS),
        saved.location(ModelDirectory.WEIGHTS),
        layout,
        model.allowMissing(),
        weights);
  }
}
