"""Writes convolution.json: what PyTorch computes for convolution, pooling and resizing layers.

Run with PyTorch 1.13.1:  python3 convolution.py
Inputs are multiples of 1/32, short to write, and everything is computed in float64. Images are
[rows, height, width, channels] and sequences [rows, steps, channels]; kernels are [KH, KW, C /
groups, O]. "same" is padded here by hand: evenly, an odd zero behind.
"""

import json
import os

import torch
import torch.nn.functional as F

import generate
from generate import HERE, layer_case

torch.manual_seed(20241)


def rounded(*shape, scale=1.0):
    return torch.round(torch.randn(*shape) * scale * 32).double() / 32


generate.rounded = rounded


def first(x):
    """Channels-last to channels-first."""
    return x.movedim(-1, 1)


def last(y):
    return y.movedim(1, -1)


def same(x, kernel, stride, dilation=(1, 1), value=0.0):
    """Pads channels-first images (or sequences) for ceil(in / stride) outputs."""
    pads = []
    for axis in reversed(range(len(kernel))):
        n = x.shape[2 + axis]
        out = -(-n // stride[axis])
        missing = max(0, (out - 1) * stride[axis] + (kernel[axis] - 1) * dilation[axis] + 1 - n)
        pads += [missing // 2, missing - missing // 2]
    return F.pad(x, pads, value=value)


def convolution(stride=(1, 1), padding="valid", dilation=(1, 1), groups=1, activation=None):
    def forward(x, kernel, bias=None):
        axes = kernel.dim() - 2
        weight = kernel.movedim(-1, 0).movedim(-1, 1)
        x = first(x)
        if padding == "same":
            x = same(x, kernel.shape[:axes], stride, dilation)
        elif padding != "valid":
            x = F.pad(x, [padding[2], padding[3], padding[0], padding[1]][: 2 * axes])
        function = F.conv2d if axes == 2 else F.conv1d
        y = last(function(x, weight, bias, stride[:axes], 0, dilation[:axes], groups))
        return y if activation is None else activation(y)

    return forward


def images(name, x, kernel, bias=True, **arguments):
    parameters = {"kernel": rounded(*kernel, scale=0.5)}
    if bias:
        parameters["bias"] = rounded(kernel[-1], scale=0.5)
    return layer_case(name, [rounded(*x)], parameters, convolution(**arguments))


def convolutions():
    return [
        images("conv2d valid", (2, 6, 5, 3), (3, 2, 3, 4)),
        images("conv2d one channel same", (2, 5, 7, 1), (5, 3, 1, 3), padding="same"),
        images("conv2d five channels same relu", (3, 5, 4, 5), (3, 3, 5, 6), padding="same", activation=torch.relu),
        images("conv2d stride 2 same", (2, 6, 5, 6), (3, 3, 6, 5), padding="same", stride=(2, 2)),
        images("conv2d strides 3 and 2", (2, 8, 7, 5), (2, 3, 5, 3), stride=(3, 2)),
        images("conv2d dilation", (1, 8, 9, 5), (3, 2, 5, 4), dilation=(2, 3), padding="same"),
        images("conv2d stride and dilation", (2, 9, 8, 2), (3, 3, 2, 4), dilation=(2, 1), stride=(2, 3), padding=(1, 2, 3, 0)),
        images("conv2d groups", (2, 4, 5, 6), (3, 3, 3, 4), padding="same", groups=2),
        images("conv2d pointwise gelu", (2, 3, 4, 5), (1, 1, 5, 7), activation=F.gelu),
        images("conv2d pointwise stride 2", (2, 5, 4, 5), (1, 1, 5, 3), stride=(2, 2), bias=False),
        images("conv2d vectors", (1, 4, 3, 17), (3, 1, 17, 18), padding="same"),
        images("conv2d every group a channel", (2, 5, 4, 3), (3, 3, 1, 6), padding="same", groups=3),
        images("conv1d valid", (2, 9, 3), (4, 3, 5)),
        images("conv1d same stride 2 dilation 2 tanh", (1, 11, 6), (3, 6, 4), stride=(2,), dilation=(2,), padding="same", activation=torch.tanh),
        images("conv1d groups", (2, 7, 6), (3, 2, 3), groups=3),
        images("depthwiseConv2d same", (1, 5, 4, 18), (3, 3, 1, 18), padding="same", groups=18),
        images("depthwiseConv2d multiplier stride 2", (2, 6, 5, 3), (3, 2, 1, 6), stride=(2, 2), padding="same", groups=3, activation=torch.sigmoid),
    ]


def transposed(name, x, kernel, groups=1, activation=None, cut=(), **arguments):
    """The kernel is [KH, KW, O / groups, C]; cut is what "same" takes off: top, bottom, left, right."""

    def forward(x, kernel, bias):
        weight = kernel.movedim(-1, 0).movedim(-1, 1)
        y = last(F.conv_transpose2d(first(x), weight, bias, groups=groups, **arguments))
        if cut:
            y = y[:, cut[0] : y.shape[1] - cut[1], cut[2] : y.shape[2] - cut[3]]
        return y if activation is None else activation(y)

    parameters = {
        "kernel": rounded(*kernel, scale=0.5),
        "bias": rounded(kernel[2] * groups, scale=0.5),
    }
    return layer_case(name, [rounded(*x)], parameters, forward)


def separable(name, x, multiplier, filters, stride, padding):
    channels = x[-1]

    def forward(x, depthwiseKernel, pointwiseKernel, bias):
        weight = depthwiseKernel.movedim(-1, 0).movedim(-1, 1)
        between = F.conv2d(first(x), weight, None, stride, padding, 1, channels)
        return last(between).matmul(pointwiseKernel[0, 0]) + bias

    parameters = {
        "depthwiseKernel": rounded(3, 3, 1, channels * multiplier, scale=0.5),
        "pointwiseKernel": rounded(1, 1, channels * multiplier, filters, scale=0.5),
        "bias": rounded(filters, scale=0.5),
    }
    return layer_case(name, [rounded(*x)], parameters, forward)


def upsampled(name, x, factors, mode):
    corners = None if mode == "nearest" else False
    return layer_case(
        name,
        [rounded(*x)],
        {},
        lambda x: last(F.interpolate(first(x), scale_factor=factors, mode=mode, align_corners=corners)),
    )


def resized():
    return [
        separable("separableConv2d", (2, 5, 4, 3), 1, 4, 1, 1),
        separable("separableConv2d multiplier stride 2", (1, 6, 5, 2), 2, 4, 2, 0),
        transposed("transposedConv2d", (2, 3, 4, 3), (3, 3, 4, 3)),
        transposed("transposedConv2d stride 2", (1, 3, 4, 5), (3, 3, 2, 5), stride=2),
        transposed("transposedConv2d one channel", (2, 3, 2, 5), (3, 3, 1, 5), stride=2),
        transposed("transposedConv2d padding dilation groups", (2, 3, 4, 6), (3, 3, 2, 6), 2, stride=(2, 1), padding=1, dilation=(1, 2)),
        transposed("transposedConv2d same", (2, 3, 2, 2), (4, 4, 3, 2), activation=torch.relu, cut=(1, 1, 1, 1), stride=2),
        upsampled("upsample2d nearest", (2, 3, 2, 2), (2, 3), "nearest"),
        upsampled("upsample2d bilinear", (2, 3, 4, 2), (2, 2), "bilinear"),
        upsampled("upsample2d bilinear 3x2", (1, 2, 3, 3), (3, 2), "bilinear"),
        layer_case("zeroPad2d", [rounded(2, 2, 3, 2)], {}, lambda x: F.pad(x, [0, 0, 0, 3, 1, 2])),
        layer_case("crop2d", [rounded(2, 4, 5, 2)], {}, lambda x: x[:, 1:, 2:-1]),
        upsampled("upsample1d nearest", (2, 5, 3), 3, "nearest"),
        upsampled("upsample1d linear", (2, 5, 3), 2, "linear"),
        upsampled("upsample1d linear 3", (1, 4, 2), 3, "linear"),
        layer_case("zeroPad1d", [rounded(2, 3, 2)], {}, lambda x: F.pad(x, [0, 0, 1, 2])),
        layer_case("crop1d", [rounded(2, 6, 3)], {}, lambda x: x[:, 2:-1]),
    ]


def pooled(name, shape, function, kernel, stride, padding="valid", value=0.0):
    def forward(x):
        x = first(x)
        if padding == "same":
            x = same(x, kernel, stride, value=value)
        return last(function(x, kernel, stride))

    return layer_case(name, [rounded(*shape)], {}, forward)


def mean_of_real(average):
    """The mean over what is not padding: sums over counts."""

    def function(x, kernel, stride):
        # The padding is marked by NaN.
        real = (~torch.isnan(x)).double()
        return average(torch.where(torch.isnan(x), torch.zeros_like(x), x), kernel, stride) / average(real, kernel, stride)

    return function


def pools():
    nan, low = float("nan"), float("-inf")
    return [
        pooled("maxPool2d 2", (1, 6, 4, 18), F.max_pool2d, (2, 2), (2, 2)),
        pooled("maxPool2d 2 odd", (3, 5, 7, 3), F.max_pool2d, (2, 2), (2, 2)),
        pooled("maxPool2d 3 stride 2 same", (1, 6, 5, 17), F.max_pool2d, (3, 3), (2, 2), "same", low),
        pooled("maxPool2d 3x2 stride 1", (1, 5, 4, 2), F.max_pool2d, (3, 2), (1, 1)),
        pooled("maxPool1d 3 stride 2", (2, 9, 4), F.max_pool1d, (3,), (2,)),
        pooled("avgPool2d 2", (2, 4, 6, 5), F.avg_pool2d, (2, 2), (2, 2)),
        pooled("avgPool2d 3 stride 2 same", (1, 6, 5, 18), mean_of_real(F.avg_pool2d), (3, 3), (2, 2), "same", nan),
        pooled("avgPool1d 2", (1, 7, 3), F.avg_pool1d, (2,), (2,)),
        layer_case("globalMaxPool image", [rounded(2, 3, 5, 4)], {}, lambda x: F.max_pool2d(first(x), (3, 5)).flatten(1)),
        layer_case("globalMaxPool sequence", [rounded(2, 7, 3)], {}, lambda x: F.max_pool1d(first(x), 7).flatten(1)),
        layer_case("globalAvgPool image", [rounded(1, 3, 5, 17)], {}, lambda x: x.mean((1, 2))),
        layer_case("globalAvgPool sequence", [rounded(1, 7, 3)], {}, lambda x: x.mean(1)),
    ]


def write(name, cases):
    """Numbers with the digits that tell apart what a test could."""

    def short(value):
        if isinstance(value, list):
            return [short(x) for x in value]
        if isinstance(value, dict):
            return {k: short(v) for k, v in value.items()}
        return float("%.8g" % value) if isinstance(value, float) else value

    with open(os.path.join(HERE, name), "w") as file:
        lines = ",\n".join(json.dumps(short(case)) for case in cases)
        file.write('{"torch": "%s", "cases": [\n%s\n]}\n' % (torch.__version__, lines))


if __name__ == "__main__":
    write("convolution.json", convolutions() + pools() + resized())
