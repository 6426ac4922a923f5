"""Ten steps of PyTorch's optimizers and thirty of its schedulers, as text.

What PyTorch lacks (sam, lion, lamb, lars, adafactor, lookahead, muon, adaptive clipping, gradient
centralization) is written here
from the papers, in float64, one parameter after the other.

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


class Paper(O.Optimizer):
    """update(p, g, state, t) -> the step to subtract, by the paper's pseudo-code."""

    def __init__(self, params, update):
        super().__init__(params, {})
        self.update = update

    def step(self):
        for p in self.param_groups[0]["params"]:
            state = self.state[p]
            state["t"] = state.get("t", 0) + 1
            step = self.update(p.data.double(), p.grad.double(), state)
            state["w"] = state.get("w", p.data.double()) - step
            p.data = state["w"].float()


def lion(w, g, s, lr=1e-4, b1=0.9, b2=0.99, wd=0.0):
    m = s.get("m", torch.zeros_like(w))
    c = b1 * m + (1 - b1) * g
    s["m"] = b2 * m + (1 - b2) * g
    return lr * (torch.sign(c) + wd * w)


def lamb(w, g, s, lr, wd, b1=0.9, b2=0.999, eps=1e-6):
    s["m"] = b1 * s.get("m", 0) + (1 - b1) * g
    s["v"] = b2 * s.get("v", 0) + (1 - b2) * g * g
    r = (s["m"] / (1 - b1 ** s["t"])) / (torch.sqrt(s["v"] / (1 - b2 ** s["t"])) + eps)
    u = r + wd * w
    return lr * torch.norm(w) / torch.norm(u) * u


def lars(w, g, s, lr, wd, eta, momentum):
    rate = eta * torch.norm(w) / (torch.norm(g) + wd * torch.norm(w))
    s["v"] = momentum * s.get("v", 0) + lr * rate * (g + wd * w)
    return s["v"]


def unit_norm(x):
    return torch.norm(x, dim=0, keepdim=True) if x.dim() > 1 else torch.norm(x)


def agc(w, g, s, lr, ratio):
    longest = ratio * torch.clamp(unit_norm(w), min=1e-3)
    norm = unit_norm(g)
    return lr * torch.where(norm > longest, g * longest / norm, g)


def centralized(w, g, s, lr):
    return lr * (g - g.mean(dim=0, keepdim=True) if g.dim() > 1 else g)


def rms(x):
    return torch.sqrt(torch.mean(x * x))


def adafactor(w, g, s, lr=1e-2, decay=0.8, clip=1.0, relative=True, scaled=True, e1=1e-30, e2=1e-3):
    b = 1 - s["t"] ** -decay
    q = g * g + e1
    if w.dim() > 1:
        s["r"] = b * s.get("r", 0) + (1 - b) * q.sum(dim=1, keepdim=True)
        s["c"] = b * s.get("c", 0) + (1 - b) * q.sum(dim=0, keepdim=True)
        v = s["r"] @ s["c"] / s["r"].sum()
    else:
        s["v"] = b * s.get("v", 0) + (1 - b) * q
        v = s["v"]
    u = g / torch.sqrt(v)
    u = u / max(1.0, rms(u) / clip)
    rho = min(lr, s["t"] ** -0.5) if relative else lr
    return (max(e2, rms(w)) if scaled else 1) * rho * u


def lookahead(w, g, s, lr, momentum, k, alpha):
    s["slow"] = s.get("slow", w)
    s["v"] = momentum * s.get("v", 0) + g
    fast = w - lr * s["v"]
    if s["t"] % k == 0:
        s["slow"] = s["slow"] + alpha * (fast - s["slow"])
        fast = s["slow"]
    return w - fast


