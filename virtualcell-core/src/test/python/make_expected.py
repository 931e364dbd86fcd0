"""Writes expected-values.json: what h5py, numpy and scipy read from the format fixtures.

usage: python make_expected.py FOLDER > ../resources/org/virtualcell/io/expected-values.json

FOLDER holds anndata-formats/, tenx-formats/ and variants/ (but the two with filters not read). The numbers are an oracle for the Java readers and
are made without them. For every matrix: shape, stored values, sum, a sum weighted by position
(catches transposition and shifts), and the first row that holds anything. For every column: its
values at some rows as text, and how many are missing.
"""
import gzip
import json
import sys
from pathlib import Path

import h5py
import numpy as np
import scipy.io
import scipy.sparse as sp

ROWS = 6  # how many rows of a column are written down


def sparse(group, shape, kind):
    parts = tuple(group[n][...] for n in ("data", "indices", "indptr"))
    make = sp.csr_matrix if kind.startswith("csr") else sp.csc_matrix
    return make(parts, shape=tuple(int(s) for s in shape)).tocsr()


def matrix(element):
    if isinstance(element, h5py.Dataset):
        dense = element[...]
        return sp.csr_matrix(dense.astype("f4") if dense.dtype == "f2" else dense)
    kind = element.attrs.get("encoding-type", element.attrs.get("h5sparse_format"))
    if kind == "dataframe":
        columns = [c for c in element.attrs["column-order"]
                   if element[c].dtype.kind in "iuf" and "categories" not in element[c].attrs]
        return sp.csr_matrix(np.stack([element[c][...] for c in columns], axis=1).astype(np.float64))
    return sparse(element, element.attrs.get("shape", element.attrs.get("h5sparse_shape")), kind)


def summary(m):
    m = m.astype(np.float32).tocsr()
    m.sort_indices()
    values = m.data.astype(np.float64)
    rows = np.repeat(np.arange(m.shape[0]), np.diff(m.indptr))
    first = int(np.argmax(np.diff(m.indptr) > 0)) if m.nnz else 0
    row = m[first]
    return {
        "shape": list(m.shape), "stored": int(m.nnz), "sum": float(values.sum()),
        "weighted": float((values * (1 + rows % 97) * (1 + m.indices % 89)).sum()),
        "row": first, "genes": row.indices[:8].tolist(), "values": [float(v) for v in row.data[:8]],
    }


def word(value):
    if value is None or isinstance(value, (float, np.floating)) and np.isnan(value):
        return None
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        return float(value)
    return str(value)


def column(values):
    words = [word(v) for v in values]
    step = max(1, len(words) // ROWS)
    picks = list(range(0, len(words), step))[:ROWS]
    return {"rows": picks, "values": [words[i] for i in picks], "missing": sum(w is None for w in words)}


def texts(dataset):
    return [word(v) for v in dataset[...]]


def categorical(codes, categories):
    return [None if c < 0 else categories[c] for c in codes]


def values(file, element):
    if isinstance(element, h5py.Group):
        kind = element.attrs["encoding-type"]
        if kind == "categorical":
            return categorical(element["codes"][...], values(file, element["categories"]))
        return [None if m else v for v, m in zip(values(file, element["values"]), element["mask"][...])]
    if "categories" in element.attrs:
        return categorical(element[...], texts(file[element.attrs["categories"]]))
    return list(element[...]) if element.dtype.kind != "O" else texts(element)


def table(file, element):
    if isinstance(element, h5py.Dataset):
        data = element[...]
        found = {}
        for name in data.dtype.names:
            labels = file.get(f"uns/{name}_categories")
            found[name] = categorical(data[name], texts(labels)) if labels is not None else list(data[name])
        index = [word(v) for v in found.pop("index")]
    else:
        name = element.attrs["_index"]
        index = values(file, element[name])
        found = {n: values(file, c) for n, c in element.items() if n not in (name, "__categories")}
    return {"index": [index[0], index[-1]], "rows": len(index),
            "columns": {n: column(v) for n, v in found.items()}}


def h5ad(path):
    with h5py.File(path, "r") as f:
        found = {}
        for place in ("X", "raw/X", "raw.X"):
            if place in f:
                found["X" if place == "X" else "raw"] = summary(matrix(f[place]))
        for group in ("layers", "obsm"):
            element = f.get(group)
            if isinstance(element, h5py.Dataset):
                for name in element.dtype.names:
                    found[f"{group}/{name}"] = summary(sp.csr_matrix(element[...][name]))
            elif element is not None:
                for name, child in element.items():
                    found[f"{group}/{name}"] = summary(matrix(child))
        return {"obs": table(f, f["obs"]), "var": table(f, f["var"]), "matrices": found}


def plain(ids, barcodes, m):
    return {"obs": {"index": [barcodes[0], barcodes[-1]], "rows": len(barcodes), "columns": {}},
            "var": {"index": [ids[0], ids[-1]], "rows": len(ids), "columns": {}},
            "matrices": {"X": summary(m)}}


def tenx_h5(path):
    with h5py.File(path, "r") as f:
        group = f[list(f)[0]]
        ids = group.get("genes") or group["features"].get("id") or group["features"]["name"]
        m = sparse(group, group["shape"][...], "csc").T
        return plain(texts(ids), texts(group["barcodes"]), m)


def tenx_folder(path):
    def read(*names):
        for name in names:
            if (path / name).exists():
                return (path / name).read_text()
            if (path / (name + ".gz")).exists():
                return gzip.open(path / (name + ".gz"), "rt").read()

    ids = [line.split("\t")[0] for line in read("features.tsv", "genes.tsv").splitlines()]
    name = path / "matrix.mtx"
    m = scipy.io.mmread(name if name.exists() else path / "matrix.mtx.gz").T
    return plain(ids, read("barcodes.tsv").split(), sp.csr_matrix(m))


if __name__ == "__main__":
    root = Path(sys.argv[1])
    expected = {}
    for path in sorted([*root.glob("anndata-formats/*.h5ad"), *root.glob("variants/*.h5ad")]):
        expected[str(path.relative_to(root))] = h5ad(path)
    for path in sorted(root.glob("tenx-formats/*/*.h5")):
        expected[str(path.relative_to(root))] = tenx_h5(path)
    for path in sorted(p for p in root.glob("tenx-formats/*/*") if p.is_dir()):
        expected[str(path.relative_to(root))] = tenx_folder(path)
    json.dump(expected, sys.stdout, indent=1, sort_keys=True, ensure_ascii=False)
