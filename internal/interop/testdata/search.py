"""Say which versions of the repository of the working directory are found."""

from datetime import datetime

from lazyscribe import Repository
from neutral import answer


def search(questions):
    """Answer each question with a number, or the name of the error."""
    repository = Repository("repository.json", mode="r")
    return [find(repository, **question) for question in questions]


def find(repository, name, version, at, match):
    if at:
        version = datetime.fromisoformat(at)
    try:
        entry = repository.get_artifact_metadata(name, version, match or "exact")
        return str(entry["version"])
    except Exception as e:
        return type(e).__name__


answer(search)
