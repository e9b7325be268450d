"""What Go recorded about a file survives whatever Python does."""

import copy
import json
import multiprocessing
import pickle

import pytest
from lazyscribe import Project, Repository

import lazyscribe_go

GOB_KEYS = {"go_version", "gob_type", "purged_at", "sha256", "size"}


@pytest.mark.parametrize("mode", ["a", "w+"])
def test_save_without_a_change_gives_the_same_bytes(written_by_go, mode):
    before = written_by_go.read_bytes()
    Project(mode=mode).save()
    assert written_by_go.read_bytes() == before


def test_save_with_changes(written_by_go, entry):
    before = json.loads(written_by_go.read_text())[0]
    project = Project(mode="w+", author="snake")
    experiment = project["written-by-go"]
    experiment.log_metric("y", 2)
    experiment.log_artifact("new", "text", handler="text")
    project.save()
    after = json.loads(written_by_go.read_text())[0]
    assert after["artifacts"][:-1] == before["artifacts"]
    assert after["tests"] == before["tests"]
    assert after["last_updated_by"] == "snake"
    assert entry(written_by_go, "new")["size"] == 4


def test_nothing_is_recorded_that_was_not_known(written_by_go, entry):
    Project(mode="w+").save()
    assert entry(written_by_go, "plain").keys() == {
        "created_at", "expiry", "fname", "handler", "name", "version",
    }  # fmt: skip


def test_null_is_not_known(written_by_go, entry):
    records = json.loads(written_by_go.read_text())
    records[0]["artifacts"][2]["sha256"] = None
    written_by_go.write_text(json.dumps(records))
    Project(mode="w+").save()
    assert "sha256" not in entry(written_by_go, "plain")


def test_keys_that_cannot_be_kept(written_by_go, entry):
    hostile = {
        "alias": "json", "binary": "", "construct": 1, "self": 1, "class": 1, "a b": 1,
        "x=print(1)": 1, "": 1, "__class__": 1, "__dict__": {}, "origin": 1,
    }  # fmt: skip
    records = json.loads(written_by_go.read_text())
    records[0]["artifacts"][2] |= hostile | {"_kept": [1], "größe": 2, "print": 3}
    written_by_go.write_text(json.dumps(records))
    Project(mode="w+").save()
    after = entry(written_by_go, "plain")
    assert not after.keys() & hostile.keys()
    assert (after["_kept"], after["größe"], after["print"]) == ([1], 2, 3)
    assert after["handler"] == "text"


def test_replacing_an_artifact_forgets_what_was_recorded(written_by_go, entry):
    project = Project(mode="w+")
    project["written-by-go"].log_artifact("note", "x", handler="text", overwrite=True)
    project.save()
    assert entry(written_by_go, "note")["size"] == 1
    assert "plugin" not in entry(written_by_go, "note")


def test_load_does_not_compare_what_was_recorded(written_by_go):
    experiment = Project(mode="r")["written-by-go"]
    experiment.path.mkdir()
    for artifact, data in zip(experiment.artifacts, (b"a", b"b", b"c"), strict=True):
        (experiment.path / artifact.fname).write_bytes(data)
    loaded = [experiment.load_artifact(name) for name in ("note", "point", "plain")]
    assert loaded == ["a", b"b", "c"]


def test_equal_by_format(written_by_go):
    note, point, plain = Project(mode="r")["written-by-go"].artifacts
    assert note == plain
    assert note != point
    assert point != lazyscribe_go.register_raw("equal").construct("x")
    assert note != "text"


def test_promote(written_by_go):
    project = Project(mode="w+")
    experiment = project["written-by-go"]
    experiment.path.mkdir()
    (experiment.path / experiment.artifacts[1].fname).write_bytes(b"data")
    repository = Repository()
    repository.log_artifact("point", b"old", handler="gob")
    repository.artifacts[0].created_at = experiment.created_at.replace(year=2000)
    experiment.artifacts[1].expiry = None
    repository.save()
    experiment.promote_artifact(repository, "point")

    old, new = list(Repository(mode="r"))
    assert (old["version"], new["version"]) == (0, 1)
    assert GOB_KEYS <= new.keys()
    assert (
        Repository(mode="r").load_artifact("point", version=1, match="exact") == b"data"
    )


def entries(project):
    return json.dumps([record["artifacts"] for record in project], sort_keys=True)


@pytest.mark.parametrize(
    "duplicate", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
)
def test_copies(written_by_go, duplicate):
    project = Project(mode="w+")
    assert GOB_KEYS <= json.loads(entries(project))[0][1].keys()
    assert entries(duplicate(project)) == entries(project)


@pytest.mark.parametrize(
    "handler, value", [("text", "grüße\r\n"), ("gob", b"\x00\xff"), ("sent", b"1")]
)
def test_unsaved_values_are_copied(handler, value):
    lazyscribe_go.register_raw("sent")
    with Project("memory://x.json").log("run") as experiment:
        experiment.log_artifact("data", value, handler=handler)
    (artifact,) = pickle.loads(pickle.dumps(experiment.artifacts))
    assert artifact.value == value
    assert artifact.sha256 == experiment.artifacts[0].sha256
    assert type(artifact) is type(experiment.artifacts[0])


def test_another_process(written_by_go):
    lazyscribe_go.register_raw("far", suffix="f")
    project = Project(mode="w+")
    project["written-by-go"].log_artifact("data", b"x", handler="far")
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(entries, (project,)) == entries(project)
