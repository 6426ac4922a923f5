package io.gradflow.bench;

import io.gradflow.common.array.Shape;
import io.gradflow.common.nn.Activation;
import io.gradflow.common.nn.ActivationLayer;
import io.gradflow.common.nn.Add;
import io.gradflow.common.nn.BatchNorm;
import io.gradflow.common.nn.Conv2d;
import io.gradflow.common.nn.Dense;
import io.gradflow.common.nn.GlobalAvgPool;
import io.gradflow.common.nn.Initializer;
import io.gradflow.common.nn.InputSpec;
import io.gradflow.common.nn.LayerSpec;
import io.gradflow.common.nn.NetworkSpec;
import io.gradflow.common.nn.NodeSpec;
import io.gradflow.common.nn.Padding;
import java.util.ArrayList;
import java.util.List;

/**
 * ResNet-20 for images of CIFAR's size, as in He et al. (2015), arXiv:1512.03385, section 4.2, with
 * 1x1 convolutions on the shortcuts that change shape.
 */
final class ImageNetworks {
  private static final int CLASSES = 10;

  private final List<NodeSpec> nodes = new ArrayList<>();

  private ImageNetworks() {}

  /** Three stages of three residual pairs of 3x3 convolutions, 16, 32 and 64 channels wide. */
  static NetworkSpec resnet20() {
    ImageNetworks network = new ImageNetworks();
    String last = network.relu("first", network.convolution("first", 16, 3, 1, "features"));
    for (int stage = 0; stage < 3; stage++) {
      for (int pair = 0; pair < 3; pair++) {
        int stride = stage > 0 && pair == 0 ? 2 : 1;
        last = network.pair("s" + stage + "p" + pair, 16 << stage, stride, last);
      }
    }
    String pooled = network.node("pool", new GlobalAvgPool(), last);
    String logits =
        network.node(
            "logits",
            new Dense(
                CLASSES,
                new Activation.Identity(),
                new Initializer.GlorotUniform(),
                new Initializer.Zeros(),
                true),
            pooled);
    return new NetworkSpec(
        List.of(new InputSpec("features", Shape.of(32, 32, 3))), network.nodes, List.of(logits));
  }

  private String pair(String name, int channels, int stride, String from) {
    String way = relu(name + "a", convolution(name + "a", channels, 3, stride, from));
    way = convolution(name + "b", channels, 3, 1, way);
    String past = stride == 1 ? from : convolution(name + "past", channels, 1, stride, from);
    return relu(name, node(name + "_sum", new Add(), past, way));
  }

  /** A convolution and its batch normalization. */
  private String convolution(String name, int filters, int kernel, int stride, String from) {
    List<Integer> one = List.of(1);
    Conv2d layer =
        new Conv2d(
            filters,
            List.of(kernel),
            List.of(stride),
            new Padding.Same(),
            one,
            1,
            new Activation.Identity(),
            new Initializer.HeNormal(),
            new Initializer.Zeros(),
            false);
    return node(name + "_norm", new BatchNorm(0.1f, 1e-5f, true), node(name, layer, from));
  }

  private String relu(String name, String from) {
    return node(name + "_relu", new ActivationLayer(new Activation.Relu()), from);
  }

  private String node(String name, LayerSpec layer, String... inputs) {
    nodes.add(new NodeSpec(name, layer, List.of(inputs)));
    return name;
  }
}
