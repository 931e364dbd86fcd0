"""Cuts anndata-v0.5.0.h5ad to its first 40 cells and 30 genes, keeping the layout of anndata 0.5.

usage: python cut_v05.py IN OUT

Small enough to be kept with the tests: compound obs and var, raw.X with h5sparse_format, categories
in uns, compound obsm. Values are those of the source.
"""
import sys

import h5py
import scipy.sparse as sp

CELLS, GENES = 40, 30
with h5py.File(sys.argv[1], "r") as f, h5py.File(sys.argv[2], "w") as out:
    packed = dict(compression="gzip")
    out.create_dataset("X", data=f["X"][:CELLS, :GENES], chunks=(16, 8), **packed)
    out.create_dataset("obs", data=f["obs"][:CELLS], **packed)
    out.create_dataset("obsm", data=f["obsm"][:CELLS], **packed)
    out.create_dataset("var", data=f["var"][:GENES], **packed)
    out.create_dataset("raw.var", data=f["raw.var"][:GENES], **packed)
    g = f["raw.X"]
    raw = sp.csr_matrix((g["data"][...], g["indices"][...], g["indptr"][...]), g.attrs["h5sparse_shape"])
    raw = raw[:CELLS, :GENES]
    group = out.create_group("raw.X")
    group.attrs["h5sparse_format"] = "csr"
    group.attrs["h5sparse_shape"] = raw.shape
    for name in ("data", "indices", "indptr"):
        group.create_dataset(name, data=getattr(raw, name), **packed)
    for name in ("bulk_labels", "louvain", "phase"):
        out.create_dataset(f"uns/{name}_categories", data=f[f"uns/{name}_categories"][...], **packed)
