"""Training curves of set transformers in plain torch, which SetTransformerTorchTest repeats.

    python make_fixtures.py     writes llama.bin.gz and gpt.bin.gz beside this file (torch 2.13, numpy)

The first values of all parameters and all batches are single-precision numbers, so that both sides start from the same. A file
is a row of arrays: name (UTF, Java's DataOutput), kind (f, d or i), count (int32), numbers, all big-endian.
"""
import gzip
import math
import pathlib
import struct

import numpy as np
import torch
import torch.nn.functional as F

torch.set_num_threads(1)
BATCHES, STEPS_DOUBLE, STEPS_SINGLE, AVERAGE, CLIP, DECAY = 4, 50, 200, 0.98, 1.0, 0.01

CONFIGS = {
    "llama": dict(inputs=20, outputs=16, hidden=24, layers=2, encoder=2, decoder=2, conditions=0, condition_size=5, batches=3,
                  residual=True, output="relu", heads=2, head=12, feed=40, gated=True, sets=3, cells=6, chunks=2, rate=0.004),
    "gpt": dict(inputs=18, outputs=18, hidden=32, layers=2, encoder=1, decoder=1, conditions=7, condition_size=0, batches=0,
                residual=False, output="softplus", heads=4, head=8, feed=64, gated=False, sets=2, cells=9, chunks=1, rate=0.003),
}


def shapes(c):
    h, inner, f = c["hidden"], c["heads"] * c["head"], c["feed"]

    def stack(name, first, last, layers):
        widths = [first] + [h] * (layers - 1) + [last]
        for i in range(layers):
            yield f"{name}.{i}.weight", (widths[i], widths[i + 1])
            yield f"{name}.{i}.bias", (widths[i + 1],)

    yield from stack("encoder", c["inputs"], h, c["encoder"])
    if c["condition_size"]:
        yield from stack("condition", c["condition_size"], h, c["encoder"])
    else:
        yield "condition.weight", (c["conditions"], h)
    if c["batches"]:
        yield "batch.weight", (c["batches"], h)
    llama = c["gated"]

    def norm(name):
        yield name + ".weight", (h,)
        if not llama:
            yield name + ".bias", (h,)

    def linear(name, i, o):
        yield name + ".weight", (i, o)
        if not llama:
            yield name + ".bias", (o,)

    for b in range(c["layers"]):
        p = f"block.{b}."
        yield from norm(p + "attentionNorm")
        yield from linear(p + "qkv", h, 3 * inner)
        yield from linear(p + "attentionOut", inner, h)
        yield from norm(p + "feedForwardNorm")
        yield from linear(p + "up", h, 2 * f if llama else f)
        yield from linear(p + "down", f, h)
    yield from norm("norm")
    yield from stack("decoder", h, c["outputs"], c["decoder"])


def model(c, P, x, condition, batch):
    B, S, h, llama = c["sets"], c["cells"], c["hidden"], c["gated"]

    def linear(name, v):
        y = v @ P[name + ".weight"]
        return y + P[name + ".bias"] if name + ".bias" in P else y

    def stack(name, v, layers):
        for i in range(layers):
            v = linear(f"{name}.{i}", v)
            if i + 1 < layers:
                v = F.gelu(v)
        return v

    def norm(name, v):
        if llama:
            return v * torch.rsqrt(v.pow(2).mean(-1, keepdim=True) + 1e-6) * P[name + ".weight"]
        return F.layer_norm(v, (h,), P[name + ".weight"], P[name + ".bias"], 1e-5)

    e = stack("encoder", x, c["encoder"])
    t = stack("condition", condition, c["encoder"]) if c["condition_size"] else P["condition.weight"][condition]
    z = e + t.repeat_interleave(S, 0)
    if c["batches"]:
        z = z + P["batch.weight"][batch]
    for b in range(c["layers"]):
        p = f"block.{b}."
        q, k, v = linear(p + "qkv", norm(p + "attentionNorm", z)).view(B, S, 3, c["heads"], c["head"]).permute(2, 0, 3, 1, 4)
        a = torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(c["head"]), -1) @ v
        z = z + linear(p + "attentionOut", a.transpose(1, 2).reshape(B * S, -1))
        u = linear(p + "up", norm(p + "feedForwardNorm", z))
        if llama:
            gate, up = u.chunk(2, -1)
            u = F.silu(gate) * up
        else:
            u = F.gelu(u, approximate="tanh")
        z = z + linear(p + "down", u)
    r = norm("norm", z)
    y = stack("decoder", r + e if c["residual"] else r, c["decoder"])
    return F.relu(y) if c["output"] == "relu" else F.softplus(y)


