"""Describe the versions in a repository, and load each."""

from pathlib import Path

from lazyscribe import Repository
from neutral import answer, artifacts


class Version:
    """One version, as what artifacts are loaded from."""

    def __init__(self, repository, entry):
        self.repository = repository
        self.number = entry["version"]
        self.path = repository.dir / entry["name"]

    def load_artifact(self, name):
        return self.repository.load_artifact(name, version=self.number)


def describe(request):
    """Describe the repository in a folder."""
    repository = Repository(Path(request["dir"], "repository.json"), mode="r")
    return [
        described
        for entry in repository
        for described in artifacts(Version(repository, entry), [entry])
    ]


answer(describe)
