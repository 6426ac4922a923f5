"""Writes masked.json: cross-entropy of a class per step that leaves out steps of padding.

Run with PyTorch 1.13.1:  python3 generate_masked.py
Inputs are rounded to float32 and everything is computed in float64. Arrays are flat, row-major.
PyTorch's cross_entropy with ignore_index; a mask [rows, steps], where there is one, leaves out
further steps. "mean" is PyTorch's own mean, where all examples weigh 1 and there is no mask.
"""

import json
import os

import torch
import torch.nn.functional as F

torch.manual_seed(9203)
HERE = os.path.dirname(os.path.abspath(__file__))


def flat(tensor):
    return [float("%.9g" % x) for x in tensor.detach().double().reshape(-1)]


def case(name, targets, classes, weights=None, padding=0, smoothing=0.0, class_weights=None,
         mask=None, scale=1.5):
    targets = torch.tensor(targets)
    rows, steps = targets.shape
    outputs = (torch.randn(rows, steps, classes) * scale).float().double().requires_grad_(True)
    by_class = None if class_weights is None else torch.tensor(class_weights).double()
    counts = (targets != padding).double()
    if mask is not None:
        counts = counts * torch.tensor(mask).double()

    def cross_entropy(reduction):
        return F.cross_entropy(outputs.reshape(-1, classes), targets.reshape(-1), by_class,
                               ignore_index=padding, label_smoothing=smoothing,
                               reduction=reduction)

    step_weights = counts * torch.tensor(weights or [1.0] * rows).double().unsqueeze(1)
    loss_sum = (step_weights.reshape(-1) * cross_entropy("none")).sum()
    loss_sum.backward()
    of_label = torch.ones(rows, steps).double() if by_class is None else by_class[targets]
    spec = {"padding": padding, "labelSmoothing": smoothing, "classWeights": class_weights or []}
    return {
        "name": name,
        "spec": {"maskedSoftmaxCrossEntropy": spec},
        "rows": rows,
        "steps": steps,
        "classes": classes,
        "outputs": flat(outputs),
        "targets": flat(targets),
        "weights": weights or [1.0] * rows,
        "mask": None if mask is None else flat(torch.tensor(mask)),
        "lossSum": float(loss_sum),
        "weightSum": float((step_weights * of_label).sum()),
        "mean": None if weights or mask else float(cross_entropy("mean")),
        "gradient": flat(outputs.grad),
    }


ENDS = [[1, 2, 3, 0, 0], [3, 3, 1, 2, 1], [2, 0, 0, 0, 0]]
GAPS = [[2, 4, 0, 1], [0, 0, 2, 3]]


def cases():
    yield case("ends", ENDS, 4)
    yield case("one row", [[2, 1, 0]], 3)
    yield case("a row of padding", [[0, 0, 0], [1, 0, 2]], 3, [0.5, 2.0])
    yield case("padding within", GAPS, 5, [1.5, 0.25])
    yield case("another padding", GAPS, 5, padding=2)
    yield case("smoothing", ENDS, 4, smoothing=0.125)
    yield case("class weights", ENDS, 4, class_weights=[7.0, 0.5, 2.0, 1.25])
    yield case("smoothing and class weights", GAPS, 5, smoothing=0.25,
               class_weights=[1.0, 0.5, 2.0, 0.0, 1.5])
    yield case("masked as well", ENDS, 4, [1.0, 0.5, 2.0],
               mask=[[1, 1, 0, 1, 1], [0, 1, 1, 1, 0], [0, 1, 1, 1, 1]])
    yield case("large logits", ENDS, 4, scale=1000.0)


with open(os.path.join(HERE, "masked.json"), "w") as file:
    json.dump({"torch": torch.__version__, "cases": list(cases())}, file)
