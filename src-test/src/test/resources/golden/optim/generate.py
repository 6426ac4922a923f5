"""Ten steps of PyTorch's optimizers and thirty of its schedulers, as text.

Run with the python3-torch 1.13.1 of Debian 12: python3 generate.py (writes optimizers.txt and
schedules.txt beside itself). Two parameters, [3, 2] and [2]; gradients are fixed numbers, sharp
enough that clipping and sign changes matter, and are part of the file.
"""
import os
import random

import torch

STEPS = 10
HERE = os.path.dirname(os.path.abspath(__file__))

random.seed(20)
START = [round(random.uniform(-1, 1), 3) for _ in range(8)]
GRADIENTS = [[round(random.gauss(0, 1.5), 3) for _ in range(8)] for _ in range(STEPS)]
GRADIENTS[3][5] = 0.0

O = torch.optim
CASES = {
    "sgd": lambda p: O.SGD(p, lr=0.1),
    "sgd_l2": lambda p: O.SGD(p, lr=0.1, weight_decay=0.05),
    "momentum": lambda p: O.SGD(p, lr=0.1, momentum=0.9),
    "momentum_dampening": lambda p: O.SGD(p, lr=0.1, momentum=0.9, dampening=0.3),
    "momentum_l2": lambda p: O.SGD(p, lr=0.1, momentum=0.8, weight_decay=0.05),
    "nesterov": lambda p: O.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "adam": lambda p: O.Adam(p),
    "adam_all": lambda p: O.Adam(p, lr=0.05, betas=(0.8, 0.95), eps=1e-4, weight_decay=0.05),
    "adamW": lambda p: O.AdamW(p),
    "adamW_all": lambda p: O.AdamW(p, lr=0.05, betas=(0.8, 0.95), eps=1e-4, weight_decay=0.1),
    "clip_value": lambda p: O.SGD(p, lr=0.1),
    "clip_norm": lambda p: O.SGD(p, lr=0.1),
    "clip_both_adam_l2": lambda p: O.Adam(p, lr=0.05, weight_decay=0.05),
    "step_momentum": lambda p: O.SGD(p, lr=0.1, momentum=0.9),
}
CLIP_VALUE = {"clip_value": 0.7, "clip_both_adam_l2": 1.0}
CLIP_NORM = {"clip_norm": 2.0, "clip_both_adam_l2": 1.5}
SCHEDULER = {"step_momentum": lambda o: O.lr_scheduler.StepLR(o, 3, gamma=0.5)}


def line(values):
    return " ".join("%.9g" % v for v in values)


def run(name, make):
    kernel = torch.nn.Parameter(torch.tensor(START[:6]).reshape(3, 2))
    bias = torch.nn.Parameter(torch.tensor(START[6:]))
    optimizer = make([kernel, bias])
    scheduler = SCHEDULER[name](optimizer) if name in SCHEDULER else None
    for step in range(STEPS):
        kernel.grad = torch.tensor(GRADIENTS[step][:6]).reshape(3, 2)
        bias.grad = torch.tensor(GRADIENTS[step][6:])
        if name in CLIP_VALUE:
            torch.nn.utils.clip_grad_value_([kernel, bias], CLIP_VALUE[name])
        if name in CLIP_NORM:
            torch.nn.utils.clip_grad_norm_([kernel, bias], CLIP_NORM[name])
        optimizer.step()
        if scheduler:
            scheduler.step()
        yield kernel.detach().flatten().tolist() + bias.detach().tolist()


with open(os.path.join(HERE, "optimizers.txt"), "w") as out:
    out.write("# torch %s; generate.py\n" % torch.__version__)
    out.write("start %s\n" % line(START))
    for gradient in GRADIENTS:
        out.write("gradient %s\n" % line(gradient))
    for name, make in CASES.items():
        for weights in run(name, make):
            out.write("%s %s\n" % (name, line(weights)))

S = torch.optim.lr_scheduler


def warm(after):
    def make(o):
        ramp = S.LinearLR(o, start_factor=1 / 5, total_iters=4)
        return S.SequentialLR(o, [ramp, after(o)], milestones=[4])

    return make


SCHEDULES = {
    "constant_warmup": lambda o: S.LinearLR(o, start_factor=1 / 5, total_iters=4),
    "step": lambda o: S.StepLR(o, 7),
    "exponential": lambda o: S.ExponentialLR(o, 0.9),
    "cosine": lambda o: S.CosineAnnealingLR(o, 30, eta_min=0.01),
    "cosine_warmup": warm(lambda o: S.CosineAnnealingLR(o, 26)),
    "polynomial": lambda o: S.PolynomialLR(o, 20, power=2.0),
    "linear": lambda o: S.PolynomialLR(o, 30),
}

with open(os.path.join(HERE, "schedules.txt"), "w") as out:
    out.write("# torch %s; generate.py; 30 learning rates from base 0.3\n" % torch.__version__)
    for name, make in SCHEDULES.items():
        optimizer = O.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.3)
        scheduler = make(optimizer)
        rates = []
        for _ in range(30):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
        out.write("%s %s\n" % (name, " ".join(repr(float(r)) for r in rates)))
