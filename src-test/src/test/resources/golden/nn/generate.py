"""Writes layers.json and losses.json: what PyTorch computes for the layers, activations and losses.

Run with PyTorch 1.13.1:  python3 generate.py
Inputs are rounded to float32 and everything is computed in float64, so that the only rounding in a
comparison is that of the code under test. Arrays are flat, row-major. Kernels are [in, out], the
transpose of torch.nn.Linear.weight.
"""

import json
import os

import torch
import torch.nn.functional as F

torch.manual_seed(20240)
HERE = os.path.dirname(os.path.abspath(__file__))


def rounded(*shape, scale=1.0):
    return (torch.randn(*shape) * scale).float().double()


def flat(tensor):
    return [float(x) for x in tensor.detach().reshape(-1)]


def layer_case(name, inputs, parameters, forward):
    """The loss is sum_r w_r <outputGradient_r, output_r>."""
    for tensor in [*inputs, *parameters.values()]:
        tensor.requires_grad_(True)
    output = forward(*inputs, **parameters)
    rows = output.shape[0]
    output_gradient = rounded(*output.shape)
    weights = torch.tensor([0.5, 1.0, 2.0, 0.25, 1.5])[:rows].double()
    per_row = (output * output_gradient).reshape(rows, -1).sum(1)
    (weights * per_row).sum().backward()
    return {
        "name": name,
        "rows": rows,
        "inputs": [{"shape": list(x.shape[1:]), "values": flat(x)} for x in inputs],
        "parameters": {k: flat(v) for k, v in parameters.items()},
        "weights": flat(weights),
        "outputGradient": flat(output_gradient),
        "output": flat(output),
        "inputGradients": [flat(x.grad) for x in inputs],
        "parameterGradients": {k: flat(v.grad) for k, v in parameters.items()},
    }


def float32(value):
    """A parameter of a spec as the float32 the code under test reads."""
    return float(torch.tensor(value, dtype=torch.float32))


ACTIVATIONS = {
    "identity": lambda x: x * 1.0,
    "relu": F.relu,
    "leakyRelu": lambda x: F.leaky_relu(x, float32(0.2)),
    "elu": lambda x: F.elu(x, 1.5),
    "selu": F.selu,
    "gelu": F.gelu,
    "silu": F.silu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "softplus": F.softplus,
    "softmax": lambda x: F.softmax(x, dim=-1),
}


def linear(activation):
    def forward(x, kernel, bias=None):
        y = x.matmul(kernel)
        return ACTIVATIONS[activation](y if bias is None else y + bias)

    return forward


def layers():
    extremes = torch.tensor(
        [0.0, 1e-4, -1e-4, 0.7, -0.7, 2.5, -2.5, 9.0, -9.0, 40.0, -40.0, 90.0, -90.0, 1e4, -1e4]
    )
    cases = []
    for name in ACTIVATIONS:
        x = torch.cat([rounded(2, 15, scale=2), extremes.float().double().reshape(1, 15)])
        cases.append(layer_case("activation " + name, [x.detach().clone()], {}, ACTIVATIONS[name]))
    for name in ACTIVATIONS:
        parameters = {"kernel": rounded(7, 5, scale=0.5), "bias": rounded(5, scale=0.5)}
        cases.append(layer_case("dense " + name, [rounded(4, 7)], parameters, linear(name)))
    cases.append(
        layer_case("dense without bias", [rounded(3, 6)], {"kernel": rounded(6, 19)}, linear("tanh"))
    )
    cases.append(
        layer_case(
            "dense one row",
            [rounded(1, 33)],
            {"kernel": rounded(33, 1), "bias": rounded(1)},
            linear("identity"),
        )
    )
    cases.append(
        layer_case(
            "dense last axis",
            [rounded(2, 3, 4, 5)],
            {"kernel": rounded(5, 6), "bias": rounded(6)},
            linear("sigmoid"),
        )
    )
    cases.append(
        layer_case(
            "flatten",
            [rounded(5, 2, 3, 2)],
            {"kernel": rounded(12, 4), "bias": rounded(4)},
            lambda x, kernel, bias: x.flatten(1).matmul(kernel) + bias,
        )
    )
    return cases


