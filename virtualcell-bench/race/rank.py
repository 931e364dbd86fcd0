"""Rank-sum tests of all groups against a control, cells in memory to p-values out.

Peers: numba      the sparse merge of illico as we could write it: the control sorted once a gene, each group merged into it
       scanpy-like  ranks of the union of control and group, all genes at once; one group timed and multiplied
Both sides correct for ties; U must be equal to the unit and p within 1e-9.
The recipe is the matrix of evaluation-2025 section 2.4: integers by splitmix64, so that anybody can make it again.
"""
import math

import numba as nb
import numpy as np
import scipy.sparse
import scipy.special
import scipy.stats

from common import THREADS, Ours, Race, counts

nb.set_num_threads(min(THREADS, nb.config.NUMBA_NUM_THREADS))


@nb.njit
def _h(x):
    x = np.uint64(x) + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@nb.njit
def _unit(x):
    return float(_h(x) >> np.uint64(11)) * 2.0 ** -53


@nb.njit
def _recipe_group(cell):
    return 0 if cell % 5 == 0 else 1 + (cell - cell // 5 - 1) % 100


@nb.njit(parallel=True)
def _recipe_row_counts(cells, genes, rates, stored, fill, start, gene, count):
    for i in nb.prange(cells):
        group = _recipe_group(i)
        at = start[i]
        for j in range(genes):
            rate = rates[group, j]
            u = _unit(np.uint64(3000000019) + np.uint64(5000) * np.uint64(i) + np.uint64(j))
            p = math.exp(-rate)
            cdf = p
            k = 0
            while u >= cdf:
                k += 1
                p = p * rate / k
                cdf += p
            if k > 0:
                if fill:
                    gene[at] = j
                    count[at] = k
                at += 1
        stored[i] = at - start[i]


@nb.njit
def _recipe_rates(genes):
    rates = np.empty((101, genes))
    for j in range(genes):
        r = _unit(np.uint64(1000000007) + np.uint64(j))
        for g in range(101):
            rates[g, j] = 0.01 + r ** 4
            if g > 0:
                w = _h(np.uint64(2000000011) + np.uint64(1000003) * np.uint64(g) + np.uint64(j))
                if w % np.uint64(20) == 0:
                    rates[g, j] *= 2.0 if (w >> np.uint64(40)) & np.uint64(1) == 0 else 0.5
    return rates


def recipe(cells=50000, genes=5000):
    """Counts, log1p values (float32 CSR) and the group of each cell."""
    rates = _recipe_rates(genes)
    stored = np.zeros(cells, np.int64)
    start = np.zeros(cells + 1, np.int64)
    _recipe_row_counts(cells, genes, rates, stored, False, start, np.empty(0, np.int32), np.empty(0, np.float64))
    start[1:] = np.cumsum(stored)
    gene = np.empty(start[-1], np.int32)
    count = np.empty(start[-1], np.float64)
    _recipe_row_counts(cells, genes, rates, stored, True, start, gene, count)
    total = np.add.reduceat(count, start[:-1])
    values = np.log1p(count / np.repeat(total, stored) * 10000).astype(np.float32)
    y = scipy.sparse.csr_matrix((values, gene, start.astype(np.int32)), shape=(cells, genes))
    group = np.array([_recipe_group(i) for i in range(cells)], np.int32)
    return count.astype(np.float32), y, group


@nb.njit(parallel=True, nogil=True)
def _merge(data, rows, start, group, groups, size, u, ties):
    for j in nb.prange(start.size - 1):
        lo, hi = start[j], start[j + 1]
        first = np.zeros(groups + 1, np.int64)
        for i in range(lo, hi):
            first[group[rows[i]] + 1] += 1
        for k in range(groups):
            first[k + 1] += first[k]
        place = first.copy()
        sorted_ = np.empty(hi - lo, np.float32)
        for i in range(lo, hi):
            k = group[rows[i]]
            sorted_[place[k]] = data[i]
            place[k] += 1
        for k in range(groups):
            sorted_[first[k]:first[k + 1]].sort()
        c = sorted_[first[0]:first[1]]
        zeros = float(size[0] - c.size)
        distinct = np.empty(c.size, np.float32)
        begin = np.empty(c.size + 1, np.int64)
        n = 0
        base = 0.0
        i = 0
        while i < c.size:
            e = i + 1
            while e < c.size and c[e] == c[i]:
                e += 1
            distinct[n] = c[i]
            begin[n] = i
            n += 1
            run = float(e - i)
            base += run * run * run - run
            i = e
        begin[n] = c.size
        for k in range(1, groups):
            t = sorted_[first[k]:first[k + 1]]
            empty = float(size[k] - t.size)
            z = zeros + empty
            sum_u = 0.5 * zeros * empty + t.size * zeros
            tie = base + z * z * z - z
            i = 0
            p = 0
            while i < t.size:
                v = t[i]
                e = i + 1
                while e < t.size and t[e] == v:
                    e += 1
                high = n
                while p < high:
                    m = (p + high) >> 1
                    if distinct[m] < v:
                        p = m + 1
                    else:
                        high = m
                run = float(e - i)
                equal = float(begin[p + 1] - begin[p]) if p < n and distinct[p] == v else 0.0
                sum_u += run * (begin[p] + 0.5 * equal)
                both = run + equal
                tie += both * both * both - both - (equal * equal * equal - equal)
                i = e
            u[k - 1, j] = sum_u
            ties[k - 1, j] = tie


def p_of(u, ties, n, m):
    both = n + m
    with np.errstate(divide="ignore", invalid="ignore"):
        s = np.sqrt(n * m / 12 * (both + 1 - ties / (both * (both - 1))))
        p = scipy.special.erfc((np.abs(u - n * m / 2) - 0.5) / s / math.sqrt(2))
    return np.where(s > 0, np.minimum(p, 1), 1)


class Merge:
    def __init__(self, y, group, groups):
        self.y, self.group, self.groups = y, group, groups
        self.size = np.bincount(group, minlength=groups).astype(np.int64)
        self.u = np.empty((groups - 1, y.shape[1]))
        self.ties = np.empty_like(self.u)

    def __call__(self):
        c = self.y.tocsc()
        _merge(c.data, c.indices, c.indptr, self.group, self.groups, self.size, self.u, self.ties)
        self.p = p_of(self.u, self.ties, self.size[1:, None].astype(float), float(self.size[0]))


class UnionRanks:
    """What scanpy does with one group (ties corrected): ranks of its cells and the controls together, U, tie term and p, genes by
    chunks of ten million values as there. Its time is that of a group; the work is the same for each."""

    def __init__(self, y, group):
        self.control, self.treated = y[group == 0].tocsc(), y[group == 1].tocsc()
        self.step = max(1, 10_000_000 // (self.control.shape[0] + self.treated.shape[0]))
        self.u, self.ties = np.empty(y.shape[1]), np.empty(y.shape[1])

    def __call__(self):
        n, m = self.treated.shape[0], self.control.shape[0]
        for first in range(0, self.u.size, self.step):
            chunk = slice(first, first + self.step)
            ranks = scipy.stats.rankdata(np.concatenate([self.treated[:, chunk].toarray(), self.control[:, chunk].toarray()]), axis=0)
            self.u[chunk] = ranks[:n].sum(0) - n * (n + 1) / 2
            ranks.sort(axis=0)
            for j in range(ranks.shape[1]):
                ends = np.flatnonzero(np.concatenate([[True], ranks[1:, j] != ranks[:-1, j], [True]]))
                runs = np.diff(ends).astype(float)
                self.ties[first + j] = (runs**3 - runs).sum()
        self.p = p_of(self.u, self.ties, float(n), float(m))


def races(size):
    shapes = {"small": [(2000, 300, 11, False)], "large": [(100000, 8000, 501, False)]}
    for cells, genes, groups, by_recipe in shapes.get(size, [(20000, 2000, 101, False), (50000, 5000, 101, True)]):
        if by_recipe:
            _, y, group = recipe(cells, genes)
        else:
            x = counts(cells, genes, 0.05 if size == "large" else 0.1)
            total = np.maximum(np.asarray(x.sum(1)).ravel(), 1)
            y = x.copy()
            y.data = np.log1p(x.data * np.repeat((1e4 / total).astype(np.float32), np.diff(x.indptr)))
            group = np.concatenate([np.zeros(cells // 4, np.int32), 1 + np.arange(cells - cells // 4, dtype=np.int32) % (groups - 1)])
            np.random.default_rng(1).shuffle(group)
        ours = Ours("rank", dict(x=y, group=group), groups=groups, packing="PLAIN", shares=0, jvm=["-Xmx6g" if size == "large" else "-Xmx3g"])
        merge = Merge(y, group, groups)
        union = None if by_recipe else UnionRanks(y, group)

        def check():
            merge()
            u, p = (ours.result(name, np.float64).reshape(merge.u.shape) for name in ("u", "p"))
            assert (u == merge.u).all(), "U differs"
            big = merge.p > 1e-280
            worst = float(np.max(np.abs(p[big] / merge.p[big] - 1)))
            assert worst < 1e-9, worst
            if union:
                union()
                assert (union.u == u[0]).all(), "U of scanpy's way differs"
                assert float(np.max(np.abs(union.p - p[0]))) < 1e-12
            if by_recipe:
                ranked = np.sort(p, axis=1) * genes / np.arange(1, genes + 1)
                found = int((np.minimum.accumulate(ranked[:, ::-1], axis=1) < 0.05).sum())
                assert y.nnz == 41_682_985 and u.sum() == 992_987_667_696.5, (y.nnz, u.sum())
                assert abs(p.sum() - 221_957.393817) < 1e-5 and found == 18_034, (p.sum(), found)
            return f"U equal, p within {worst:.0e}"

        peers = {"numba merge": merge}
        if union:
            peers["scanpy-like, one group"] = union
        yield Race("rank sums", f"{cells} x {genes}, {y.nnz / cells / genes:.1%}, {groups - 1} groups, p out", ours, peers, check,
                   goals={"numba merge": 5, "scanpy-like, one group": 1000 / (groups - 1)}, warm_up=2 if y.nnz > 1e7 else 5)