def muon(w, g, s, lr, momentum, adam_lr, steps=5):
    if w.dim() < 2:
        s["m"] = 0.9 * s.get("m", 0) + 0.1 * g
        s["v"] = 0.999 * s.get("v", 0) + 0.001 * g * g
        root = torch.sqrt(s["v"] / (1 - 0.999 ** s["t"])) + 1e-8
        return adam_lr * s["m"] / (1 - 0.9 ** s["t"]) / root
    s["b"] = momentum * s.get("b", 0) + g
    x = (g + momentum * s["b"]).t()  # [out, in], as the authors' code
    scale = max(1.0, x.shape[0] / x.shape[1]) ** 0.5
    tall = x.shape[0] > x.shape[1]
    x = x.t() if tall else x
    x = x / (x.norm() + 1e-7)
    for _ in range(steps):
        a = x @ x.t()
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    x = x.t() if tall else x
    return lr * scale * x.t()


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
    "adagrad": lambda p: O.Adagrad(p),
    "adagrad_all": lambda p: O.Adagrad(p, lr=0.1, initial_accumulator_value=0.5, eps=1e-3),
    "rmsProp": lambda p: O.RMSprop(p),
    "rmsProp_all": lambda p: O.RMSprop(
        p, lr=0.02, alpha=0.8, eps=1e-3, momentum=0.7, centered=True, weight_decay=0.05
    ),
    "adadelta": lambda p: O.Adadelta(p),
    "adadelta_all": lambda p: O.Adadelta(p, lr=0.5, rho=0.7, eps=1e-3),
    "adamax": lambda p: O.Adamax(p),
    "adamax_all": lambda p: O.Adamax(p, lr=0.05, betas=(0.8, 0.95), eps=1e-3),
    "amsGrad": lambda p: O.Adam(p, amsgrad=True),
    "amsGrad_all": lambda p: O.Adam(p, lr=0.05, betas=(0.8, 0.6), eps=1e-3, amsgrad=True),
    # The single-tensor loop of 1.13 multiplies by mu twice; the foreach one is right.
    "nadam": lambda p: O.NAdam(p, foreach=True),
    "nadam_all": lambda p: O.NAdam(
        p, lr=0.05, betas=(0.8, 0.95), eps=1e-3, momentum_decay=0.1, foreach=True
    ),
    "radam": lambda p: O.RAdam(p),
    "radam_all": lambda p: O.RAdam(p, lr=0.05, betas=(0.8, 0.95), eps=1e-3),
    "rprop": lambda p: O.Rprop(p),
    "rprop_all": lambda p: O.Rprop(p, lr=0.1, etas=(0.3, 1.5), step_sizes=(0.05, 0.2)),
    "lion": lambda p: Paper(p, lion),
    "lion_all": lambda p: Paper(
        p, lambda w, g, s: lion(w, g, s, lr=0.05, b1=0.8, b2=0.95, wd=0.1)
    ),
    "lamb": lambda p: Paper(p, lambda w, g, s: lamb(w, g, s, lr=0.05, wd=0.1)),
    "lars": lambda p: Paper(
        p, lambda w, g, s: lars(w, g, s, lr=0.5, wd=0.1, eta=0.2, momentum=0.9)
    ),
    "adafactor": lambda p: Paper(p, adafactor),
    "adafactor_all": lambda p: Paper(
        p, lambda w, g, s: adafactor(w, g, s, 0.4, 0.6, 0.7, False, False, 1e-3)
    ),
    "adafactor_relative": lambda p: Paper(
        p, lambda w, g, s: adafactor(w, g, s, 0.6, e2=0.5)
    ),
    "lookahead": lambda p: Paper(p, lambda w, g, s: lookahead(w, g, s, 0.1, 0.9, 3, 0.4)),
    "muon": lambda p: Paper(p, lambda w, g, s: muon(w, g, s, 0.02, 0.95, 0.003)),
    "max_norm": lambda p: O.SGD(p, lr=0.1),
    "agc": lambda p: Paper(p, lambda w, g, s: agc(w, g, s, lr=0.1, ratio=0.9)),
    "centralized": lambda p: Paper(p, lambda w, g, s: centralized(w, g, s, lr=0.1)),
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
        if name == "max_norm":
            kernel.data = torch.renorm(kernel.data, 2, 1, 0.9)
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

# L-BFGS on f(w) = (w - b)' A (w - b) / 2: its own gradients.
CURVATURE = torch.tensor([[3.0, 0.5, 0.2], [0.5, 1.0, -0.3], [0.2, -0.3, 0.4]])
CENTRE = torch.tensor([1.0, -2.0, 0.5])


def lbfgs(rate, history):
    w = torch.nn.Parameter(torch.tensor([0.3, 0.7, -1.1]))
    optimizer = O.LBFGS(
        [w], lr=rate, max_iter=1, history_size=history, tolerance_grad=0, tolerance_change=0
    )

    def closure():
        optimizer.zero_grad()
        loss = 0.5 * (w - CENTRE) @ CURVATURE @ (w - CENTRE)
        loss.backward()
        return loss

    for _ in range(8):
        optimizer.step(closure)
        yield w.detach().tolist()


