"""Dense products of the transition model against OpenBLAS (numpy), MKL and oneDNN (torch), fp32 and bf16.

512 tokens (8 sets of 64, or 4 of 128), 2,000 genes, hidden 256, 328 and 672: forward, gradient of the inputs (B'), gradient of the
weights (A'). Ours packs the right factor in every call, as the peers do, unless the shape says "packed": weights packed once for
many products, as a training step does. bf16: both sides read and write bf16. Small shapes are repeated to some 3 GFLOP a turn.
"""
import numpy as np
import torch

from common import THREADS, Ours, Race, worst_of_scale

torch.set_num_threads(THREADS)
GENES, TOKENS = 2000, 512


def shapes(size):
    if size == "small":
        yield "up", 64, 256, 64, "", False
        return
    for h in (256, 328, 672):
        yield f"encode h={h}", TOKENS, h, GENES, "", False
        yield f"decode h={h}", TOKENS, GENES, h, "", False
        yield f"qkv h={h}", TOKENS, 3 * h, h, "", False
        yield f"up h={h}", TOKENS, 4 * h, h, "", False
        yield f"up h={h}, packed", TOKENS, 4 * h, h, "", True
        yield f"down h={h}", TOKENS, h, 4 * h, "", False
        yield f"inputs of up h={h}", TOKENS, h, 4 * h, "b", False
        yield f"weights of up h={h}", h, 4 * h, TOKENS, "a", False
        yield f"weights of encode h={h}", GENES, h, TOKENS, "a", False


def races(size):
    for name, m, n, k, turned, packed in shapes(size):
        rng = np.random.default_rng(1)
        a = rng.standard_normal((k, m) if turned == "a" else (m, k), dtype=np.float32)
        b = rng.standard_normal((n, k) if turned == "b" else (k, n), dtype=np.float32)
        repeat = max(1, round(3e9 / (2.0 * m * n * k)))
        for kind in ("f32", "bf16"):
            ta, tb = torch.from_numpy(a), torch.from_numpy(b)
            if kind == "bf16":
                ta, tb = ta.bfloat16(), tb.bfloat16()
            left, right = (ta.T if turned == "a" else ta), (tb.T if turned == "b" else tb)
            np_left, np_right = (a.T if turned == "a" else a), (b.T if turned == "b" else b)
            ours = Ours("dense", dict(a=a, b=b), m=m, n=n, k=k, turned=turned or "none", type=kind.upper(), packed=packed,
                        repeat=repeat)

            def check(ours=ours, left=left, right=right, kind=kind, m=m, n=n):
                l, r = left.double(), right.double()
                # a bf16 result is rounded once more, by 2^-8 of its magnitude
                limit = 1.2e-5 if kind == "f32" else 1.2e-5 + 2.0**-8
                return worst_of_scale(ours.result("out").reshape(m, n), (l @ r).numpy(), (l.abs() @ r.abs()).numpy(), limit)

            def times(f, repeat=repeat):
                return lambda: [f() for _ in range(repeat)] and None

            peers = {"MKL fp32" if kind == "f32" else "oneDNN bf16": times(lambda left=left, right=right: left @ right)}
            goals = {next(iter(peers)): 0.95}
            if kind == "f32":
                peers["OpenBLAS fp32"] = times(lambda l=np_left, r=np_right: l @ r)
                goals["OpenBLAS fp32"] = 0.95
            yield Race("dense " + kind, f"{name}: {m} x {n} x {k}, {repeat} times", ours, peers, check, goals=goals,
                       warm_up=1 if size == "small" else 40, least_rounds=0 if size == "small" else 21)
