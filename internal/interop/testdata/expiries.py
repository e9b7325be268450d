"""Say what can be done with the name "model", one version of which has an expiry."""

from datetime import datetime

from lazyscribe import Project, Repository
from lazyscribe.release import create_release
from neutral import answer


def attempts(_):
    """Answer for each attempt with "", or the name of the error."""
    repository = Repository("repository.json", mode="r")
    writable = Repository("repository.json", mode="w+")
    project = Project("project.json")
    with project.log("training") as experiment:
        experiment.log_artifact("model", 1, handler="json")
    tries = {
        "load the latest": lambda: repository.load_artifact("model"),
        "load by number": lambda: repository.load_artifact("model", version=0),
        "filter by time": lambda: repository.filter(datetime(2025, 6, 1)),
        "filter by number": lambda: repository.filter([("model", 0)]),
        "release": lambda: create_release(repository, "v1"),
        "promote": lambda: experiment.promote_artifact(writable, "model"),
        "expire the latest": lambda: writable.set_artifact_expiry("model"),
        "expire by number": lambda: writable.set_artifact_expiry("model", 0),
        "log": lambda: writable.log_artifact("model", 1, handler="json"),
        "save": lambda: writable.save(),
    }
    return {what: outcome(attempt) for what, attempt in tries.items()}


def outcome(attempt):
    try:
        attempt()
    except Exception as e:
        return type(e).__name__
    return ""


answer(attempts)
