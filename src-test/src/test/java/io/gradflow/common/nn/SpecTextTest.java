package io.gradflow.common.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gradflow.common.array.Shape;
import io.gradflow.common.loss.LossSpec;
import io.gradflow.common.loss.SoftmaxCrossEntropy;
import io.gradflow.common.spec.OneOf;
import io.gradflow.common.spec.SpecReader;
import io.gradflow.common.spec.SpecWriter;
import io.gradflow.testkit.InnerProduct;
import io.gradflow.testkit.Windowed;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Layers, activations, initializers and losses as users write them. */
class SpecTextTest {
  private static final Initializer GLOROT = new Initializer.GlorotUniform();
  private static final Initializer ZEROS = new Initializer.Zeros();

  /** A document of one layer. */
  record Document(LayerSpec layer) {}

  /** A document of one loss. */
  record LossDocument(LossSpec loss) {}

  @Test
  void layer_asUsersWriteIt_isRead() {
    assertEquals(new Dense(10, new Activation.Identity(), GLOROT, ZEROS, true), layer("dense: 10"));
    assertEquals(
        new Dense(
            64,
            new Activation.LeakyRelu(0.2f),
            new Initializer.Normal(0, 0.1f),
            new Initializer.Constant(1),
            false),
        layer(
            "dense: {units: 64, activation: {leakyRelu: 0.2}, kernelInitializer: {normal: {stddev:"
                + " 0.1}}, biasInitializer: {constant: 1}, useBias: false}"));
    assertEquals(new ActivationLayer(new Activation.Relu()), layer("activation: relu"));
    assertEquals(
        new ActivationLayer(new Activation.LeakyRelu(0.01f)), layer("activation: leakyRelu"));
    assertEquals(new Dropout(0.5f), layer("dropout: 0.5"));
    assertEquals(
        new Flatten(), SpecReader.readYaml("layer: flatten", "test", Document.class).layer());
    assertEquals(new Reshape(Shape.of(2, 3)), layer("reshape: [2, 3]"));
  }

  @Test
  void windows_asUsersWriteThem_areRead() {
    Windowed three = Windowed.kernel(3);
    assertEquals(
        three.padding(new Padding.Same()).activation(new Activation.Relu()).conv2d(16),
        layer("conv2d: {filters: 16, kernel: 3, padding: same, activation: relu}"));
    assertEquals(
        Windowed.kernel(3, 5).stride(2, 1).padding(new Padding.Explicit(List.of(1, 2))).conv2d(4),
        layer("conv2d: {filters: 4, kernel: [3, 5], stride: [2, 1], padding: {explicit: [1, 2]}}"));
    assertEquals(
        three.dilation(2).conv1d(8), layer("conv1d: {filters: 8, kernel: 3, dilation: 2}"));
    assertEquals(three.depthwise(1), layer("depthwiseConv2d: 3"));
    assertEquals(
        three.padding(new Padding.Same()).separable(8, 1),
        layer("separableConv2d: {filters: 8, kernel: 3, padding: same}"));
    assertEquals(
        three.stride(2).transposed(8),
        layer("transposedConv2d: {filters: 8, kernel: 3, stride: 2}"));
    assertEquals(
        new Upsample2d(List.of(2, 2), Upsample2d.Interpolation.BILINEAR),
        layer("upsample2d: {size: 2, interpolation: bilinear}"));
    assertEquals(new ZeroPad2d(List.of(1, 1, 2, 2)), layer("zeroPad2d: [1, 2]"));
    assertEquals(new Crop2d(List.of(4, 4, 4, 4)), layer("crop2d: 4"));
    assertEquals(new ZeroPad1d(List.of(1, 2)), layer("zeroPad1d: [1, 2]"));
    assertEquals(new Crop1d(List.of(4, 4)), layer("crop1d: 4"));
    assertEquals(new Upsample1d(2, Upsample1d.Interpolation.NEAREST), layer("upsample1d: 2"));
    MaxPool2d halves = new MaxPool2d(List.of(2, 2), Optional.empty(), new Padding.Valid());
    assertEquals(halves, layer("maxPool2d: 2"));
    assertEquals(
        new AvgPool2d(List.of(2, 3), Optional.of(List.of(1, 1)), new Padding.Same()),
        layer("avgPool2d: {size: [2, 3], stride: 1, padding: same}"));
    assertEquals(
        new MaxPool1d(2, Optional.of(3), new Padding.Valid()),
        layer("maxPool1d: {size: 2, stride: 3}"));
    assertEquals(
        new GlobalAvgPool(),
        SpecReader.readYaml("layer: globalAvgPool", "test", Document.class).layer());
  }

  @Test
  void loss_asUsersWriteIt_isRead() {
    assertEquals(
        new SoftmaxCrossEntropy(0, List.of()),
        SpecReader.readYaml("loss: softmaxCrossEntropy", "test", LossDocument.class).loss());
    assertEquals(
        new SoftmaxCrossEntropy(0.1f, List.of(1f, 2f)),
        SpecReader.readYaml(
                "loss: {softmaxCrossEntropy: {labelSmoothing: 0.1, classWeights: [1, 2]}}",
                "test",
                LossDocument.class)
            .loss());
  }

  @Test
  void ownLayerAndLoss_byClassName_areRead() {
    assertEquals(
        new CustomLayerTest.RadialBasis(3),
        layer(CustomLayerTest.RadialBasis.class.getName() + ": {units: 3}"));
    assertEquals(
        new InnerProduct(),
        SpecReader.readYaml("loss: " + InnerProduct.class.getName(), "test", LossDocument.class)
            .loss());
  }

  @Test
  void network_writtenAndRead_isEqual() {
    NetworkSpec network =
        NetworkSpec.sequential(
            new InputSpec("x", Shape.of(2, 6)),
            List.of(
                new Dense(4, new Activation.Elu(0.5f), GLOROT, ZEROS, true),
                new ActivationLayer(new Activation.Softmax()),
                new Dropout(0.25f),
                new Flatten(),
                new Reshape(Shape.of(4, 2)),
                new Dense(1, new Activation.Tanh(), new Initializer.Orthogonal(2), ZEROS, false)));
    assertEquals(network, SpecReader.readJson(SpecWriter.toJson(network), NetworkSpec.class));
  }

  /** Nobody forgets to register what is declared beside its family. */
  @Test
  void family_nestedMembers_areAllRegistered() {
    for (Class<?> family : List.of(Activation.class, Initializer.class, Padding.class)) {
      List<Class<?>> registered = List.of(family.getAnnotation(OneOf.class).value());
      assertTrue(
          registered.containsAll(Arrays.asList(family.getDeclaredClasses())),
          () -> family + " registers " + registered);
    }
  }

  private static LayerSpec layer(String yaml) {
    return SpecReader.readYaml("layer: {" + yaml + "}", "test", Document.class).layer();
  }
}
