"""Differential expression of all groups against a control, matrix in memory to table: rank-sum tests, means, log2 fold changes,
false discovery rates. The matrix is the recipe of rank.py.

Peers: illico-like  the numba merge of rank.py, and what a table needs beside it in numpy
       pdex-like    each test sorts the cells of group and control together (numba); one group timed
The originals are no dependencies of the race. U must be equal, p, rates and fold changes within 1e-9.
"""
import numba as nb
import numpy as np
import scipy.sparse

from common import Ours, Race
from rank import Merge, p_of, recipe


class Table(Merge):
    """As illico: the tests, then means in count space from the logarithms, fold changes and rates."""

    def __call__(self):
        super().__call__()
        cells = self.group.size
        member = scipy.sparse.csr_matrix((np.ones(cells), (self.group, np.arange(cells))), shape=(self.groups, cells))
        mean = np.expm1((member @ self.y).toarray() / self.size[:, None])
        with np.errstate(divide="ignore", invalid="ignore"):
            fold = np.log2(mean[1:] / mean[0])
        self.fold = np.where(np.isnan(fold), 0, fold)
        self.fdr = rates(self.p)


def rates(p):
    order = np.argsort(p, axis=1)
    ranked = np.take_along_axis(p, order, 1) * p.shape[1] / np.arange(1, p.shape[1] + 1)
    least = np.minimum(np.minimum.accumulate(ranked[:, ::-1], axis=1)[:, ::-1], 1)
    out = np.empty_like(p)
    np.put_along_axis(out, order, least, 1)
    return out


@nb.njit(parallel=True, nogil=True)
def _pooled(own, control, u, ties):
    n = own.shape[0]
    for j in nb.prange(own.shape[1]):
        both = np.concatenate((own[:, j], control[:, j]))
        order = np.argsort(both)
        ranks = 0.0
        tie = 0.0
        i = 0
        while i < order.size:
            e = i + 1
            while e < order.size and both[order[e]] == both[order[i]]:
                e += 1
            run = float(e - i)
            tie += run * run * run - run
            for k in range(i, e):
                if order[k] < n:
                    ranks += 0.5 * (i + 1 + e)
            i = e
        u[j] = ranks - n * (n + 1) / 2
        ties[j] = tie


class Pooled:
    """As pdex tests one group; the control is made dense before."""

    def __init__(self, y, group):
        self.own, self.control = y[group == 1], y[group == 0].toarray()
        self.u, self.ties = np.empty(y.shape[1]), np.empty(y.shape[1])

    def __call__(self):
        _pooled(self.own.toarray(), self.control, self.u, self.ties)
        self.p = p_of(self.u, self.ties, float(self.own.shape[0]), float(self.control.shape[0]))


def races(size):
    cells, genes = (3000, 400) if size == "small" else (50000, 5000)
    _, y, group = recipe(cells, genes)
    ours = Ours("de", dict(x=y, group=group), jvm=["-Xmx4g"])
    table, pooled = Table(y, group, 101), Pooled(y, group)

    def check():
        table()
        pooled()
        u, p, fdr, fold = (ours.result(name, np.float64).reshape(table.u.shape) for name in ("u", "p", "fdr", "fold"))
        assert (u == table.u).all() and (u[0] == pooled.u).all(), "U differs"
        worst = max(near(p, table.p), near(p[0], pooled.p), near(fdr, table.fdr))
        assert worst < 1e-9, worst
        both = np.isfinite(table.fold)
        assert (np.isfinite(fold) == both).all() and np.abs(fold[both] - table.fold[both]).max() < 1e-6  # means of float32 sums
        if size != "small":
            assert u.sum() == 992_987_667_696.5 and abs(p.sum() - 221_957.393817) < 1e-5 and (fdr < 0.05).sum() == 18_034
        return f"U equal, p within {worst:.0e}"

    yield Race("differential expression", f"{cells} x {genes}, {y.nnz / cells / genes:.1%}, 100 groups, table out", ours,
               {"illico-like": table, "pdex-like, 1 of 100 groups": pooled}, check,
               goals={"illico-like": 5, "pdex-like, 1 of 100 groups": 0.4}, warm_up=8)


def near(a, b):
    big = b > 1e-280
    return float(np.max(np.abs(a[big] / b[big] - 1)))