def loss_case(name, logits, targets, weights, row_loss, row_weight, mean=None):
    """The sums are sum_r w_r l_r and sum_r w_r c_r; the mean is PyTorch's own reduction."""
    logits.requires_grad_(True)
    loss_sum = (weights * row_loss(logits)).sum()
    loss_sum.backward()
    return {
        "name": name,
        "rows": logits.shape[0],
        "width": logits.shape[1],
        "outputs": flat(logits),
        "targets": flat(targets.double()),
        "weights": flat(weights),
        "lossSum": float(loss_sum),
        "weightSum": float((weights * row_weight).sum()),
        "gradient": flat(logits.grad),
        "mean": None if mean is None else float(mean),
    }


def losses():
    cases = []
    example_weights = torch.tensor([0.5, 1.0, 2.0, 0.0, 1.5]).double()
    ones = torch.ones(5).double()
    class_weights = torch.tensor([0.5, 2.0, 1.0, 0.25]).double()
    labels = torch.tensor([3, 0, 1, 1, 2])
    probabilities = F.softmax(rounded(5, 4), dim=1).float().double()
    for weighted, weights in [("", ones), (" example weights", example_weights)]:
        for smoothing in [0.0, 0.125]:
            for class_name, class_weight in [("", None), (" class weights", class_weights)]:
                for kind, target in [("index", labels), ("probabilities", probabilities)]:
                    logits = rounded(5, 4, scale=3)
                    arguments = dict(weight=class_weight, label_smoothing=smoothing)
                    by_index = kind == "index" and class_weight is not None
                    name = "softmaxCrossEntropy " + kind
                    name += (" smoothing" if smoothing else "") + class_name + weighted
                    mean = F.cross_entropy(logits, target, **arguments)
                    cases.append(
                        loss_case(
                            name,
                            logits.clone(),
                            target,
                            weights,
                            lambda z: F.cross_entropy(z, target, reduction="none", **arguments),
                            class_weights[labels] if by_index else ones,
                            mean if weighted == "" else None,
                        )
                    )
    huge = torch.tensor([[1e4, -1e4, 9999.0, 0], [-1e4, 1e4, 1e4, 1e4]]).double()
    cases.append(
        loss_case(
            "softmaxCrossEntropy huge",
            huge.clone(),
            torch.tensor([2, 0]),
            ones[:2],
            lambda z: F.cross_entropy(z, torch.tensor([2, 0]), reduction="none"),
            ones[:2],
        )
    )
    per_row = lambda losses: losses.reshape(losses.shape[0], -1).mean(1)
    binary = torch.tensor([0.0, 1, 1, 0, 1]).double().reshape(5, 1)
    labels3 = torch.tensor([[0.0, 1, 0.25], [1, 1, 0], [0, 0, 0], [1, 0, 0.5], [0, 1, 1]]).double()
    bce = lambda t: lambda z: per_row(F.binary_cross_entropy_with_logits(z, t, reduction="none"))
    huge_binary = torch.tensor([[1e4], [1e4], [-1e4], [-1e4], [30.0]]).double()
    for weighted, weights in [("", ones), (" example weights", example_weights)]:
        for name, logits, target in [
            ("sigmoidCrossEntropy binary", rounded(5, 1, scale=3), binary),
            ("sigmoidCrossEntropy labels", rounded(5, 3, scale=3), labels3),
            ("sigmoidCrossEntropy huge", huge_binary.clone(), binary),
        ]:
            mean = F.binary_cross_entropy_with_logits(logits, target)
            cases.append(
                loss_case(
                    name + weighted,
                    logits,
                    target,
                    weights,
                    bce(target),
                    ones,
                    mean if weighted == "" else None,
                )
            )
        for name, function in [
            ("squaredError", F.mse_loss),
            ("absoluteError", F.l1_loss),
            ("huber", lambda y, t, **kw: F.huber_loss(y, t, delta=0.75, **kw)),
        ]:
            output, target = rounded(5, 3, scale=2), rounded(5, 3)
            output[0, 1] = target[0, 1]
            mean = function(output, target)
            cases.append(
                loss_case(
                    name + weighted,
                    output.clone(),
                    target,
                    weights,
                    lambda y: per_row(function(y, target, reduction="none")),
                    ones,
                    mean if weighted == "" else None,
                )
            )
    return cases


def write(name, cases):
    with open(os.path.join(HERE, name), "w") as file:
        lines = ",\n".join(json.dumps(case) for case in cases)
        file.write('{"torch": "%s", "cases": [\n%s\n]}\n' % (torch.__version__, lines))


if __name__ == "__main__":
    write("layers.json", layers())
    write("losses.json", losses())
