"""Arrays are the files that numpy writes."""

import hashlib
import io
import pickle
import zipfile

import numpy as np
import pytest
from lazyscribe import Project

ARRAYS = {
    "matrix": np.arange(12, dtype="<f8").reshape(3, 4),
    "fortran": np.asfortranarray(np.arange(6, dtype="<i4").reshape(2, 3)),
    "big endian": np.array([1, -2], ">i2"),
    "half": np.array([0.5, np.nan], "<f2"),
    "complex": np.array([[1 + 2j]], "<c16"),
    "bools": np.array([True, False]),
    "one": np.float32(0.1),
    "empty": np.zeros((2, 0), "u1"),
    "strided": np.arange(10, dtype="<u8")[::3],
    "list": [[1.5, 2.0], [3.0, 4.0]],
}


def saved(write, *values, **named):
    buf = io.BytesIO()
    write(buf, *values, **named)
    return buf.getvalue()


def check_same(got, want):
    want = np.asarray(want)
    assert (got.dtype, got.shape) == (want.dtype, want.shape)
    np.testing.assert_array_equal(got, want)


@pytest.mark.parametrize("name", ARRAYS)
def test_npy(stored, loaded, entry, folder, name):
    file = stored(ARRAYS[name], "npy")
    assert file.suffix == ".npy"
    assert file.read_bytes() == saved(np.save, ARRAYS[name])
    found = entry(folder / "project.json", "data")
    assert found["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert found["size"] == file.stat().st_size
    check_same(loaded(), ARRAYS[name])


@pytest.mark.parametrize("compress", [False, True])
def test_npz(stored, loaded, compress):
    file = stored(ARRAYS, "npz", compress=compress)
    write = np.savez_compressed if compress else np.savez
    assert file.read_bytes() == saved(write, **ARRAYS)
    got = loaded()
    assert list(got) == list(ARRAYS)
    for name, array in got.items():
        check_same(array, ARRAYS[name])


def test_names_that_savez_has_other_uses_for(stored, loaded):
    names = {"file": [1], "allow_pickle": [2], "arr_0": [3]}
    stored(names, "npz")
    assert {name: list(array) for name, array in loaded().items()} == names


def test_members_that_are_no_arrays(stored, loaded):
    file = stored({"a": [1]}, "npz")
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("notes.txt", "text")
    assert list(loaded()) == ["a"]


@pytest.mark.parametrize(
    "value, why",
    [
        ("text", "not of dtype <U4"),
        (b"bytes", "not of dtype |S5"),
        ([1, None], "not of dtype object"),
        (np.datetime64("2025-01-01"), "not of dtype datetime64"),
        (np.zeros(1, "i4,f8"), "not of dtype "),
        (np.zeros(1, np.longdouble), "not of dtype "),
        (np.ma.masked_array([1, 2], [True, False]), "cannot have a mask"),
    ],
)
def test_other_arrays_are_refused_when_logged(folder, value, why):
    with Project().log("run") as experiment:
        with pytest.raises(TypeError, match=f"^an npy artifact .*{why}"):
            experiment.log_artifact("data", value, handler="npy")
        with pytest.raises(TypeError, match=f"^array 'a' .*{why}"):
            experiment.log_artifact("data", {"a": value}, handler="npz")
        assert experiment.artifacts == []


@pytest.mark.parametrize(
    "handler, value, settings, why",
    [
        ("npz", [1], {}, "a mapping from names to arrays, not of type list"),
        ("npz", {1: [1]}, {}, "an array needs a text for a name, not 1"),
        ("npz", {"": [1]}, {}, "an array needs a text for a name, not ''"),
        ("npz", {}, {"level": 1}, "unexpected keyword argument"),
        ("npy", [1], {"compress": True}, "unexpected keyword argument"),
    ],
)
def test_misuse_is_refused_when_logged(folder, handler, value, settings, why):
    with Project().log("run") as experiment, pytest.raises(TypeError, match=why):
        experiment.log_artifact("data", value, handler=handler, **settings)


def test_values_are_those_of_the_log(folder, loaded):
    array = np.zeros(3)
    project = Project()
    with project.log("run") as experiment:
        experiment.log_artifact("data", {"a": array}, handler="npz")
    array[0] = 1
    pickle.loads(pickle.dumps(project)).save()
    assert list(loaded()["a"]) == [0, 0, 0]


def test_pickled_objects_are_not_loaded(stored, loaded):
    objects = np.array([{}], dtype=object)
    stored([1], "npy").write_bytes(saved(np.save, objects))
    with pytest.raises(ValueError, match="allow_pickle=False"):
        loaded()
    stored({"a": [1]}, "npz").write_bytes(saved(np.savez, a=objects))
    with pytest.raises(ValueError, match="allow_pickle=False"):
        loaded()


@pytest.mark.parametrize("handler, value", [("npy", [1]), ("npz", {"a": [1]})])
def test_damaged_file(stored, loaded, handler, value):
    file = stored(value, handler)
    file.write_bytes(file.read_bytes()[:40])
    with pytest.raises((ValueError, zipfile.BadZipFile)):
        loaded()
