"""Shared fixtures."""

import json
from pathlib import Path

import pytest

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
