package io.gradflow.testkit;

import io.gradflow.common.nn.Activation;
import io.gradflow.common.nn.Conv1d;
import io.gradflow.common.nn.Conv2d;
import io.gradflow.common.nn.DepthwiseConv2d;
import io.gradflow.common.nn.Initializer;
import io.gradflow.common.nn.Padding;
import io.gradflow.common.nn.SeparableConv2d;
import io.gradflow.common.nn.TransposedConv2d;
import java.util.Arrays;
import java.util.List;

/** Convolution layers in few words: what is not said has its default. */
public record Windowed(
    List<Integer> kernel,
    List<Integer> stride,
    Padding padding,
    List<Integer> dilation,
    int groups,
    Activation activation,
    boolean useBias) {
  private static final Initializer GLOROT = new Initializer.GlorotUniform();
  private static final Initializer ZEROS = new Initializer.Zeros();

  /** Without padding, stride 1, no activation, with a bias. */
  public static Windowed kernel(Integer... kernel) {
    List<Integer> one = List.of(1);
    return new Windowed(
        Arrays.asList(kernel), one, new Padding.Valid(), one, 1, new Activation.Identity(), true);
  }

  public Windowed stride(Integer... steps) {
    List<Integer> list = Arrays.asList(steps);
    return new Windowed(kernel, list, padding, dilation, groups, activation, useBias);
  }

  public Windowed padding(Padding other) {
    return new Windowed(kernel, stride, other, dilation, groups, activation, useBias);
  }

  public Windowed dilation(Integer... distances) {
    List<Integer> list = Arrays.asList(distances);
    return new Windowed(kernel, stride, padding, list, groups, activation, useBias);
  }

  public Windowed groups(int count) {
    return new Windowed(kernel, stride, padding, dilation, count, activation, useBias);
  }

  public Windowed activation(Activation function) {
    return new Windowed(kernel, stride, padding, dilation, groups, function, useBias);
  }

  public Windowed withoutBias() {
    return new Windowed(kernel, stride, padding, dilation, groups, activation, false);
  }

  public Conv2d conv2d(int filters) {
    return new Conv2d(
        filters, kernel, stride, padding, dilation, groups, activation, GLOROT, ZEROS, useBias);
  }

  public Conv1d conv1d(int filters) {
    return new Conv1d(
        filters,
        kernel.get(0),
        stride.get(0),
        padding,
        dilation.get(0),
        groups,
        activation,
        GLOROT,
        ZEROS,
        useBias);
  }

  public SeparableConv2d separable(int filters, int multiplier) {
    return new SeparableConv2d(
        filters, kernel, multiplier, stride, padding, dilation, activation, GLOROT, ZEROS, useBias);
  }

  public TransposedConv2d transposed(int filters) {
    return new TransposedConv2d(
        filters, kernel, stride, padding, dilation, groups, activation, GLOROT, ZEROS, useBias);
  }

  public DepthwiseConv2d depthwise(int multiplier) {
    return new DepthwiseConv2d(
        kernel, multiplier, stride, padding, dilation, activation, GLOROT, ZEROS, useBias);
  }
}
