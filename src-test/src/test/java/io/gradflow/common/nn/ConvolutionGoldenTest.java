package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gradflow.testkit.Golden;
import io.gradflow.testkit.LayerGolden;
import io.gradflow.testkit.Windowed;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Convolution, pooling and resizing layers against PyTorch. */
class ConvolutionGoldenTest {
  /** Sums of up to some three hundred products of order 1/2 in float32. */
  private static final double TOLERANCE = 8e-6;

  private static final Padding SAME = new Padding.Same();
  private static final Padding VALID = new Padding.Valid();

  private static final Map<String, LayerSpec> LAYERS = layers();

  @TestFactory
  Stream<DynamicTest> layer_goldenCase_matchesPyTorch() {
    return Golden.cases("nn/convolution.json")
        .map(
            golden -> {
              String name = golden.get("name").asText();
              List<LayerSpec> layer = List.of(LAYERS.get(name));
              return DynamicTest.dynamicTest(
                  name, () -> LayerGolden.assertMatches(golden, layer, TOLERANCE));
            });
  }

  @Test
  void golden_everyLayer_hasItsCase() {
    Set<String> cases =
        Golden.cases("nn/convolution.json")
            .map(golden -> golden.get("name").asText())
            .collect(Collectors.toSet());
    assertEquals(cases, LAYERS.keySet());
  }

  private static Map<String, LayerSpec> layers() {
    Map<String, LayerSpec> layers = new LinkedHashMap<>();
    convolutions(layers);
    pools(layers);
    transposed(layers);
    resizing(layers);
    return layers;
  }

  private static void convolutions(Map<String, LayerSpec> layers) {
    Windowed plain = Windowed.kernel(3);
    Windowed same = plain.padding(SAME);
    layers.put("conv2d valid", Windowed.kernel(3, 2).conv2d(4));
    layers.put("conv2d one channel same", Windowed.kernel(5, 3).padding(SAME).conv2d(3));
    layers.put("conv2d five channels same relu", same.activation(new Activation.Relu()).conv2d(6));
    layers.put("conv2d stride 2 same", same.stride(2).conv2d(5));
    layers.put("conv2d strides 3 and 2", Windowed.kernel(2, 3).stride(3, 2).conv2d(3));
    layers.put("conv2d dilation", Windowed.kernel(3, 2).padding(SAME).dilation(2, 3).conv2d(4));
    layers.put(
        "conv2d stride and dilation",
        plain
            .padding(new Padding.Explicit(List.of(1, 2, 3, 0)))
            .dilation(2, 1)
            .stride(2, 3)
            .conv2d(4));
    layers.put("conv2d groups", same.groups(2).conv2d(4));
    layers.put(
        "conv2d pointwise gelu", Windowed.kernel(1).activation(new Activation.Gelu()).conv2d(7));
    layers.put("conv2d pointwise stride 2", Windowed.kernel(1).stride(2).withoutBias().conv2d(3));
    layers.put("conv2d vectors", Windowed.kernel(3, 1).padding(SAME).conv2d(18));
    layers.put("conv2d every group a channel", same.groups(3).conv2d(6));
    layers.put("conv1d valid", Windowed.kernel(4).conv1d(5));
    layers.put(
        "conv1d same stride 2 dilation 2 tanh",
        same.stride(2).dilation(2).activation(new Activation.Tanh()).conv1d(4));
    layers.put("conv1d groups", plain.groups(3).conv1d(3));
    layers.put("depthwiseConv2d same", same.depthwise(1));
    layers.put(
        "depthwiseConv2d multiplier stride 2",
        Windowed.kernel(3, 2)
            .stride(2)
            .padding(SAME)
            .activation(new Activation.Sigmoid())
            .depthwise(2));
  }

  private static void transposed(Map<String, LayerSpec> layers) {
    Windowed three = Windowed.kernel(3);
    layers.put("separableConv2d", three.padding(SAME).separable(4, 1));
    layers.put("separableConv2d multiplier stride 2", three.stride(2).separable(4, 2));
    layers.put("transposedConv2d", three.transposed(4));
    layers.put("transposedConv2d stride 2", three.stride(2).transposed(2));
    layers.put("transposedConv2d one channel", three.stride(2).transposed(1));
    layers.put(
        "transposedConv2d padding dilation groups",
        three
            .stride(2, 1)
            .dilation(1, 2)
            .padding(new Padding.Explicit(List.of(1)))
            .groups(2)
            .transposed(4));
    layers.put(
        "transposedConv2d same",
        Windowed.kernel(4).stride(2).padding(SAME).activation(new Activation.Relu()).transposed(3));
  }

  private static void resizing(Map<String, LayerSpec> layers) {
    Upsample2d.Interpolation bilinear = Upsample2d.Interpolation.BILINEAR;
    layers.put(
        "upsample2d nearest", new Upsample2d(List.of(2, 3), Upsample2d.Interpolation.NEAREST));
    layers.put("upsample2d bilinear", new Upsample2d(List.of(2), bilinear));
    layers.put("upsample2d bilinear 3x2", new Upsample2d(List.of(3, 2), bilinear));
    layers.put("zeroPad2d", new ZeroPad2d(List.of(1, 2, 0, 3)));
    layers.put("crop2d", new Crop2d(List.of(1, 0, 2, 1)));
    Upsample1d.Interpolation linear = Upsample1d.Interpolation.LINEAR;
    layers.put("upsample1d nearest", new Upsample1d(3, Upsample1d.Interpolation.NEAREST));
    layers.put("upsample1d linear", new Upsample1d(2, linear));
    layers.put("upsample1d linear 3", new Upsample1d(3, linear));
    layers.put("zeroPad1d", new ZeroPad1d(List.of(1, 2)));
    layers.put("crop1d", new Crop1d(List.of(2, 1)));
  }

  private static void pools(Map<String, LayerSpec> layers) {
    Optional<List<Integer>> two = Optional.of(List.of(2));
    MaxPool2d halves = new MaxPool2d(List.of(2), Optional.empty(), VALID);
    layers.put("maxPool2d 2", halves);
    layers.put("maxPool2d 2 odd", halves);
    layers.put("maxPool2d 3 stride 2 same", new MaxPool2d(List.of(3), two, SAME));
    layers.put(
        "maxPool2d 3x2 stride 1", new MaxPool2d(List.of(3, 2), Optional.of(List.of(1)), VALID));
    layers.put("maxPool1d 3 stride 2", new MaxPool1d(3, Optional.of(2), VALID));
    layers.put("avgPool2d 2", new AvgPool2d(List.of(2), Optional.empty(), VALID));
    layers.put("avgPool2d 3 stride 2 same", new AvgPool2d(List.of(3), two, SAME));
    layers.put("avgPool1d 2", new AvgPool1d(2, Optional.empty(), VALID));
    layers.put("globalMaxPool image", new GlobalMaxPool());
    layers.put("globalMaxPool sequence", new GlobalMaxPool());
    layers.put("globalAvgPool image", new GlobalAvgPool());
    layers.put("globalAvgPool sequence", new GlobalAvgPool());
  }
}
