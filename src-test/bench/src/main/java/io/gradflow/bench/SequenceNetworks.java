package io.gradflow.bench;

import io.gradflow.common.array.Shape;
import io.gradflow.common.nn.Activation;
import io.gradflow.common.nn.Dense;
import io.gradflow.common.nn.Embedding;
import io.gradflow.common.nn.Initializer;
import io.gradflow.common.nn.InputSpec;
import io.gradflow.common.nn.LayerNorm;
import io.gradflow.common.nn.LayerSpec;
import io.gradflow.common.nn.LearnedPositions;
import io.gradflow.common.nn.Lstm;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.common.nn.TransformerBlock;
import java.util.ArrayList;
import java.util.List;

/** Language models of 64 tokens. */
final class SequenceNetworks {
  private static final int VOCABULARY = 64;
  private static final Initializer GLOROT = new Initializer.GlorotUniform();
  private static final Initializer SMALL = new Initializer.Normal(0, 0.05f);

  private SequenceNetworks() {}

  /** One-hot tokens, 64 steps, an LSTM of 256. */
  static NetworkSpec lstm() {
    return NetworkSpec.sequential(
        new InputSpec("features", Shape.of(64, VOCABULARY)),
        List.of(new Lstm(256, true, false, 0, GLOROT, new Initializer.Orthogonal(1), 1), logits()));
  }

  /** 128 steps, four causal blocks of width 128 with four heads, 512 between their dense layers. */
  static NetworkSpec transformer() {
    List<LayerSpec> layers = new ArrayList<>();
    layers.add(new Embedding(VOCABULARY, 128, false, SMALL));
    layers.add(new LearnedPositions(SMALL));
    for (int i = 0; i < 4; i++) {
      layers.add(
          new TransformerBlock(
              4,
              512,
              new Activation.Gelu(),
              TransformerBlock.Norm.PRE,
              true,
              false,
              0,
              1e-5f,
              GLOROT));
    }
    layers.add(new LayerNorm(1e-5f, true));
    layers.add(logits());
    return NetworkSpec.sequential(new InputSpec("features", Shape.of(128)), layers);
  }

  private static Dense logits() {
    return new Dense(VOCABULARY, new Activation.Identity(), GLOROT, new Initializer.Zeros(), true);
  }
}
