"""Writes files with h5py, and says what h5py reads from them.

Standard input is JSON: the folder, and for which versions of the format, as h5py
calls them, and for which of these to write large files too. Standard output is JSON: for each
kind of content its datasets by name, each with dtype and shape, and with the
strings, or the elements in C order and with the least significant byte first, in
base64; or what is known to be unsupported about it. It is the same for all versions.

The files beside this script, and expected.json, are its own:

    python write.py > expected.json <<< '{"folder": ".", "versions": ["earliest", "latest"]}'
"""

import base64
import json
import sys
from pathlib import Path

import h5py
import numpy as np

NUMBERS = "i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8 c8 c16 >i2 >i4 >i8 >u2 >u4 >u8 >f2 >f4 >f8 >c8 >c16"


def numbers(dtype):
    """Return an array with the extremes of a dtype."""
    dtype = np.dtype(dtype)
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        return np.array([[info.min, info.max, 0], [1, 2, 3]], dtype)
    if dtype.kind == "f":
        info = np.finfo(dtype)
        return np.array([[info.min, info.max, np.inf], [info.tiny, -0.0, np.nan]]).astype(dtype)
    return np.array([[1 + 2j, -0.5j, complex(np.inf, -1)]]).astype(dtype)


def low(f, name, dtype, shape, change, maxshape=None):
    """Create a dataset with a property that h5py's own functions do not set."""
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    change(properties)
    if not isinstance(dtype, h5py.h5t.TypeID):
        dtype = h5py.h5t.py_create(np.dtype(dtype), logical=True)
    space = h5py.h5s.create_simple(shape, maxshape)
    return h5py.Dataset(h5py.h5d.create(f.id, name.encode(), dtype, space, properties))


def padded(kind):
    """Return the type of strings of three bytes that are padded in a way."""
    t = h5py.h5t.C_S1.copy()
    t.set_size(3)
    t.set_strpad(kind)
    return t


def types(f):
    for name in NUMBERS.split():
        f[f"numbers/{name}"] = numbers(name)
    f["bool"] = np.array([True, False, True])
    f["scalar"] = 2.5
    f["scalar bool"] = True
    f["empty"] = np.zeros(0, "i4")
    f["no columns"] = np.zeros((2, 0))
    f["no rows"] = np.zeros((0, 3), "u1")
    f["cube"] = np.arange(24, dtype="i2").reshape(2, 3, 4)
    f["axes"] = np.arange(4.0).reshape((1,) * 30 + (4, 1))
    f["deep/er/still/x"] = np.arange(3, dtype="u2")
    f["ünï"] = np.arange(2)
    f["enum"] = np.array([1, 2, 1], h5py.enum_dtype({"RED": 1, "BLUE": 2}, basetype=">u2"))
    f["enum of two"] = np.array([0, 1], h5py.enum_dtype({"A": 0, "B": 1}, basetype="i1"))
    f["fixed"] = np.array([b"a", b"", b"abcde"])
    f["fixed grid"] = np.array([[b"ab", b"c"]])
    f["text"] = "größer"
    f["texts"] = ["a", "", "größer", "x" * 5000]
    f["text grid"] = np.array([["a", "b"], ["c", "d"]], dtype=object)
    f["no texts"] = np.array([], dtype=h5py.string_dtype())
    f["bytes"] = b"abc"
    for name, kind in {"spaces": h5py.h5t.STR_SPACEPAD, "terminated": h5py.h5t.STR_NULLTERM}.items():
        low(f, name, padded(kind), (2,), lambda p: None)[...] = [b"ab", b"c"]
    f.create_dataset("unwritten", (2, 3), "f4")
    f.create_dataset("unwritten with a value", (2, 3), ">i4", fillvalue=7)
    f.create_dataset("unwritten text", (2,), h5py.string_dtype())
    low(f, "compact", "i4", (3,), lambda p: p.set_layout(h5py.h5d.COMPACT))[...] = [4, 5, 6]
    low(f, "compact rows", "u2", (3, 2), lambda p: p.set_layout(h5py.h5d.COMPACT))[...] = [[1, 2], [3, 4], [5, 6]]
    f["hard link"] = f["scalar"]
    f["group again"] = f["deep"]
    f["deep/cycle"] = f["/"]
    f["soft link"] = h5py.SoftLink("/scalar")
    f["external link"] = h5py.ExternalLink("other.h5", "/x")
    f["named type"] = np.dtype("i4")
    f.create_group("empty group")