def energy(c, x, y):
    B, S = c["sets"], c["cells"]

    def mean(a, b):
        square = (a[:, :, None] - b[:, None]).pow(2).sum(-1)
        return torch.where(square > 0, square, 1.0).sqrt().where(square > 0, 0.0).mean((1, 2))

    total = 0
    edges = [c["outputs"] * i // c["chunks"] for i in range(c["chunks"] + 1)]
    for low, high in zip(edges, edges[1:]):
        a, b = x[:, low:high].view(B, S, -1), y[:, low:high].view(B, S, -1)
        total = total + (mean(a, b) - mean(a, a) / 2 - mean(b, b) / 2).mean()
    return total / c["chunks"]


def train(c, first, data, rates, steps, kind):
    P = {n: torch.tensor(v, dtype=kind).requires_grad_() for n, v in first.items()}
    average = {n: v.detach().clone() for n, v in P.items()}
    decays = [v for n, v in P.items() if v.dim() == 2]
    still = [v for n, v in P.items() if v.dim() == 1]
    optimiser = torch.optim.AdamW([dict(params=decays, weight_decay=DECAY), dict(params=still, weight_decay=0.0)], foreach=False)
    losses = []
    for step in range(steps):
        x, y, condition, batch = data[step % BATCHES]
        condition = torch.tensor(condition) if condition.dtype == np.int32 else torch.tensor(condition, dtype=kind)
        batch = None if batch is None else torch.tensor(batch)
        optimiser.zero_grad()
        loss = energy(c, model(c, P, torch.tensor(x, dtype=kind), condition, batch), torch.tensor(y, dtype=kind))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(P.values()), CLIP)
        for group in optimiser.param_groups:
            group["lr"] = float(rates[step])
        optimiser.step()
        with torch.no_grad():
            for n, v in P.items():
                average[n].mul_(AVERAGE).add_(v, alpha=1 - AVERAGE)
        losses.append(loss.item())
    return losses, {n: v.detach().numpy() for n, v in P.items()}, {n: v.numpy() for n, v in average.items()}


def put(out, name, array):
    a = np.asarray(array)
    kind = {"float32": "f", "float64": "d", "int32": "i"}[a.dtype.name]
    text = name.encode()
    out.write(struct.pack(">H", len(text)) + text + kind.encode() + struct.pack(">i", a.size))
    out.write(a.astype(a.dtype.newbyteorder(">")).tobytes())


def main():
    for name, c in CONFIGS.items():
        rng = np.random.default_rng(7)
        first = {}
        for n, shape in shapes(c):
            if n.endswith("orm.weight"):
                v = 1 + 0.1 * rng.standard_normal(shape)
            else:
                v = rng.standard_normal(shape) * (0.1 if len(shape) == 1 else shape[0] ** -0.5)
            first[n] = v.astype(np.float32)
        rows, data = c["sets"] * c["cells"], []
        for b in range(BATCHES):
            x = (rng.random((rows, c["inputs"])) < 0.4) * rng.random((rows, c["inputs"])) * 3
            y = (rng.random((rows, c["outputs"])) < 0.4) * rng.random((rows, c["outputs"])) * 3 + np.arange(c["outputs"]) % 3
            if c["condition_size"]:
                condition = rng.standard_normal((c["sets"], c["condition_size"])).astype(np.float32)
            else:
                condition = rng.integers(0, c["conditions"], c["sets"]).astype(np.int32)
            batch = rng.integers(0, c["batches"], rows).astype(np.int32) if c["batches"] else None
            data.append((x.astype(np.float32), y.astype(np.float32), condition, batch))
        peak, warm = c["rate"], 10
        rates = [peak * min(1, (s + 1) / warm) * (1 if s < warm else 0.5 * (1 + math.cos(math.pi * (s + 1 - warm) / (STEPS_SINGLE - warm))))
                 for s in range(STEPS_SINGLE)]
        rates = np.array(rates, dtype=np.float32)  # what the optimiser is given
        double, last, average = train(c, first, data, rates, STEPS_DOUBLE, torch.float64)
        single, _, _ = train(c, first, data, rates, STEPS_SINGLE, torch.float32)
        print(name, double[0], double[-1], single[0], single[-1])
        with gzip.GzipFile(pathlib.Path(__file__).resolve().parent / f"{name}.bin.gz", "wb", mtime=0) as out:
            for n, v in first.items():
                put(out, "first/" + n, v)
                put(out, "last/" + n, last[n])
                put(out, "average/" + n, average[n])
            for b, (x, y, condition, batch) in enumerate(data):
                put(out, f"x/{b}", x)
                put(out, f"y/{b}", y)
                put(out, f"condition/{b}", condition)
                if batch is not None:
                    put(out, f"batch/{b}", batch)
            put(out, "double", np.array(double))
            put(out, "single", np.array(single))
            put(out, "rates", rates)


main()
