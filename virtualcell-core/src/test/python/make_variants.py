"""Writes small h5ad files in layouts that the copied fixtures do not have, with h5py.

usage: python make_variants.py FOLDER

modern.h5ad      anndata 0.13: nullable strings as labels and columns, nullable numbers and truth
                 values, categories that are numbers or truth values, missing codes, CSC X
big-endian.h5ad  big-endian values, a user block, unsigned indices, unsorted rows
half.h5ad        a dense half-precision X with chunks that do not divide it
tensor.h5ad      a 64-bit X in one chunk larger than needed, shuffle, deflate and fletcher32
random.h5ad      values that lzf cannot pack, so that chunks are stored as they are beside packed ones
zstd.h5ad        X/data lists the zstd filter, which is not read
scaleoffset.h5ad X/data is packed with scale-offset, which is not read
"""
import sys
from pathlib import Path

import h5py
import numpy as np
import scipy.sparse as sp

STR = h5py.string_dtype()
CELLS, GENES = 9, 5
DENSE = (np.arange(CELLS * GENES).reshape(CELLS, GENES) * 7 % 11 * (np.arange(GENES) % 2 == 0)).astype("f4")


def encode(element, kind, version):
    element.attrs["encoding-type"] = kind
    element.attrs["encoding-version"] = version
    return element


def strings(parent, name, values):
    return encode(parent.create_dataset(name, data=list(values), dtype=STR), "string-array", "0.2.0")


def array(parent, name, values, **packing):
    return encode(parent.create_dataset(name, data=values, **packing), "array", "0.2.0")


def nullable(parent, name, kind, values, mask):
    group = encode(parent.create_group(name), kind, "0.1.0")
    (strings if kind == "nullable-string-array" else array)(group, "values", values)
    array(group, "mask", np.array(mask))


def categorical(parent, name, codes, categories):
    group = encode(parent.create_group(name), "categorical", "0.2.0")
    group.attrs["ordered"] = False
    array(group, "codes", np.array(codes, "i1"))
    (strings if isinstance(categories[0], str) else array)(group, "categories", categories)


def frame(parent, name, count, columns=()):
    group = encode(parent.create_group(name), "dataframe", "0.2.0")
    group.attrs["_index"] = "names"
    group.attrs["column-order"] = np.array(columns, dtype=STR if columns else float)
    strings(group, "names", [f"{name}{i}" for i in range(count)])
    return group


def sparse(parent, m, kind, data={}, index={}):
    group = encode(parent.create_group("X"), kind, "0.1.0")
    group.attrs["shape"] = np.array(m.shape)
    group.create_dataset("data", data=m.data, **data)
    group.create_dataset("indices", data=m.indices, **index)
    group.create_dataset("indptr", data=m.indptr)


def start(path, **options):
    f = encode(h5py.File(path, "w", **options), "anndata", "0.1.0")
    frame(f, "var", GENES)
    return f


def modern(path):
    with start(path) as f:
        columns = ["text", "number", "truth", "dose", "flag", "batch"]
        obs = frame(f, "obs", CELLS, columns)
        del obs["names"]
        odd = np.arange(CELLS) % 2 == 1
        nullable(obs, "names", "nullable-string-array", [f"cell{i}" for i in range(CELLS)], [False] * CELLS)
        nullable(obs, "text", "nullable-string-array", [f"t{i}" for i in range(CELLS)], odd)
        nullable(obs, "number", "nullable-integer", np.arange(CELLS) * 10**12, odd)
        nullable(obs, "truth", "nullable-boolean", ~odd, np.arange(CELLS) == 2)
        categorical(obs, "dose", [0, 1, 2, -1, 0, 1, 2, 0, 0], np.array([0.5, 1.0, 10.0]))
        categorical(obs, "flag", [0, 1] * 4 + [-1], np.array([False, True]))
        categorical(obs, "batch", [1, 0, 0, 0, 0, 0, 0, 0, 1], ["a", "ü"])
        sparse(f, sp.csc_matrix(DENSE), "csc_matrix")


def big_endian(path):
    with start(path, userblock_size=1024) as f:
        frame(f, "obs", CELLS)
        m = sp.csr_matrix(DENSE)
        for row in range(CELLS):  # the genes of every row backwards
            part = slice(m.indptr[row], m.indptr[row + 1])
            m.indices[part] = m.indices[part][::-1].copy()
            m.data[part] = m.data[part][::-1].copy()
        group = encode(f.create_group("X"), "csr_matrix", "0.1.0")
        group.attrs["shape"] = np.array(m.shape)
        group.create_dataset("data", data=m.data.astype(">f8"), chunks=(7,), compression="gzip")
        group.create_dataset("indices", data=m.indices.astype(">u2"), chunks=(5,), shuffle=True)
        group.create_dataset("indptr", data=m.indptr.astype(">i8"))


def half(path):
    with start(path) as f:
        frame(f, "obs", CELLS)
        array(f, "X", DENSE.astype("f2"), chunks=(4, 3), compression="lzf", shuffle=True)


def tensor(path):
    with start(path) as f:
        frame(f, "obs", CELLS)
        m = sp.csr_matrix(DENSE.astype("i8"))
        packing = dict(chunks=(1000,), maxshape=(None,), compression="gzip", shuffle=True, fletcher32=True)
        sparse(f, m, "csr_matrix", packing, packing)


def random(path):
    with start(path) as f:
        frame(f, "obs", CELLS)
        values = np.random.default_rng(1).normal(size=(CELLS, GENES)).astype("f4")
        values[5:] = 0.25
        array(f, "X", values, chunks=(3, 5), compression="lzf")


def filtered(path, number, values):
    with start(path) as f:
        frame(f, "obs", CELLS)
        m = sp.csr_matrix(DENSE.astype("i4"))
        sparse(f, m, "csr_matrix")
        del f["X/data"]
        plan = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plan.set_chunk((8,))
        if number == 6:
            plan.set_scaleoffset(h5py.h5z.SO_INT, 0)
        else:
            plan.set_filter(number, h5py.h5z.FLAG_OPTIONAL, values)
        space = h5py.h5s.create_simple(m.data.shape)
        h5py.h5d.create(f["X"].id, b"data", h5py.h5t.NATIVE_INT32, space, plan).write(
            h5py.h5s.ALL, h5py.h5s.ALL, m.data)


if __name__ == "__main__":
    to = Path(sys.argv[1])
    modern(to / "modern.h5ad")
    big_endian(to / "big-endian.h5ad")
    half(to / "half.h5ad")
    tensor(to / "tensor.h5ad")
    random(to / "random.h5ad")
    filtered(to / "zstd.h5ad", 32015, (3,))
    filtered(to / "scaleoffset.h5ad", 6, ())