def chunks(f):
    grid = np.arange(10 * 7, dtype="f8").reshape(10, 7) / 3
    ways = {
        "plain": {},
        "gzip": {"compression": "gzip"},
        "shuffle": {"shuffle": True},
        "checksum": {"fletcher32": True},
        "all": {"compression": 9, "shuffle": True, "fletcher32": True},
    }
    ends = {"fixed": None, "rows grow": (None, 7), "columns grow": (10, None), "both grow": (None, None), "within": (20, 9)}
    for way, options in ways.items():
        for end, maxshape in ends.items():
            f.create_dataset(f"{way}/{end}", data=grid, chunks=(3, 4), maxshape=maxshape, **options)
        f.create_dataset(f"{way}/one chunk", data=grid, chunks=(10, 7), **options)
    f.create_dataset("cube", data=np.arange(5 * 4 * 6, dtype=">i2").reshape(5, 4, 6), chunks=(2, 3, 4), compression="gzip")
    f.create_dataset("cube grows", data=np.arange(5 * 4 * 6, dtype="i2").reshape(5, 4, 6), chunks=(2, 3, 4), maxshape=(5, None, 6))
    f.create_dataset("odd bytes", data=np.arange(5, dtype="u1"), chunks=(5,), fletcher32=True)
    f.create_dataset("all bits", data=np.full(10, 255, "u1"), chunks=(10,), fletcher32=True)
    f.create_dataset("incompressible", data=np.frombuffer(bytes(range(8)), "u1"), chunks=(8,), compression="gzip")
    f.create_dataset("gaps", (10, 10), "i2", chunks=(3, 3), fillvalue=-1)[4, 4] = 5
    f.create_dataset("gaps that grow", (10, 10), ">i2", chunks=(3, 3), maxshape=(None, 10), fillvalue=-1)[9, 9] = 5
    f.create_dataset("nothing yet", (0, 3), "f4", chunks=(8, 3), maxshape=(None, 3))
    f.create_dataset("never written", (4, 3), "f4", chunks=(8, 3), maxshape=(None, 3))
    shrunk = f.create_dataset("shrunk", data=np.arange(20), chunks=(3,), maxshape=(None,))
    shrunk.resize((7,))
    shrunk.resize((11,))
    f.create_dataset("texts", data=["a", "bc", "größer"] * 3, chunks=(2,), compression="gzip")
    f.create_dataset("bools", data=np.arange(20).reshape(4, 5) % 3 == 0, chunks=(3, 3), compression="gzip")
    f.create_dataset("complex", data=np.arange(6) * (1 + 2j), chunks=(4,), shuffle=True, compression="gzip")

    def early(p):
        p.set_chunk((3, 4))
        p.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)

    low(f, "early", "f8", (10, 7), early)[...] = grid


def many(f):
    for i in range(100):
        f[f"a group/member {i:03}"] = i
    f.create_dataset("fixed", data=np.arange(300, dtype="u1"), chunks=(1,))
    f.create_dataset("grows", data=np.arange(300, dtype="u1"), chunks=(1,), maxshape=(None,))
    f.create_dataset("both grow", data=np.arange(256, dtype="u1").reshape(16, 16), chunks=(1, 1), maxshape=(None, None))
    f.create_dataset("both grow packed", data=np.ones((16, 16), "u1"), chunks=(1, 1), maxshape=(None, None), fletcher32=True)


def small(f):
    """Little of everything, to be fuzzed."""
    f["group/x"] = np.array([[1, 2], [3, 4]], ">i2")
    f["text"] = ["a", "bc"]
    f["bool"] = [True, False]
    f["fixed text"] = np.array([b"a", b"bcd"])
    options = {"compression": "gzip", "shuffle": True, "fletcher32": True}
    f.create_dataset("packed", data=np.arange(6.0), chunks=(4,), **options)
    f.create_dataset("grows", data=np.arange(12, dtype="f4").reshape(4, 3), chunks=(1, 2), maxshape=(4, None))
    f.create_dataset("both grow", data=np.arange(4, dtype="u1").reshape(2, 2), chunks=(1, 2), maxshape=(None, None), **options)


def large(f):
    """What takes too much room for testdata: trees and blocks of several levels."""
    for i in range(2000):
        f[f"a group/member with a long name, so that heaps grow {i}"] = i
    paged = np.arange(3000) % 250
    f.create_dataset("fixed", data=paged.astype("u1"), chunks=(1,))
    f.create_dataset("fixed packed", data=paged.astype("u1"), chunks=(1,), fletcher32=True)
    f.create_dataset("grows", data=paged.astype("u1"), chunks=(1,), maxshape=(None,))
    f.create_dataset("both grow", data=np.arange(8100).reshape(90, 90) % 250, chunks=(1, 1), maxshape=(None, None))
    f.create_dataset("all bits", data=np.full(70000, 255, "u1"), chunks=(70000,), fletcher32=True, compression="gzip")
    f.create_dataset("checksum", data=paged, chunks=(3000,), fletcher32=True)
    sparse = f.create_dataset("sparse", (400000,), "u1", chunks=(1,), maxshape=(None,))
    for i in [0, 3, 4, 70, 5000, 131000, 133000, 140000, 200000, 263000, 300001, 399999]:
        sparse[i] = i % 250
    sparse = f.create_dataset("sparse fixed", (50000,), "u1", chunks=(1,))
    for i in [0, 1023, 1024, 30000, 49999]:
        sparse[i] = i % 250


