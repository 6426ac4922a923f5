package io.gradflow.driver.optim;

import io.gradflow.common.spec.Default;
import io.gradflow.common.spec.Doc;
import io.gradflow.common.spec.Kind;
import java.util.List;

/**
 * Adafactor (Shazeer and Stern 2018, algorithms 4 and 5 without momentum): {@link
 * ScaleByFactoredRms}, then {@link ScaleByRootMeanSquares}. The second moment of a matrix takes the
 * memory of its rows and columns alone.
 *
 * <p>The paper's relative step is {@code min(learningRate, 1 / sqrt(t))}; its factor of the
 * parameter's root mean square comes with {@code scaleByParameter}.
 */
@Kind("adafactor")
@Doc("Adam's scaling with the memory of rows and columns alone.")
public record Adafactor(
    @Default("0.01") @Doc("Step length, as a share of the parameter's size.") double learningRate,
    @Default("0.8") @Doc("The second moment's decay in step t is 1 - t^-decay.") double decay,
    @Default("1") @Doc("Root mean square that a parameter's direction is cut to.")
        double clipThreshold,
    @Default("true") @Doc("Whether the step is at most 1 / sqrt(t).") boolean relativeStep,
    @Default("true") @Doc("Whether steps are multiplied by the parameter's root mean square.")
        boolean scaleByParameter,
    @Default("1e-30") @Doc("Added to squares of the gradient.") double epsilon,
    @Default("0.001") @Doc("The least root mean square that a parameter counts with.")
        double parameterEpsilon)
    implements OptimizerSpec {
  public Adafactor {
    Hyperparameters.positive("adafactor", "learningRate", learningRate);
    Hyperparameters.positive("adafactor", "decay", decay);
    Hyperparameters.positive("adafactor", "epsilon", epsilon);
    Hyperparameters.positive("adafactor", "clipThreshold", clipThreshold);
    Hyperparameters.positive("adafactor", "parameterEpsilon", parameterEpsilon);
  }

  @Override
  public List<GradientTransform> transforms() {
    return List.of(
        new ScaleByFactoredRms(decay, epsilon),
        new ScaleByRootMeanSquares(
            clipThreshold, relativeStep, scaleByParameter, parameterEpsilon));
  }
}
