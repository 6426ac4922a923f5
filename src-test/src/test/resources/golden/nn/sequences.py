"""Writes sequences.json: what PyTorch computes for layers along a sequence.

Run with PyTorch 1.13.1:  python3 sequences.py
As generate.py, whose cases these extend: recurrent kernels are [in, gates units], the transpose of
PyTorch's; masked steps are computed by PyTorch's cells and torch.where.
"""

import torch
import torch.nn.functional as F

from generate import float32, layer_case, rounded, write

torch.manual_seed(20241)


def short(value):
    """Nine digits: they identify a float32, and results are compared to five."""
    if isinstance(value, float):
        return float("%.9g" % value)
    if isinstance(value, list):
        return [short(v) for v in value]
    return {k: short(v) for k, v in value.items()} if isinstance(value, dict) else value


MASK = torch.tensor(
    [[1, 1, 0, 1, 1, 0, 0], [0, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1]], dtype=torch.float64
)


def zeros(*shape):
    return torch.zeros(*shape, dtype=torch.float64)


def recurrent_parameters(gates, inputs, units, **more):
    return {
        "kernel": rounded(inputs, gates * units, scale=0.6),
        "recurrentKernel": rounded(units, gates * units, scale=0.6),
        "bias": rounded(gates * units, scale=0.5),
        **more,
    }


def torch_weights(units, kernel, recurrentKernel, bias, recurrentBias=None):
    hidden_bias = torch.zeros_like(bias)
    if recurrentBias is not None:
        hidden_bias = torch.cat([zeros(2 * units), recurrentBias])
    return [kernel.T, recurrentKernel.T, bias, hidden_bias]


def whole(function, x, start, weights, bidirectional=False):
    """All steps by PyTorch's own layer."""
    start = start if function is torch.lstm else start[0]
    return function(x, start, weights, True, 1, 0.0, False, bidirectional, True)[0]


def recurrent(function, units, sequences, backwards=False):
    """Backwards by turning the steps round."""

    def forward(x, *states, **parameters):
        start = [s.unsqueeze(0) for s in states]
        start += [zeros(1, x.shape[0], units)] * (2 - len(start))
        weights = torch_weights(units, **parameters)
        output = whole(function, x.flip(1) if backwards else x, start, weights)
        if not sequences:
            return output[:, -1]
        return output.flip(1) if backwards else output

    return forward


def masked_recurrent(cell, units, sequences, backwards=False):
    def forward(x, **parameters):
        rows, steps, _ = x.shape
        weights = torch_weights(units, **parameters)
        h, c = zeros(rows, units), zeros(rows, units)
        outputs = [None] * steps
        for t in reversed(range(steps)) if backwards else range(steps):
            counts = MASK[:rows, t : t + 1] > 0
            if cell is torch.lstm_cell:
                next_h, next_c = cell(x[:, t], (h, c), *weights)
                c = torch.where(counts, next_c, c)
            else:
                next_h = cell(x[:, t], h, *weights)
            h = torch.where(counts, next_h, h)
            outputs[t] = h
        return counted(torch.stack(outputs, 1), MASK[:rows]) if sequences else h

    return forward


def counted(output, mask):
    """Masked steps count in no loss: no gradient comes from there."""
    return torch.where(mask[:, :, None] > 0, output, output.detach())


def masked(case, mask):
    case["mask"] = [float(m) for m in mask.reshape(-1)]
    return case


def recurrent_cases():
    kinds = {
        "simpleRnn": (1, torch.rnn_tanh, torch.rnn_tanh_cell),
        "lstm": (4, torch.lstm, torch.lstm_cell),
        "gru": (3, torch.gru, torch.gru_cell),
    }
    cases = []
    for kind, (gates, function, cell) in kinds.items():

        def parameters(inputs, units):
            more = {"recurrentBias": rounded(units, scale=0.5)} if kind == "gru" else {}
            return recurrent_parameters(gates, inputs, units, **more)

        def add(name, inputs, units, forward):
            width = inputs[0].shape[2]
            cases.append(layer_case(kind + name, inputs, parameters(width, units), forward))

        add(" sequences", [rounded(3, 7, 5)], 4, recurrent(function, 4, True))
        add(" last, one row", [rounded(1, 5, 3)], 6, recurrent(function, 6, False))
        add(" backwards", [rounded(2, 5, 3)], 4, recurrent(function, 4, True, True))
        add(" state", [rounded(2, 3, 3), rounded(2, 4)], 4, recurrent(function, 4, True))
        for name, sequences, backwards in [
            (" masked", True, False),
            (" masked, last", False, False),
            (" masked, backwards", True, True),
        ]:
            forward = masked_recurrent(cell, 4, sequences, backwards)
            add(name, [rounded(3, 7, 3)], 4, forward)
            masked(cases[-1], MASK)
    x = [rounded(2, 5, 3), rounded(2, 4), rounded(2, 4)]
    forward = recurrent(torch.lstm, 4, True)
    cases.append(layer_case("lstm state and cell", x, recurrent_parameters(4, 3, 4), forward))
    return cases