def others(f):
    """Links in the order of their creation, attributes; behind a user block."""
    f.create_group("ordered", track_order=True)
    for name in ["b", "a", "c"]:
        f[f"ordered/{name}"] = np.arange(3)
    for i in range(20):
        f[f"ordered/{i}"] = i
    f["ordered"].attrs["x"] = 1
    f["ordered/a"].attrs["unit"] = "m"
    for i in range(20):
        f["ordered/b"].attrs[f"attribute {i}"] = np.arange(100.0)


def refused(f):
    """Datasets that are not read, by what is said about them."""
    f.create_dataset("lzf", data=np.arange(10), chunks=(5,), compression="lzf")
    f.create_dataset("scaleoffset", data=np.arange(10), chunks=(5,), scaleoffset=True)
    f["compounds"] = np.array([(1, 2.5)], dtype=[("a", "<i4"), ("b", "<f8")])
    f["real and imaginary: compounds"] = np.array([(1, 2)], dtype=[("r", "<i4"), ("i", "<i4")])
    f["opaque bytes"] = np.array([b"abc"], "V3")
    f["references"] = np.array([f["lzf"].ref], dtype=h5py.ref_dtype)
    sequences = f.create_dataset("sequences of any length", (1,), h5py.vlen_dtype("i4"))
    sequences[0] = [1, 2]
    f.create_dataset("arrays within elements", (2,), np.dtype(("i4", (3,))))
    f["type with a name: shared part"] = np.dtype("i8")
    f.create_dataset("shared part", data=[1], dtype=f["type with a name: shared part"])
    f["without data"] = h5py.Empty("f4")
    f["floats of 16 bytes"] = np.zeros(1, np.longdouble)
    layout = h5py.VirtualLayout((10,), "i8")
    layout[:] = h5py.VirtualSource(f["lzf"])
    f.create_virtual_dataset("virtual dataset", layout)
    low(f, "in other files", "i4", (4,), lambda p: p.set_external(b"other", 0, 16))
    t = h5py.h5t.STD_I32LE.copy()
    t.set_precision(24)
    low(f, "integers of 24 bits", t, (2,), lambda p: None)
    low(f, "bit fields", h5py.h5t.STD_B8LE, (2,), lambda p: None)
    low(f, "complex numbers of HDF5 2", h5py.h5t.COMPLEX_IEEE_F64LE, (2,), lambda p: None)


def names(group, path="", seen=()):
    """Yield the names of datasets: those of each group under its first."""
    for name in sorted(group, key=lambda s: s.encode()):
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            continue
        at, thing = f"{path}{name}", group[name]
        if isinstance(thing, h5py.Dataset):
            yield at
        elif isinstance(thing, h5py.Group):
            addr = h5py.h5o.get_info(thing.id).addr
            if addr not in seen:
                seen.append(addr)
                yield from names(thing, at + "/", seen)


def describe(d):
    """Return what h5py says of a dataset."""
    if h5py.check_string_dtype(d.dtype):
        texts = np.asarray(d.asstr()[()] if d.dtype.kind == "O" else np.char.decode(d[()], "utf-8"))
        return {"dtype": d.dtype.str, "shape": d.shape, "texts": [str(s) for s in texts.ravel()]}
    a = np.asarray(d[()])
    data = base64.b64encode(a.astype(a.dtype.newbyteorder("<")).tobytes()).decode()
    return {"dtype": a.dtype.str, "shape": a.shape, "data": data}


def contents(path, write):
    """Return what h5py says of a file."""
    with h5py.File(path) as f:
        datasets = names(f, seen=[h5py.h5o.get_info(f.id).addr])
        if write is refused:
            return {at: {"refused": at.split(": ")[-1]} for at in datasets}
        return {at: describe(f[at]) for at in datasets}


def main():
    task = json.load(sys.stdin)
    writers = [types, chunks, many, others, refused, small]
    answer = {}
    for version in task["versions"]:
        for write in writers + [large] * (version in task.get("large", [])):
            path = Path(task["folder"]) / f"{write.__name__}-{version}.h5"
            with h5py.File(path, "w", libver=version, userblock_size=1024 if write is others else 0) as f:
                write(f)
            found = contents(path, write)
            if answer.setdefault(write.__name__, found) != found:
                raise SystemExit(f"{path} is not what the other versions of it are")
    json.dump(answer, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
