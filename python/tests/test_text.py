"""Texts are the same file in both languages."""

import hashlib
import os
import subprocess
import sys

import pytest
from lazyscribe import Project, Repository
from lazyscribe.exception import SaveError

TEXT = "grüße, 漢字 😀\r\nsecond\rline\n\ufefflast\x00"


def save(value, **options):
    """Save a project of one text and return its file."""
    project = Project()
    with project.log("run") as experiment:
        experiment.log_artifact("note", value, handler="text", **options)
    project.save()
    return project["run"].path / project["run"].artifacts[0].fname


@pytest.mark.parametrize("text", [TEXT, "", "\n", "plain", "x" * 100_000])
def test_round_trip(folder, text):
    file = save(text)
    assert file.suffix == ".txt"
    assert file.read_bytes() == text.encode()
    for mode in ("r", "a", "w+"):
        assert Project(mode=mode)["run"].load_artifact("note") == text


def test_digest_is_that_of_the_file(folder, entry):
    data = save(TEXT).read_bytes()
    found = entry(folder / "project.json", "note")
    assert found["sha256"] == hashlib.sha256(data).hexdigest()
    assert found["size"] == len(data)


def test_fname(folder):
    assert save("x", fname="notes/today.md").parts[-2:] == ("notes", "today.md")
    assert Project()["run"].load_artifact("note") == "x"


def test_of_a_test(folder):
    project = Project()
    with project.log("run") as experiment, experiment.log_test("Größe, 1") as test:
        test.log_artifact("note", TEXT, handler="text")
    project.save()
    assert Project()["run"].tests[0].load_artifact("note") == TEXT


@pytest.mark.parametrize("value", [b"bytes", 1, ["text"]])
def test_other_types_are_refused_when_logged(value):
    with Project("memory://x.json").log("run") as experiment:
        with pytest.raises(TypeError, match="a text artifact is a str, not of type"):
            experiment.log_artifact("note", value, handler="text")
        assert experiment.artifacts == []


def test_lone_surrogates_are_refused_when_logged():
    with pytest.raises(UnicodeEncodeError):
        save("\ud800")


def test_none_is_refused_when_saved(folder):
    with pytest.raises(SaveError):
        save(None)


def test_damaged_file(folder):
    save("text").write_bytes(b"\xff")
    with pytest.raises(UnicodeDecodeError):
        Project()["run"].load_artifact("note")


def test_locale_does_not_matter(folder):
    code = """
from lazyscribe import Project
p = Project()
with p.log("run") as e:
    e.log_artifact("note", "gr\\u00fc\\u00dfe", handler="text")
p.save()
assert Project()["run"].load_artifact("note") == "gr\\u00fc\\u00dfe"
"""
    env = os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    subprocess.run([sys.executable, "-c", code], check=True, env=env)
    (file,) = folder.glob("run-*/note-*.txt")
    assert file.read_bytes() == "grüße".encode()


def test_repository_diff(folder):
    repository = Repository()
    for text in ("one\ntwo\n", "one\nthree\n"):
        repository.log_artifact("note", text, handler="text", fname=f"{len(text)}.txt")
    repository.save()
    diff = Repository(mode="r").get_version_diff("note", (0, 1)).splitlines()
    assert [line for line in diff if line[:1] in "+-"][-2:] == ["-two", "+three"]


def test_memory_filesystem():
    project = Project("memory://test_text/project.json")
    with project.log("run") as experiment:
        experiment.log_artifact("note", TEXT, handler="text")
    project.save()
    again = Project("memory://test_text/project.json")
    assert again["run"].load_artifact("note") == TEXT