def bidirectional_cases():
    def named(direction, parameters):
        return {direction + "/" + name: value for name, value in parameters.items()}

    def forward(function, merge, sequences, units):
        def run(x, **parameters):
            weights, states = [], 2 * [zeros(2, x.shape[0], units)]
            for direction in ["forward/", "backward/"]:
                own = {k[len(direction) :]: v for k, v in parameters.items() if k.startswith(direction)}
                weights += torch_weights(units, **own)
            output = whole(function, x, states, weights, bidirectional=True)
            if not sequences:
                output = torch.cat([output[:, -1, :units], output[:, 0, units:]], 1)
            return output if merge == "concat" else output[..., :units] + output[..., units:]

        return run

    cases = []
    for name, gates, function, merge, sequences in [
        ("bidirectional lstm", 4, torch.lstm, "concat", True),
        ("bidirectional gru, sum, last", 3, torch.gru, "sum", False),
    ]:
        parameters = {}
        for direction in ["forward", "backward"]:
            more = {"recurrentBias": rounded(3, scale=0.5)} if gates == 3 else {}
            parameters.update(named(direction, recurrent_parameters(gates, 2, 3, **more)))
        run = forward(function, merge, sequences, 3)
        cases.append(layer_case(name, [rounded(2, 5, 2)], parameters, run))
    return cases


def embedding_case():
    """The tokens have no gradient: the case's one is of a factor 1 that is not compared."""
    tokens = torch.tensor([[1, 4, 4, 0, 2], [4, 0, 0, 0, 3]])
    case = layer_case(
        "embedding",
        [tokens.double()],
        {"vectors": rounded(5, 3)},
        lambda x, vectors: F.embedding(tokens, vectors) + 0 * x.unsqueeze(2),
    )
    case["inputs"][0]["tokens"] = True
    return case


def attention_parameters(width, other=None):
    names = {"in": (width, 3 * width), "out": (width, width)}
    if other:
        names = {"query": (width, width), "keyValue": (other, 2 * width), "out": (width, width)}
    parameters = {}
    for name, shape in names.items():
        parameters[name + "/kernel"] = rounded(*shape, scale=0.6)
        parameters[name + "/bias"] = rounded(shape[1], scale=0.5)
    return parameters


def attention(heads, causal=False, mask=None):
    """By PyTorch's own function, which has the steps first."""

    def forward(x, other=None, **parameters):
        width, steps = x.shape[2], x.shape[1]
        keys = x if other is None else other
        later = torch.ones(steps, keys.shape[1]).triu(1).bool() if causal else None
        arguments = dict(
            training=False,
            key_padding_mask=None if mask is None else mask == 0,
            need_weights=False,
            attn_mask=later,
        )
        if other is None:
            weight, bias = parameters["in/kernel"].T, parameters["in/bias"]
        else:
            kv = parameters["keyValue/kernel"].T
            weight, bias = None, torch.cat([parameters["query/bias"], parameters["keyValue/bias"]])
            arguments.update(
                use_separate_proj_weight=True,
                q_proj_weight=parameters["query/kernel"].T,
                k_proj_weight=kv[:width],
                v_proj_weight=kv[width:],
            )
        output, _ = F.multi_head_attention_forward(
            x.transpose(0, 1), keys.transpose(0, 1), keys.transpose(0, 1), width, heads, weight,
            bias, None, None, False, 0.0, parameters["out/kernel"].T, parameters["out/bias"],
            **arguments,
        )
        output = output.transpose(0, 1)
        return output if mask is None else counted(output, mask)

    return forward


