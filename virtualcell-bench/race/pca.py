"""Principal components of log-normalised counts against scipy's ARPACK and a randomised solver in numpy.

ARPACK's components are exact to single precision. The check asserts that ours leave out less than a thousandth of the variance of
each, and says by how much less and how far the space of the first is turned: synthetic counts have one direction that stands out
and many of nearly equal variance, which an iterative solver takes longest to tell apart.
"""
import numpy as np
from scipy.sparse.linalg import LinearOperator, svds

from common import Ours, Race, counts


def log_normalised(x):
    y = x.copy()
    total = np.asarray(x.sum(1)).ravel()
    total[total == 0] = 1
    y.data = np.log1p(y.data * np.repeat((1e4 / total).astype(np.float32), np.diff(x.indptr)))
    return y


def randomised(y, k, more=10, rounds=4):
    rng = np.random.default_rng(0)
    mean = np.asarray(y.mean(0)).astype(np.float32)
    q = rng.standard_normal((y.shape[1], k + more)).astype(np.float32)
    p = y @ q - mean @ q
    for _ in range(rounds):
        p = np.linalg.qr(p)[0]
        q = np.linalg.qr(y.T @ p - mean.T @ p.sum(0, keepdims=True))[0]
        p = y @ q - mean @ q
    p = np.linalg.qr(p)[0]
    u, s, v = np.linalg.svd((y.T @ p - mean.T @ p.sum(0, keepdims=True)).T, full_matrices=False)
    return p @ u[:, :k] * s[:k], s[:k], v[:k]


def arpack(y, k):
    mean = np.asarray(y.mean(0)).astype(np.float32).ravel()
    centred = LinearOperator(
        y.shape, dtype=np.float32, matvec=lambda v: y @ v.ravel() - mean @ v.ravel(), rmatvec=lambda v: y.T @ v.ravel() - mean * v.sum(),
        matmat=lambda v: y @ v - (mean @ v)[None], rmatmat=lambda v: y.T @ v - mean[:, None] * v.sum(0)[None])
    return svds(centred, k)


def races(size):
    cells, genes, k = (1000, 300, 10) if size == "small" else (20000, 2000, 50)
    y = log_normalised(counts(cells, genes, 0.1))
    dense = y.toarray().astype(np.float64)
    dense -= dense.mean(0)
    exact, vectors = np.linalg.eigh(dense.T @ dense / (cells - 1))
    exact, vectors = exact[::-1][:k], vectors[:, ::-1][:, :k]
    del dense
    ours = Ours("pca", dict(x=y), components=k, products=7)  # products count only where the covariance is not made

    def angle(a, b):
        """Largest angle between the spans of two sets of orthonormal rows and columns, in degrees."""
        return np.degrees(np.arccos(min(1, np.linalg.svd(a.astype(np.float64) @ b, compute_uv=False)[-1])))

    def check():
        variance, loading = ours.result("variance"), ours.result("loading").reshape(k, genes)
        assert np.all(np.abs(loading @ loading.T - np.eye(k)) < 1e-5), "loadings are not orthonormal"
        assert np.all(variance <= exact * (1 + 1e-4)), "more variance than there is"
        worst = np.max(1 - variance / exact)
        assert worst < 1e-3, f"variance of a component left out: {worst}"
        top = k * 3 // 5
        theirs = 1 - np.sort(randomised(y, k)[1])[::-1] ** 2 / (cells - 1) / exact
        return (f"variance left out {1 - variance.sum() / exact.sum():.1e}, of a component at most {worst:.1e} (randomised "
                f"{theirs.max():.1e}), first {top} within {angle(loading[:top], vectors[:, :top]):.2g} degrees")

    yield Race("pca", f"{cells} x {genes}, {k} components", ours,
               {"scipy ARPACK": lambda: arpack(y, k), "numpy randomised": lambda: randomised(y, k)}, check,
               goals={"scipy ARPACK": 15}, warm_up=8)
