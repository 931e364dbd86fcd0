"""The sparse family (C-1, C-2, C-4): CSR x dense, counts to hidden, the weight gradient, group sums, normalise + log1p.

Peers work in the precision of ours: single, or bfloat16 where ours is FAST (scipy and MKL have no bfloat16 and run in single).
`dense` peers multiply a matrix that is already dense, which costs them nothing here: a bound, at low density, rather than a peer.
"""
import numpy as np
import scipy.sparse

from common import Ours, Race, counts, worst_of_scale

try:
    import torch
    from common import THREADS
    torch.set_num_threads(THREADS)
except ImportError:  # the peers written with it are left out
    torch = None

GROUPS = 101


def normalised(x):
    """Counts scaled to 10,000 a cell, log1p, sparse: what scanpy does."""
    y = x.copy()
    total = np.asarray(x.sum(1)).ravel()
    total[total == 0] = 1
    y.data *= np.repeat((1e4 / total).astype(np.float32), np.diff(y.indptr))
    np.log1p(y.data, out=y.data)
    return y


def as_torch(m):
    return torch.sparse_csr_tensor(torch.from_numpy(m.indptr.astype(np.int64)), torch.from_numpy(m.indices.astype(np.int64)),
                                   torch.from_numpy(m.data), size=m.shape, check_invariants=False)


def quiet(f):
    """Without gradients to keep."""
    def call():
        with torch.no_grad():
            return f()
    return call


def densified(x, w, half):
    """What a trainer pays that densifies batches: toarray, normalise, log1p, multiply."""
    def batches():
        for first in range(0, x.shape[0], 2048):
            b = torch.from_numpy(x[first:first + 2048].toarray())
            b = torch.log1p(b * (1e4 / b.sum(1, keepdim=True).clamp_min(1)))
            (b.bfloat16() if half else b) @ w
    return batches


def products(x, w, d, shape, precision):
    half = precision == "fast"
    limit = 1e-2 if half else 1e-5
    columns = w.shape[1]

    def race(family, op, arrays, expected, scale, peers, goals):
        ours = Ours("sparse", arrays, precision=precision, op=op, columns=columns, packing="COMPACT")

        def check():
            want = expected()
            return worst_of_scale(ours.result("out").reshape(want.shape), want, scale(), limit)

        return Race(family, shape, ours, peers, check, goals=goals)

    peers = {"scipy": lambda: x @ w}
    goals = {"scipy": 15 if half else 10, "MKL sparse": 4 if half else 3, "dense, ready": 1, "dense (OpenBLAS), ready": 1}
    if not half:
        full = x.toarray()
        peers["dense (OpenBLAS), ready"] = lambda: full @ w
    if torch:
        tx, tw = as_torch(x), torch.from_numpy(w)
        td = torch.from_numpy(x.toarray())
        if half:
            td, tw16 = td.bfloat16(), tw.bfloat16()
        peers["MKL sparse"] = quiet(lambda: tx @ tw)
        peers["dense, ready"] = quiet(lambda: td @ (tw16 if half else tw))
    yield race("forward", "multiply", dict(x=x, w=w), lambda: x @ w, lambda: np.asarray(x @ abs(w)), peers, goals)

    y = normalised(x)
    peers = {"scipy": lambda: normalised(x) @ w}
    if torch:
        peers["torch, densify"] = quiet(densified(x, tw16 if half else tw, half))
    yield race("counts to hidden", "hidden", dict(x=x, w=w), lambda: y @ w, lambda: np.asarray(y @ abs(w)), peers,
               {"scipy": 15 if half else 10, "torch, densify": 8 if half else None})

    peers = {"scipy": lambda: y.T @ d}
    if torch:
        yt, tdy = as_torch(y.T.tocsr()), torch.from_numpy(d)
        ty = torch.from_numpy(y.toarray())
        if half:
            ty, tdy16 = ty.bfloat16(), tdy.bfloat16()
        peers["MKL sparse, transposed before"] = quiet(lambda: yt @ tdy)
        peers["dense, ready"] = quiet(lambda: ty.t() @ (tdy16 if half else tdy))
    yield race("weight gradient", "gradient", dict(x=x, d=d), lambda: y.T @ d, lambda: np.asarray(y.T @ abs(d)), peers,
               {"scipy": 1, "MKL sparse, transposed before": 15 if x.shape[1] < 10000 else 4, "dense, ready": 1})


def sums(x, shape):
    label = np.random.default_rng(3).integers(0, GROUPS, x.shape[0]).astype(np.int32)
    to_groups = scipy.sparse.csr_matrix((np.ones(len(label), np.float32), (label, np.arange(len(label)))),
                                        shape=(GROUPS, len(label)))
    ours = Ours("sparse", dict(x=x, group=label), op="groups", groups=GROUPS, packing="COMPACT")

    def peer():
        return to_groups @ x, to_groups @ x.multiply(x).tocsr(), to_groups @ (x > 0).astype(np.float32)

    def check():
        exact = to_groups.astype(np.float64)
        x64 = x.astype(np.float64)
        for name, kind, want in (("sums", np.int64, exact @ x64), ("squares", np.int64, exact @ x64.multiply(x64).tocsr()),
                                 ("detections", np.int32, exact @ (x64 > 0).astype(np.float64))):
            assert (ours.result(name, kind) == np.asarray(want.todense()).ravel().astype(np.int64)).all(), name
        return "equal"

    yield Race("group sums", f"{shape}, {GROUPS} groups", ours, {"scipy": peer}, check, goals={"scipy": 5})


def logarithms(x, shape):
    ours = Ours("sparse", dict(x=x), op="normalise", packing="COMPACT")

    def check():
        want = normalised(x).data
        return worst_of_scale(ours.result("values"), want, want, 1e-5)

    yield Race("normalise + log1p", shape, ours, {"scanpy's way": lambda: normalised(x)}, check, goals={"scanpy's way": 3})


def races(size):
    shapes = [(20000, 2000, d) for d in (0.05, 0.10, 0.25, 0.40)] + [(5000, 20000, 0.10)]
    columns = 256
    if size == "small":
        shapes, columns = [(2000, 500, 0.10)], 64
    for cells, genes, density in shapes:
        x = counts(cells, genes, density)
        shape = f"{cells} x {genes}, {x.nnz / cells / genes:.0%}"
        rng = np.random.default_rng(2)
        w = rng.random((genes, columns), dtype=np.float32) - 0.5
        d = rng.random((cells, columns), dtype=np.float32) - 0.5
        for precision in ("exact", "fast"):
            yield from products(x, w, d, f"{shape}, h={columns}", precision)
        yield from sums(x, shape)
        yield from logarithms(x, shape)
