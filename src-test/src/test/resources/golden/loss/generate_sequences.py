"""Writes sequences.json: what PyTorch computes for losses of sequences.

Run with PyTorch 1.13.1:  python3 generate_sequences.py
Inputs are rounded to float32 and everything is computed in float64. Arrays are flat, row-major.
Weights are those of single steps: the example's where the step counts, else 0.
"""

import json
import os

import torch
import torch.nn.functional as F

torch.manual_seed(6131)
HERE = os.path.dirname(os.path.abspath(__file__))


def flat(tensor):
    return [float(x) for x in tensor.detach().double().reshape(-1)]


def ctc(name, steps, classes, width, lengths, targets, weights, spec="ctc", scale=2.0):
    rows = len(lengths)
    outputs = (torch.randn(rows, steps, classes) * scale).float().double().requires_grad_(True)
    padded = torch.zeros(rows, width, dtype=torch.long)
    for r, labels in enumerate(targets):
        padded[r, : len(labels)] = torch.tensor(labels, dtype=torch.long)
    weights = torch.tensor(weights).double()
    losses = F.ctc_loss(
        F.log_softmax(outputs, 2).transpose(0, 1),
        padded,
        torch.tensor(lengths),
        torch.tensor([len(labels) for labels in targets]),
        blank=0,
        reduction="none",
        zero_infinity=spec != "ctc",
    )
    loss_sum = (weights * losses).sum()
    loss_sum.backward()
    step_weights = torch.zeros(rows, steps).double()
    for r, length in enumerate(lengths):
        step_weights[r, :length] = weights[r]
    return {
        "name": name,
        "spec": spec,
        "rows": rows,
        "outputShape": [steps, classes],
        "targetWidth": width,
        "outputs": flat(outputs),
        "targets": flat(padded),
        "weights": flat(step_weights),
        "lossSum": float(loss_sum),
        "weightSum": float(weights.sum()),
        "gradient": flat(outputs.grad),
    }


def cases():
    yield ctc("full length", 7, 4, 3, [7, 7], [[1, 2, 3], [3, 1]], [1.0, 0.5])
    yield ctc("repeats need blanks", 5, 3, 3, [5, 5, 5], [[1, 1, 2], [2, 2], [1]], [1.0, 2.0, 0.5])
    yield ctc("lengths differ", 9, 5, 4, [9, 4, 6, 1], [[4, 3, 2, 1], [2], [1, 1, 4], [3]],
              [1.5, 1.0, 0.25, 2.0])
    yield ctc("empty target", 4, 3, 2, [4, 3], [[], [2, 1]], [1.0, 1.0])
    yield ctc("as many labels as steps", 3, 4, 3, [3], [[1, 3, 2]], [1.0])
    yield ctc("large logits", 6, 3, 2, [6, 6], [[1, 2], [2, 2]], [1.0, 1.0], scale=60.0)
    yield ctc("impossible rows cost nothing", 4, 3, 4, [4, 2, 4], [[1, 1, 1], [1, 2, 1], [2]],
              [1.0, 1.0, 1.0], spec={"ctc": {"zeroInfinity": True}})


with open(os.path.join(HERE, "sequences.json"), "w") as file:
    json.dump({"torch": torch.__version__, "cases": list(cases())}, file)
