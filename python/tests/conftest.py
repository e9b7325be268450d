"""Shared fixtures."""

import json
from pathlib import Path

import pytest
from lazyscribe import Project

WRITTEN_BY_GO = Path(__file__).parent / "data" / "project.json"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return an empty folder that is the working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def written_by_go(folder):
    """Return the path of a manifest as Go writes it, alone in its folder."""
    path = folder / "project.json"
    path.write_bytes(WRITTEN_BY_GO.read_bytes())
    return path


@pytest.fixture
def entry():
    """Return a function that reads an entry of the first record from a file."""

    def read(path, name):
        (found,) = [
            artifact
            for artifact in json.loads(path.read_text())[0]["artifacts"]
            if artifact["name"] == name
        ]
        return found

    return read


@pytest.fixture
def stored(folder):
    """Return a function that saves a project of one artifact and returns its file."""

    def save(value, handler, **settings):
        project = Project()
        with project.log("run") as experiment:
            experiment.log_artifact("data", value, handler=handler, **settings)
        project.save()
        return experiment.path / experiment.artifacts[0].fname

    return save


@pytest.fixture
def loaded():
    """Return a function that loads the artifact of such a project."""
    return lambda **settings: Project(mode="r")["run"].load_artifact("data", **settings)
