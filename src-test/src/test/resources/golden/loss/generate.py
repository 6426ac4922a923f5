"""Writes losses.json: what PyTorch computes for the losses beyond cross-entropy and plain errors.

Run with PyTorch 1.13.1:  python3 generate.py
Inputs are rounded to float32 and everything is computed in float64, so that the only rounding in a
comparison is that of the code under test. Arrays are flat, row-major. Where PyTorch has no such loss
the formula of the paper is written in its operations and its autograd takes the derivative.
"""

import json
import os

import torch
import torch.nn.functional as F

torch.manual_seed(5077)
HERE = os.path.dirname(os.path.abspath(__file__))
WEIGHTS = torch.tensor([0.5, 1.0, 2.0, 0.0, 1.5]).double()


def rounded(*shape, scale=1.0):
    return (torch.randn(*shape) * scale).float().double()


def flat(tensor):
    return [float(x) for x in tensor.detach().double().reshape(-1)]


def case(name, spec, outputs, target, classes, row_loss, weights=None):
    """The sums are sum_r w_r l_r and sum_r w_r; classes is 0 for a target of numbers."""
    rows = outputs.shape[0]
    weights = WEIGHTS[:rows] if weights is None else weights
    outputs = outputs.detach().clone().requires_grad_(True)
    loss_sum = (weights * row_loss(outputs)).sum()
    loss_sum.backward()
    return {
        "name": name,
        "spec": spec,
        "rows": rows,
        "outputShape": list(outputs.shape[1:]),
        "targetShape": [] if classes else list(target.shape[1:]),
        "classes": classes,
        "outputs": flat(outputs),
        "targets": flat(target),
        "weights": flat(weights),
        "lossSum": float(loss_sum),
        "weightSum": float(weights.sum()),
        "gradient": flat(outputs.grad),
    }


def mean_over_row(losses):
    return losses.reshape(losses.shape[0], -1).mean(1)


def kullback_leibler():
    target = F.softmax(rounded(5, 4), dim=1).float().double()
    target[1] = torch.tensor([0.0, 1.0, 0.0, 0.0])
    target[2] = torch.tensor([0.5, 0.0, 0.25, 0.25])
    row = lambda t: lambda z: F.kl_div(F.log_softmax(z, 1), t, reduction="none").sum(1)
    yield case("kullbackLeibler", "kullbackLeibler", rounded(5, 4, scale=3), target, 0, row(target))
    huge = torch.tensor([[1e4, -1e4, 9999.0, 0], [-1e4, 1e4, 1e4, 1e4]]).double()
    yield case(
        "kullbackLeibler huge", "kullbackLeibler", huge, target[1:3], 0, row(target[1:3])
    )


def hinges():
    labels = torch.tensor([3, 0, 1, 1, 2])
    binary = torch.tensor([0, 1, 1, 0, 1])
    for kind, power in [("hinge", 1), ("squaredHinge", 2)]:
        for margin in [1.0, 0.25]:
            spec = {kind: {"margin": margin}}

            def multi(z):
                own = F.one_hot(labels, 4).bool()
                rival = z.masked_fill(own, -float("inf")).max(1).values
                return F.relu(margin + rival - z[own]) ** power

            def one(z):
                return F.relu(margin - (2.0 * binary - 1) * z[:, 0]) ** power

            yield case(f"{kind} {margin}", spec, rounded(5, 4), labels, 4, multi)
            yield case(f"{kind} {margin} one score", spec, rounded(5, 1), binary, 2, one)


def focal():
    labels = torch.tensor([3, 0, 1, 1, 2])
    binary = torch.tensor([0, 1, 1, 0, 1])
    alphas = torch.tensor([0.5, 2.0, 1.0, 0.25]).double()

    def multi(gamma, alpha):
        def row(z):
            own = F.one_hot(labels[: z.shape[0]], 4).bool()
            log_p = F.log_softmax(z, 1)[own]
            others = F.softmax(z, 1).masked_fill(own, 0).sum(1)
            return -alpha[labels[: z.shape[0]]] * others**gamma * log_p

        return row

    def one(gamma, alpha):
        def row(z):
            ce = F.binary_cross_entropy_with_logits(z[:, 0], binary.double(), reduction="none")
            p = torch.sigmoid(z[:, 0])
            p_t = p * binary + (1 - p) * (1 - binary)
            return alpha[binary] * (1 - p_t) ** gamma * ce

        return row

    for gamma in [0.0, 0.5, 2.0]:
        spec = {"focal": {"gamma": gamma}}
        yield case(f"focal {gamma}", spec, rounded(5, 4, scale=2), labels, 4, multi(gamma, torch.ones(4)))
        yield case(
            f"focal {gamma} one logit", spec, rounded(5, 1, scale=2), binary, 2, one(gamma, torch.ones(2))
        )
    spec = {"focal": {"gamma": 2, "classWeights": flat(alphas)}}
    yield case("focal class weights", spec, rounded(5, 4, scale=2), labels, 4, multi(2.0, alphas))
    quarter = torch.tensor([0.75, 0.25]).double()
    spec = {"focal": {"gamma": 2, "classWeights": flat(quarter)}}
    yield case("focal alpha", spec, rounded(5, 1, scale=2), binary, 2, one(2.0, quarter))
    huge = torch.tensor([[1e4, -1e4, 9999.0, 0], [-1e4, 1e4, 1e4, 1e4]]).double()
    yield case("focal huge", {"focal": {"gamma": 2}}, huge, labels[:2], 4, multi(2.0, torch.ones(4)))


