package io.gradflow.common.model;

import io.gradflow.common.array.CounterRng;
import io.gradflow.common.data.ColumnEncoder;
import io.gradflow.common.data.FieldEncoder;
import io.gradflow.common.data.TextLevel;
import io.gradflow.common.data.TextTokens;
import io.gradflow.common.data.TokenIndexer;
import io.gradflow.common.error.ExitCode;
import io.gradflow.common.error.GradflowException;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.nn.NetworkSpec;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Lets a language model write: draws the next token from the probabilities at the text's last
 * position, again and again. Padding and the unknown token are never drawn.
 *
 * <p>A recurrent network carries its state from token to token ({@link NetworkSpec#stepwise}): it
 * sees the whole text, prompt included, however long, and a token costs one step. Any other sees as
 * many of the last tokens as its input has positions, and reads them again for each token.
 *
 * <p>Token i is drawn from p^(1 / temperature), normalised, of the topK most probable tokens, by
 * number i of the stream of the seed: equal arguments give equal texts. Temperature 0 takes the
 * most probable token, the first of equals. One thread at a time.
 */
public final class TextGenerator {
  /** Indices of padding and of the unknown token. */
  private static final int FIRST_DRAWN = 2;

  private final TextTokens text;
  private final TokenIndexer indexer;
  private final Model model;
  private final Optional<NetworkSpec> stepwise;
  private final int vocabulary;
  private final double[] shares;

  /**
   * @throws GradflowException BAD_DATA unless the model predicts the next token of its one text
   */
  public TextGenerator(Model model) {
    ModelSpec spec = model.spec();
    List<FieldEncoder> inputs = spec.preprocessing().inputs();
    List<ColumnEncoder> parts = inputs.get(0).parts();
    int positions = inputs.get(0).shape().size();
    List<ModelOutput> outputs = spec.modelOutputs();
    boolean fits =
        inputs.size() == 1
            && outputs.size() == 1
            && parts.size() == 1
            && parts.get(0) instanceof TextTokens
            && outputs.get(0).link() == LossSpec.Link.SOFTMAX
            && outputs.get(0).predictionWidth()
                == positions * ((TextTokens) parts.get(0)).vocabulary().size();
    if (!fits) {
      throw new GradflowException(
          ExitCode.BAD_DATA,
          "model "
              + spec.name()
              + " does not write text; expected one text feature, label as: nextToken and an output"
              + " [steps, vocabulary] under softmaxCrossEntropy");
    }
    this.text = (TextTokens) parts.get(0);
    this.indexer = new TokenIndexer(text.level(), text.vocabulary());
    this.vocabulary = text.vocabulary().size();
    this.model = model;
    this.stepwise = spec.network().stepwise();
    this.shares = new double[vocabulary];
  }

  /**
   * Writes on.
   *
   * @param prompt what the text begins with; not put out again
   * @param length tokens to write
   * @param temperature 0 and more; below 1 likely tokens become likelier
   * @param topK how many of the most probable tokens are drawn from; 0 for all
   * @param to takes each token's text, with a space in front where words are apart
   * @throws GradflowException USAGE for a prompt without any token or numbers out of range
   */
  public void write(
      String prompt, int length, double temperature, int topK, long seed, Consumer<String> to) {
    if (!(temperature >= 0 && temperature < Double.POSITIVE_INFINITY) || topK < 0 || length < 0) {
      throw new GradflowException(
          ExitCode.USAGE,
          "temperature %s, top-k %d, length %d; expected finite numbers of at least 0"
              .formatted(temperature, topK, length));
    }
    int known = indexer.index(text.prepared(prompt), Integer.MAX_VALUE);
    if (known == 0) {
      throw new GradflowException(
          ExitCode.USAGE, "the prompt holds no token; expected at least one " + text.level());
    }
    TokenReader reader =
        stepwise.isPresent() ? new CarriedReader(model, stepwise.get()) : new WindowReader(model);
    for (int i = 0; i < known; i++) {
      reader.read(indexer.get(i));
    }
    long key = CounterRng.key(seed, CounterRng.Purpose.GENERATE, 0, 0, 0);
    for (int i = 0; i < length; i++) {
      int next = draw(reader.next(), temperature, topK, CounterRng.uniformDouble(key, i));
      reader.read(next);
      String token = text.vocabulary().get(next);
      to.accept(text.level() == TextLevel.WORD ? " " + token : token);
    }
  }

  private int draw(float[] probabilities, double temperature, int topK, double draw) {
    if (temperature == 0) {
      return mostProbable(probabilities);
    }
    float largest = probabilities[mostProbable(probabilities)];
    double sum = 0;
    for (int j = FIRST_DRAWN; j < vocabulary; j++) {
      boolean drawn = topK == 0 || isAmongTop(probabilities, j, topK);
      // Shares of the most probable token's: no temperature makes all of them 0.
      double share = (double) probabilities[j] / largest;
      shares[j] = drawn ? StrictMath.pow(share, 1 / temperature) : 0;
      sum += shares[j];
    }
    double rest = draw * sum;
    int last = FIRST_DRAWN;
    for (int j = FIRST_DRAWN; j < vocabulary; j++) {
      if (shares[j] > 0) {
        last = j;
        rest -= shares[j];
        if (rest < 0) {
          return j;
        }
      }
    }
    return last;
  }

  private int mostProbable(float[] probabilities) {
    int best = FIRST_DRAWN;
    for (int j = FIRST_DRAWN + 1; j < vocabulary; j++) {
      best = probabilities[j] > probabilities[best] ? j : best;
    }
    return best;
  }

  /** Whether fewer than k tokens are more probable; of equals the first come first. */
  private boolean isAmongTop(float[] probabilities, int j, int k) {
    int before = 0;
    for (int i = FIRST_DRAWN; i < vocabulary && before < k; i++) {
      int order = Float.compare(probabilities[i], probabilities[j]);
      if (order > 0 || (order == 0 && i < j)) {
        before++;
      }
    }
    return before < k;
  }
}