def rotary_attention(x, **parameters):
    """Two heads of width 4, by complex numbers: pair i of step t is multiplied by e^(j t angle)."""
    rows, steps, width = x.shape
    q, k, v = [
        part.reshape(rows, steps, 2, 4).transpose(1, 2)
        for part in (x.matmul(parameters["in/kernel"]) + parameters["in/bias"]).split(width, 2)
    ]
    angles = torch.arange(steps).double()[:, None] * torch.tensor([1.0, 100.0**-0.5]).double()
    turn = torch.polar(torch.ones_like(angles), angles)
    q, k = [
        torch.view_as_real(torch.view_as_complex(p.reshape(rows, 2, steps, 2, 2)) * turn).flatten(3)
        for p in (q, k)
    ]
    output = torch.softmax(q.matmul(k.transpose(2, 3)) / 2, 3).matmul(v)
    output = output.transpose(1, 2).reshape(rows, steps, width)
    return output.matmul(parameters["out/kernel"]) + parameters["out/bias"]


def attention_cases():
    x = lambda: rounded(2, 5, 4)
    keys = lambda: rounded(2, 7, 3)
    mask = MASK[:2, :5]
    cases = [
        layer_case("attention", [x()], attention_parameters(4), attention(2)),
        layer_case("attention causal", [x()], attention_parameters(4), attention(2, True)),
        masked(
            layer_case("attention masked", [x()], attention_parameters(4), attention(1, mask=mask)),
            mask,
        ),
        layer_case("attention cross", [x(), keys()], attention_parameters(4, 3), attention(2)),
        layer_case("attention rotary", [rounded(1, 5, 8)], attention_parameters(8), rotary_attention),
    ]
    return cases


def block_parameters(width, inner, other=None):
    names = ["attention"] + (["cross"] if other else []) + ["feedForward"]
    parameters = {}
    for number, name in enumerate(names):
        parameters["norm%d/gamma" % (number + 1)] = 1 + rounded(width, scale=0.2)
        parameters["norm%d/beta" % (number + 1)] = rounded(width, scale=0.2)
        if name == "feedForward":
            parameters["feedForward1/kernel"] = rounded(width, inner, scale=0.6)
            parameters["feedForward1/bias"] = rounded(inner, scale=0.5)
            parameters["feedForward2/kernel"] = rounded(inner, width, scale=0.6)
            parameters["feedForward2/bias"] = rounded(width, scale=0.5)
        else:
            own = attention_parameters(width, other if name == "cross" else None)
            parameters.update({name + "/" + key: value for key, value in own.items()})
    return parameters


def block(heads, activation, pre, causal=False):
    def forward(x, other=None, **parameters):
        def part(name):
            return {k[len(name) :]: v for k, v in parameters.items() if k.startswith(name)}

        def feed_forward(h):
            h = activation(h.matmul(parameters["feedForward1/kernel"]) + parameters["feedForward1/bias"])
            return h.matmul(parameters["feedForward2/kernel"]) + parameters["feedForward2/bias"]

        branches = [lambda h: attention(heads, causal)(h, **part("attention/"))]
        if other is not None:
            branches.append(lambda h: attention(heads)(h, other, **part("cross/")))
        branches.append(feed_forward)
        for number, branch in enumerate(branches):
            weights = [parameters["norm%d/%s" % (number + 1, name)] for name in ("gamma", "beta")]
            norm = lambda h: F.layer_norm(h, h.shape[2:], *weights, eps=float32(1e-5))
            x = x + branch(norm(x)) if pre else norm(x + branch(x))
        return x

    return forward


def block_cases():
    x = lambda: rounded(2, 3, 4)
    return [
        layer_case("block pre", [x()], block_parameters(4, 5), block(2, F.gelu, True)),
        layer_case("block post", [x()], block_parameters(4, 5), block(2, torch.tanh, False, True)),
        layer_case(
            "block cross", [x(), rounded(2, 5, 3)], block_parameters(4, 3, 3), block(1, F.gelu, True)
        ),
    ]


def position_cases():
    steps, width = 5, 3
    angles = torch.arange(steps).double()[:, None] * torch.tensor([1.0, 1.0, 50.0 ** (-2 / 3)])
    positions = torch.where(torch.tensor([True, False, True]), angles.sin(), angles.cos())
    return [
        layer_case("sinusoidalPositions", [rounded(2, 5, 3)], {}, lambda x: x + positions),
        layer_case(
            "learnedPositions",
            [rounded(2, 5, 3)],
            {"positions": rounded(5, 3)},
            lambda x, positions: x + positions,
        ),
    ]


if __name__ == "__main__":
    cases = recurrent_cases() + bidirectional_cases() + [embedding_case()]
    write("sequences.json", short(cases + attention_cases() + block_cases() + position_cases()))
