"""Checks with h5py, element by element, that a file follows the h5ad encoding of anndata 0.8+.

usage: python check_h5ad.py FILE...

Every element must carry encoding-type and encoding-version as UTF-8 text, in the pairs anndata
reads; data frames their _index and column-order; sparse matrices their shape and fitting arrays;
categoricals codes within their categories. Prints one line per file, or the first fault.
"""
import sys

import h5py
import numpy as np

VERSIONS = {
    "anndata": "0.1.0", "dict": "0.1.0", "dataframe": "0.2.0", "array": "0.2.0",
    "csr_matrix": "0.1.0", "csc_matrix": "0.1.0", "raw": "0.1.0", "categorical": "0.2.0",
    "string-array": "0.2.0", "string": "0.2.0", "numeric-scalar": "0.2.0",
    "nullable-integer": "0.1.0", "nullable-boolean": "0.1.0", "nullable-string-array": "0.1.0",
}


def text(element, name):
    value = element.attrs[name]
    assert isinstance(value, str), f"{element.name} {name} is {type(value)}"
    info = h5py.check_string_dtype(h5py.h5a.open(element.id, name.encode()).dtype)
    assert info is not None and info.encoding == "utf-8" and info.length is None, f"{element.name} {name}: {info}"
    return value


def check(element):
    kind = text(element, "encoding-type")
    assert VERSIONS[kind] == text(element, "encoding-version"), f"{element.name}: version of {kind}"
    getattr(sys.modules[__name__], "check_" + kind.replace("-", "_"))(element)


def check_anndata(f):
    assert {"obs", "var"} <= set(f)
    for child in f.values():
        check(child)
    shape = f["obs"][f["obs"].attrs["_index"]].shape[0], f["var"][f["var"].attrs["_index"]].shape[0]
    for matrix in [f["X"], *f["layers"].values()]:
        size = tuple(matrix.attrs["shape"]) if isinstance(matrix, h5py.Group) else matrix.shape
        assert size == shape, f"{matrix.name} is {size}, not {shape}"


def check_dict(group):
    for child in group.values():
        check(child)


def check_raw(group):
    for child in group.values():
        check(child)


def check_dataframe(group):
    index = text(group, "_index")
    order = list(group.attrs["column-order"])
    assert all(isinstance(name, str) for name in order), order
    assert set(order) | {index} == set(group), f"{group.name}: {order} against {list(group)}"
    assert index not in order
    assert text(group[index], "encoding-type") in ("string-array", "nullable-string-array")
    for child in group.values():
        check(child)


def check_array(dataset):
    assert isinstance(dataset, h5py.Dataset) and dataset.dtype.kind in "biuf", dataset.dtype


def check_string_array(dataset):
    info = h5py.check_string_dtype(dataset.dtype)
    assert info is not None and info.encoding == "utf-8" and info.length is None, info
    dataset.asstr()[...]


def check_string(dataset):
    assert dataset.shape == ()
    dataset.asstr()[()]


def check_numeric_scalar(dataset):
    assert dataset.shape == () and dataset.dtype.kind in "biuf"


def check_csr_matrix(group):
    rows, columns = group.attrs["shape"]
    assert group.attrs["shape"].dtype.kind == "i"
    data, indices, indptr = (group[n][...] for n in ("data", "indices", "indptr"))
    assert indptr.shape == (rows + 1,) and indptr[0] == 0 and indptr[-1] == len(data) == len(indices)
    assert (np.diff(indptr) >= 0).all() and indices.dtype.kind == "i"
    assert len(indices) == 0 or 0 <= indices.min() and indices.max() < columns
    for row in range(rows):
        assert (np.diff(indices[indptr[row]:indptr[row + 1]]) > 0).all(), f"row {row} is unsorted"


def check_categorical(group):
    assert isinstance(group.attrs["ordered"], (bool, np.bool_)), type(group.attrs["ordered"])
    check(group["categories"])
    check(group["codes"])
    codes = group["codes"][...]
    assert codes.dtype.kind == "i" and (codes >= -1).all() and (codes < len(group["categories"])).all()
    assert len(set(group["categories"].asstr()[...])) == len(group["categories"])


def check_masked(group):
    check(group["values"])
    check(group["mask"])
    assert group["mask"].dtype == bool and group["mask"].shape == group["values"].shape


check_nullable_integer = check_nullable_boolean = check_nullable_string_array = check_masked

if __name__ == "__main__":
    for path in sys.argv[1:]:
        with h5py.File(path, "r") as f:
            check(f)
            print(path, "is sound:", f["obs"][f["obs"].attrs["_index"]].shape[0], "cells")