# Sharpness-aware minimization on the same f, gradients by autograd, the steps by SGD with momentum:
# Foret et al. 2021, algorithm 1, and Kwon et al. 2021, equation 7 with eta 0 (float64).
def sam(rho, adaptive):
    w = torch.nn.Parameter(torch.tensor([0.3, 0.7, -1.1], dtype=torch.float64))
    optimizer = O.SGD([w], lr=0.1, momentum=0.9)

    def gradient(at):
        at = at.detach().requires_grad_()
        loss = 0.5 * (at - CENTRE.double()) @ CURVATURE.double() @ (at - CENTRE.double())
        return torch.autograd.grad(loss, at)[0]

    for _ in range(STEPS):
        g = gradient(w)
        t = w.detach() if adaptive else torch.ones_like(g)
        w.grad = gradient(w + rho * t * t * g / torch.norm(t * g))
        optimizer.step()
        yield w.detach().tolist()


# Averages of the weights of the case "momentum".
def averages(avg_fn, first):
    model = torch.nn.Module()
    average = None
    for step, weights in enumerate(run("momentum", CASES["momentum"])):
        model.w = torch.nn.Parameter(torch.tensor(weights))
        if average is None and step >= first:
            average = torch.optim.swa_utils.AveragedModel(model, avg_fn=avg_fn)
        if average is not None:
            average.update_parameters(model)
            yield list(average.module.w.detach())


with open(os.path.join(HERE, "optimizers.txt"), "a") as out:
    for name, rate, history in [("lbfgs", 0.7, 10), ("lbfgs_short", 0.5, 2)]:
        for weights in lbfgs(rate, history):
            out.write("%s %s\n" % (name, line(weights)))
    for name, rho, adaptive in [("sam", 0.3, False), ("asam", 0.5, True)]:
        for weights in sam(rho, adaptive):
            out.write("%s %s\n" % (name, line(weights)))
    for name, avg_fn, first in [
        ("swa", None, 4),
        ("ema", lambda a, w, n: 0.8 * a + 0.2 * w, 0),
        ("ema_warmup", lambda a, w, n: torch.lerp(w, a, min(0.5, (1 + n) / (10 + n))), 0),
    ]:
        for weights in averages(avg_fn, first):
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
    "multiStep": lambda o: S.MultiStepLR(o, [5, 6, 20]),
    "cosineRestarts": lambda o: S.CosineAnnealingWarmRestarts(o, 7, eta_min=0.01),
    "cosineRestarts_growing": lambda o: S.CosineAnnealingWarmRestarts(o, 4, T_mult=2),
    "oneCycle": lambda o: S.OneCycleLR(o, 0.3, total_steps=31, cycle_momentum=False),
    "oneCycle_all": lambda o: S.OneCycleLR(
        o, 0.3, total_steps=31, pct_start=0.5, div_factor=10.0, final_div_factor=100.0,
        cycle_momentum=False,
    ),
    "cyclic": lambda o: S.CyclicLR(o, 0.3, 0.9, 5, cycle_momentum=False),
    "cyclic_all": lambda o: S.CyclicLR(
        o, 0.3, 0.9, 3, 5, mode="triangular2", cycle_momentum=False
    ),
    "joined": lambda o: S.SequentialLR(
        o,
        [S.ConstantLR(o, 1.0), S.ExponentialLR(o, 0.8), S.StepLR(o, 4)],
        milestones=[6, 15],
    ),
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

# Epochs' losses, and the rates that follow each.
LOSSES = [1.0, 0.9, 0.95, 0.91, 0.905, 0.5, 0.6, 0.6, 0.6, 0.49, 0.6, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7]
PLATEAUS = {
    "plateau": dict(factor=0.5, patience=1, threshold=0.0),
    "plateau_all": dict(factor=0.1, patience=0, threshold=0.02, cooldown=2, min_lr=0.002),
}
with open(os.path.join(HERE, "schedules.txt"), "a") as out:
    out.write("losses %s\n" % " ".join(map(repr, LOSSES)))
    for name, options in PLATEAUS.items():
        optimizer = O.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.3)
        scheduler = S.ReduceLROnPlateau(optimizer, threshold_mode="abs", eps=0, **options)
        rates = []
        for loss in LOSSES:
            scheduler.step(loss)
            rates.append(optimizer.param_groups[0]["lr"])
        out.write("%s %s\n" % (name, " ".join(repr(float(r)) for r in rates)))