def poisson():
    counts = torch.tensor([[0.0, 3, 1], [7, 0, 2], [1, 1, 0], [0, 0, 0], [12, 5, 1]]).double()
    row = lambda t, **kw: lambda y: mean_over_row(F.poisson_nll_loss(y, t, reduction="none", **kw))
    yield case("poisson log", "poisson", rounded(5, 3), counts, 0, row(counts))
    rates = rounded(5, 3).abs() + 0.125
    yield case(
        "poisson rate",
        {"poisson": {"outputs": "rate"}},
        rates,
        counts,
        0,
        row(counts, log_input=False),
    )


def cosines():
    target = rounded(5, 3)
    row = lambda y: 1 - F.cosine_similarity(y, target, dim=1)
    yield case("cosine", "cosine", rounded(5, 3), target, 0, row)
    steps = rounded(3, 4, 2)
    row = lambda y: mean_over_row(1 - F.cosine_similarity(y, steps, dim=2))
    yield case("cosine of vectors", "cosine", rounded(3, 4, 2), steps, 0, row)
    together = torch.tensor([1, 0, 1, 0, 0])
    for margin in [0.0, 0.5]:
        row = lambda y: F.cosine_embedding_loss(
            y[:, 0], y[:, 1], 2 * together - 1, margin=margin, reduction="none"
        )
        spec = {"cosinePairs": {"margin": margin}}
        yield case(f"cosinePairs {margin}", spec, rounded(5, 2, 3), together, 2, row)


def distances():
    together = torch.tensor([1, 0, 1, 0, 0])

    def contrastive(margin):
        def row(y):
            d = (y[:, 0] - y[:, 1]).norm(dim=1)
            return torch.where(together == 1, d**2 / 2, F.relu(margin - d) ** 2 / 2)

        return row

    for margin in [1.0, 3.0]:
        spec = {"contrastive": {"margin": margin}}
        yield case(f"contrastive {margin}", spec, rounded(5, 2, 3), together, 2, contrastive(margin))
        row = lambda y: F.triplet_margin_loss(
            y[:, 0], y[:, 1], y[:, 2], margin=margin, eps=0, reduction="none"
        )
        spec = {"triplet": {"margin": margin}}
        yield case(f"triplet {margin}", spec, rounded(5, 3, 4), torch.zeros(5), 2, row)


def dice():
    def row(target, smoothing):
        def of(z):
            p = torch.sigmoid(z)
            overlap, total = (p * target).sum((1, 2)), (p + target).sum((1, 2))
            return (1 - (2 * overlap + smoothing) / (total + smoothing)).mean(1)

        return of

    masks = (torch.rand(3, 3, 4, 2) < 0.4).double()
    masks[1] = 0
    yield case("dice", "dice", rounded(3, 3, 4, 2, scale=2), masks, 0, row(masks, 1.0))
    spec = {"dice": {"smoothing": 0.25}}
    yield case("dice smoothing", spec, rounded(3, 3, 4, 2, scale=2), masks, 0, row(masks, 0.25))
    huge = (rounded(3, 3, 4, 2).sign() * 1e4).double()
    yield case("dice huge", "dice", huge, masks, 0, row(masks, 1.0))


def main():
    cases = [
        each
        for generator in [kullback_leibler, hinges, focal, poisson, cosines, distances, dice]
        for each in generator()
    ]
    with open(os.path.join(HERE, "losses.json"), "w") as file:
        lines = ",\n".join(json.dumps(case) for case in cases)
        file.write('{"torch": "%s", "cases": [\n%s\n]}\n' % (torch.__version__, lines))


if __name__ == "__main__":
    main()
