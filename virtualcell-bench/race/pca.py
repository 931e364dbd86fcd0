"""Principal components of log-normalised counts against scipy's ARPACK and a randomised solver in numpy.

The check says how much of the exact components' variance ours leave out, and of their subspace: synthetic counts have few directions
that stand out and many of nearly equal variance, which an iterative solver takes longest to tell apart.
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
    for products in (5, 7, 16):
        ours = Ours("pca", dict(x=y), components=k, products=products)

        def check():
            variance, loading = ours.result("variance"), ours.result("loading").reshape(k, genes)
            assert np.all(np.abs(loading @ loading.T - np.eye(k)) < 1e-5), "loadings are not orthonormal"
            assert np.all(variance <= exact * (1 + 1e-4)), "more variance than there is"
            out = 1 - variance.sum() / exact.sum()
            assert out < 0.1, f"variance left out: {out}"
            other = 1 - (np.linalg.norm(loading @ vectors) ** 2) / k
            theirs = 1 - (randomised(y, k)[1] ** 2).sum() / (cells - 1) / exact.sum()
            return f"variance left out {out:.1e} (randomised {theirs:.1e}), worst {np.max(1 - variance / exact):.1e}, subspace {other:.1e}"

        yield Race("pca", f"{cells} x {genes}, {k} components, {products} products", ours,
                   {"scipy ARPACK": lambda: arpack(y, k), "numpy randomised": lambda: randomised(y, k)}, check,
                   goals={"scipy ARPACK": 15}, warm_up=3)
