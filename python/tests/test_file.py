"""Files and folders."""

import io
import os
import tarfile
from pathlib import Path

import pytest
from lazyscribe import Project
from lazyscribe.exception import SaveError


@pytest.fixture
def tree(folder):
    """Return a folder with files in it."""
    root = folder / "logs"
    (root / "b" / "empty").mkdir(parents=True)
    (root / "a").write_bytes(b"one")
    (root / "b" / "größe").write_bytes(bytes(3 << 20))
    (root / "run").write_bytes(b"#!/bin/sh\n")
    (root / "run").chmod(0o700)
    return root


def contents(root):
    """Return what is in a folder: files with their bytes and whether they can be run."""
    return {
        path.relative_to(root).as_posix(): path.is_file()
        and (path.read_bytes(), bool(path.stat().st_mode & 0o111))
        for path in root.rglob("*")
    }


@pytest.mark.parametrize("kind", [str, lambda path: path])
def test_path(stored, loaded, folder, entry, kind):
    source = folder / "model.onnx"
    source.write_bytes(b"abc")
    file = stored(kind(source), "file")
    assert (file.suffix, file.read_bytes()) == (".onnx", b"abc")
    assert loaded() == b"abc"
    found = entry(folder / "project.json", "data")
    # The digest of FIPS 180-2, appendix B.1.
    assert found["sha256"] == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
    assert found["size"] == 3


@pytest.mark.parametrize("value", [b"abc", bytearray(b"abc"), memoryview(b"abc")])
def test_bytes(stored, loaded, value):
    assert stored(value, "file").suffix == ""
    assert loaded() == b"abc"


@pytest.mark.parametrize(
    "name, suffix",
    [
        ("a.onnx", ".onnx"), ("a.tar.gz", ".tar.gz"), ("a.b.c", ".c"), ("a", ""), (".a", ""), (".a.b", ".b"),
        ("..tar.gz", ".gz"), ("a.", ""), ("a.b c", ""), ("a.größe", ""), ("a.tar.g!", ""),
    ],
)  # fmt: skip
def test_suffix(stored, folder, name, suffix):
    (folder / name).write_bytes(b"")
    stored(folder / name, "file", fname=None)
    (entry,) = Project()["run"].artifacts
    assert entry.fname[len("data-20250101000000") :] == suffix


def test_written_to_a_path(stored, loaded, folder):
    stored(b"new", "file")
    (folder / "out").write_bytes(b"old and longer")
    assert loaded(to="out").read_bytes() == b"new"
    before = sorted(folder.iterdir())
    with pytest.raises(TypeError, match="not both"):
        loaded(to="out", into="out")
    with pytest.raises(FileNotFoundError):
        loaded(to="none/out")
    assert sorted(folder.iterdir()) == before


def test_folder(stored, loaded, tree, folder):
    file = stored(tree, "file")
    assert file.suffix == ".tar"
    with tarfile.open(file, "r:") as archive:
        members = archive.getmembers()
    assert [m.name for m in members] == ["a", "b", "b/empty", "b/größe", "run"]
    assert [m.mode for m in members] == [0o644, 0o755, 0o755, 0o644, 0o755]
    assert {(m.mtime, m.uid, m.gid, m.uname, m.gname) for m in members} == {
        (0, 0, 0, "", "")
    }
    (folder / "out").mkdir()  # empty, so that it can be replaced
    assert loaded(into="out") == Path("out")
    assert contents(folder / "out") == contents(tree)


def test_folder_with_something_in_it_stays(stored, loaded, tree, folder):
    stored(tree, "file")
    before = contents(tree)
    with pytest.raises(OSError, match="not empty"):
        loaded(into="logs")
    assert contents(tree) == before


@pytest.mark.parametrize("change", ["a", "b/new", "b/empty"])
def test_folder_that_changed_is_not_saved(folder, tree, change):
    project = Project()
    with project.log("run") as experiment:
        experiment.log_artifact("data", tree, handler="file")
    path = tree / change
    if path.is_dir():
        path.rmdir()
    else:
        path.write_bytes(b"two")
    with pytest.raises(SaveError) as error:
        project.save()
    assert "has changed since it was logged" in str(error.value.__cause__)


def test_links_are_refused_when_logged(tree, folder):
    os.symlink("a", tree / "link")
    why = "'link' is neither a file nor a folder"
    with Project().log("run") as experiment, pytest.raises(ValueError, match=why):
        experiment.log_artifact("data", tree, handler="file")


@pytest.mark.parametrize(
    "value, error, why",
    [
        (1, TypeError, "a path or bytes, not of type int"),
        ("none", FileNotFoundError, "there is no file"),
        ("/dev/null", ValueError, "neither a file nor a folder"),
    ],
)
def test_other_values_are_refused_when_logged(folder, value, error, why):
    with Project().log("run") as experiment, pytest.raises(error, match=why):
        experiment.log_artifact("data", value, handler="file")


def member(name, kind=tarfile.REGTYPE, **fields):
    info = tarfile.TarInfo(name)
    info.type = kind
    for key, value in fields.items():
        setattr(info, key, value)
    return info


@pytest.mark.parametrize(
    "members, error",
    [
        ([member("/etc/x")], ValueError),
        ([member("../x")], ValueError),
        ([member("a/../../x")], ValueError),
        ([member("a\\..\\x")], ValueError),
        ([member("x", tarfile.SYMTYPE, linkname="/etc"), member("x/y")], ValueError),
        ([member("a"), member("x", tarfile.LNKTYPE, linkname="a")], ValueError),
        ([member("x", tarfile.FIFOTYPE)], ValueError),
        ([member("x", pax_headers={"GNU.sparse.major": "1", "GNU.sparse.minor": "0"})], (ValueError, tarfile.TarError)),
        ([member("x/" * 2100)], ValueError),
        ([member("a"), member("a")], FileExistsError),
        ([member("a"), member("a/b")], FileExistsError),
    ],
)  # fmt: skip
def test_hostile_folders(stored, loaded, folder, members, error):
    buf = io.BytesIO()
    with tarfile.open(fileobj=buf, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for info in members:
            archive.addfile(info)
    stored(buf.getvalue(), "file")
    before = sorted(folder.rglob("*"))
    with pytest.raises(error):
        loaded(into="out")
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize("keep", [0, 600, 2 << 20])
def test_truncated_folder(stored, loaded, tree, folder, keep):
    file = stored(tree, "file")
    file.write_bytes(file.read_bytes()[:keep])
    before = sorted(folder.iterdir())
    with pytest.raises(tarfile.TarError):
        loaded(into="out")
    assert sorted(folder.iterdir()) == before
