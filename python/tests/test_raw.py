"""Files of other formats are bytes."""

import pytest
from lazyscribe import Project
from lazyscribe.artifacts import _get_handler

import lazyscribe_go

DATA = bytes(range(256)) + b"\r\n"


def log(value, handler):
    project = Project()
    with project.log("run") as experiment:
        experiment.log_artifact("data", value, handler=handler)
    return project


@pytest.mark.parametrize("value", [DATA, bytearray(DATA), memoryview(DATA), b""])
@pytest.mark.parametrize("handler, suffix", [("gob", "gob"), ("bytes", "bin")])
def test_round_trip(folder, value, handler, suffix):
    log(value, handler).save()
    (file,) = folder.glob(f"run-*/data-*.{suffix}")
    assert file.read_bytes() == bytes(value)
    assert Project()["run"].load_artifact("data") == bytes(value)


def test_gob_is_digested_as_it_is_saved(folder, entry):
    data = bytearray(b"abc")
    project = log(data, "gob")
    data[0] = 0
    project.save()
    assert Project()["run"].load_artifact("data") == b"abc"
    # The digest of FIPS 180-2, appendix B.1.
    assert entry(folder / "project.json", "data")["sha256"] == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


@pytest.mark.parametrize("value", ["text", 1, [1], object()])
def test_other_types_are_refused_when_logged(value):
    with pytest.raises(TypeError, match="a gob artifact is bytes here"):
        log(value, "gob")


def test_registered_alias(folder):
    with pytest.raises(ValueError, match="No handler available"):
        _get_handler("grid")
    handler = lazyscribe_go.register_raw("grid", suffix="grd")
    assert _get_handler("grid") is handler
    assert lazyscribe_go.register_raw("grid", suffix="grd") is handler
    log(DATA, "grid").save()
    assert len(list(folder.glob("run-*/data-*.grd"))) == 1
    assert Project()["run"].load_artifact("data") == DATA


def test_suffix(folder):
    lazyscribe_go.register_raw("bare", suffix="")
    lazyscribe_go.register_raw("same")
    for alias, pattern in {
        "bare": "data-??????????????",
        "same": "data-*.same",
    }.items():
        project = Project(f"{alias}/project.json")
        with project.log("run") as experiment:
            experiment.log_artifact("data", DATA, handler=alias)
        project.save()
        assert len(list((folder / alias).glob(f"run-*/{pattern}"))) == 1


@pytest.mark.parametrize("alias", ["json", "pickle", "text", "gob", "npy", "taken"])
def test_taken_alias(alias):
    lazyscribe_go.register_raw("taken")
    with pytest.raises(ValueError, match=f"another handler with the alias '{alias}'"):
        lazyscribe_go.register_raw(alias, suffix="other")
