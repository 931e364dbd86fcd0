"""CSR x dense against scipy."""
import numpy as np

from common import Ours, Race, counts, worst_of_scale


def races(size):
    cells, genes, columns = (2000, 500, 64) if size == "small" else (20000, 2000, 256)
    for density in (0.1,):
        x = counts(cells, genes, density)
        w = np.random.default_rng(2).random((genes, columns), dtype=np.float32) - 0.5
        ours = Ours("sparse", dict(x=x, w=w), columns=columns, packing="PLAIN")

        def check():
            expected = x @ w
            return worst_of_scale(ours.result("out").reshape(expected.shape), expected, np.asarray(abs(x) @ abs(w)), 1e-5)

        yield Race("forward", f"{cells} x {genes}, {x.nnz / cells / genes:.1%}, h={columns}", ours,
                   {"scipy": lambda: x @ w}, check, goals={"scipy": 10})
