"""Writes norms.json, what PyTorch computes for normalizations and for layers of several inputs, and
running.json, running statistics after a pass.

Run with PyTorch 1.13.1:  python3 generate_norms.py
As generate.py: inputs rounded to float32, computed in float64; channels last.
"""

import torch
import torch.nn.functional as F

from generate import flat, layer_case, rounded, write


def to_last(x):
    return x.movedim(1, -1)


def to_first(x):
    return x.movedim(-1, 1)


def affine(channels):
    return {"gamma": 1 + rounded(channels, scale=0.5), "beta": rounded(channels, scale=0.5)}


def batch_norm(x, gamma=None, beta=None, epsilon=1e-5):
    return to_last(F.batch_norm(to_first(x), None, None, gamma, beta, True, 0.1, epsilon))


def group_norm(groups):
    def forward(x, gamma=None, beta=None):
        return to_last(F.group_norm(to_first(x), groups, gamma, beta))

    return forward


def layer_norm(x, gamma=None, beta=None):
    return F.layer_norm(x, x.shape[-1:], gamma, beta)


def rms_norm(x, gamma):
    return gamma * x / torch.sqrt((x * x).mean(-1, keepdim=True) + 1e-5)


def running(rows, channels, momentum):
    """Running statistics after one training pass from mean 0 and variance 1."""
    x = rounded(*rows, channels, scale=2) + 1
    norm = torch.nn.BatchNorm1d(channels, momentum=momentum).double()
    norm(x.reshape(-1, channels))
    return {
        "rows": rows[0],
        "shape": list(x.shape[1:]),
        "values": flat(x),
        "runningMean": flat(norm.running_mean),
        "runningVariance": flat(norm.running_var),
    }


cases = [
    layer_case("batchNorm vectors", [rounded(5, 3, scale=2) + 1], affine(3), batch_norm),
    layer_case("batchNorm images", [rounded(2, 2, 3, 17)], affine(17), batch_norm),
    layer_case("batchNorm long", [rounded(2, 67, 2) + 3], affine(2), batch_norm),
    layer_case("batchNorm plain", [rounded(4, 5)], {}, lambda x: batch_norm(x, epsilon=0.25)),
    layer_case("batchNorm one row", [rounded(1, 9, 4)], affine(4), batch_norm),
    layer_case("layerNorm vectors", [rounded(4, 37, scale=2) + 1], affine(37), layer_norm),
    layer_case("layerNorm sequence", [rounded(2, 3, 16)], affine(16), layer_norm),
    layer_case("layerNorm plain", [rounded(1, 7)], {}, layer_norm),
    layer_case("groupNorm 2", [rounded(3, 2, 3, 6)], affine(6), group_norm(2)),
    layer_case("groupNorm 18", [rounded(2, 5, 18)], affine(18), group_norm(18)),
    layer_case("groupNorm 1 plain", [rounded(1, 3, 4)], {}, group_norm(1)),
    layer_case("rmsNorm", [rounded(3, 2, 19)], {"gamma": affine(19)["gamma"]}, rms_norm),
    layer_case("add", [rounded(3, 2, 5) for _ in range(3)], {}, lambda a, b, c: a + b + c),
    layer_case("multiply", [rounded(3, 2, 5) for _ in range(3)], {}, lambda a, b, c: a * b * c),
    layer_case(
        "concat last",
        [rounded(2, 3, 2), rounded(2, 3, 1), rounded(2, 3, 4)],
        {},
        lambda *x: torch.cat(x, -1),
    ),
    layer_case(
        "concat first", [rounded(2, 3, 2), rounded(2, 1, 2)], {}, lambda *x: torch.cat(x, 1)
    ),
]

write("norms.json", cases)
write("running.json", [running((6,), 3, 0.1), running((2, 40), 2, 0.5)])
