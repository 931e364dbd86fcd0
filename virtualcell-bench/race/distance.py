"""Energy distance forward and backward, all distances, and energy distances of groups, against torch, numpy and scipy."""
import numpy as np
import torch
from scipy.spatial.distance import cdist

from common import THREADS, Ours, Race, worst_of_scale

torch.set_num_threads(THREADS)


def energy(x, y, mode):
    d = lambda a, b: torch.cdist(a, b, compute_mode=mode).mean((1, 2))
    return d(x, y) - 0.5 * d(x, x) - 0.5 * d(y, y)


def backward(x, y, mode):
    x.grad = None
    loss = energy(x, y, mode)
    loss.mean().backward()
    return loss


def loss_race(pairs, cells, columns):
    rng = np.random.default_rng(1)
    x, y = (rng.standard_normal((pairs, cells, columns), dtype=np.float32) for _ in range(2))
    ours = Ours("energy", dict(x=x, y=y), pairs=pairs, cells=cells, columns=columns, slope=1)
    tx, ty = torch.tensor(x, requires_grad=True), torch.tensor(y)

    def check():
        dx, dy = torch.tensor(x, dtype=torch.float64, requires_grad=True), torch.tensor(y, dtype=torch.float64)
        exact = backward(dx, dy, "donot_use_mm_for_euclid_dist").detach().numpy()
        slope = dx.grad.numpy()
        worst_of_scale(ours.result("loss"), exact, 2 * np.sqrt(2 * columns) * np.ones(pairs), 2e-5)
        got = ours.result("gradient").reshape(slope.shape)
        return worst_of_scale(got, slope, np.abs(slope).max() * np.ones_like(slope), 1e-4)

    return Race("energy", f"forward and backward, {pairs} x {cells} cells x {columns}", ours,
                {"torch cdist": lambda: backward(tx, ty, "use_mm_for_euclid_dist"),
                 "torch cdist direct": lambda: backward(tx, ty, "donot_use_mm_for_euclid_dist")},
                check, goals={"torch cdist": 3})


def all_race(cells, columns):
    rng = np.random.default_rng(2)
    x, y = (rng.standard_normal((cells, columns), dtype=np.float32) for _ in range(2))
    ours = Ours("distances", dict(x=x, y=y), cells=cells, columns=columns, groups=0)
    tx, ty = torch.tensor(x), torch.tensor(y)

    def check():
        exact = cdist(x, y)
        return worst_of_scale(ours.result("out").reshape(exact.shape), exact, exact, 2e-5)

    def numpy():
        q = (x * x).sum(1)[:, None] + (y * y).sum(1)[None] - 2 * x @ y.T
        return np.sqrt(np.maximum(q, 0, out=q), out=q)

    return Race("distances", f"all, {cells} x {cells} x {columns}", ours,
                {"torch cdist": lambda: torch.cdist(tx, ty), "numpy": numpy, "scipy cdist": lambda: cdist(x, y)}, check,
                goals={"torch cdist": 1, "numpy": 1, "scipy cdist": 1})


def groups_race(groups, cells, columns):
    rng = np.random.default_rng(3)
    x = rng.standard_normal((groups * cells, columns), dtype=np.float32) + 0.3 * rng.standard_normal((groups, 1, columns)).repeat(
        cells, 1).reshape(-1, columns).astype(np.float32)
    ours = Ours("distances", dict(x=x), cells=groups * cells, columns=columns, groups=groups)
    parts = [torch.tensor(x[g * cells:(g + 1) * cells]) for g in range(groups)]

    def torch_pairs():
        m = torch.zeros(groups, groups)
        for g in range(groups):
            for h in range(g, groups):
                m[g, h] = m[h, g] = torch.cdist(parts[g], parts[h]).mean()
        return 2 * m - m.diagonal()[:, None] - m.diagonal()[None]

    def scipy_pairs():
        m = np.zeros((groups, groups))
        for g in range(groups):
            for h in range(g, groups):
                m[g, h] = m[h, g] = cdist(parts[g].numpy(), parts[h].numpy()).mean()
        return 2 * m - np.diag(m)[:, None] - np.diag(m)[None]

    def check():
        exact = scipy_pairs()
        return worst_of_scale(ours.result("energy").reshape(exact.shape), exact, 4 * np.sqrt(2 * columns) * np.ones_like(exact), 2e-5)

    return Race("distances", f"energy of {groups} groups of {cells} x {columns}", ours,
                {"torch cdist": torch_pairs, "scipy cdist": scipy_pairs}, check, goals={"torch cdist": 1, "scipy cdist": 1})


def races(size):
    small = size == "small"
    for pairs, cells, columns in [(2, 16, 100)] if small else [(8, 64, 2000), (2, 256, 2000), (8, 64, 50)]:
        yield loss_race(pairs, cells, columns)
    yield all_race(256 if small else 4096, 50)
    yield groups_race(2, 300 if small else 4096, 50)
    yield groups_race(5 if small else 40, 150, 50)
