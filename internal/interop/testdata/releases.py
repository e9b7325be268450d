"""Work with the releases of the repository of the working directory."""

from datetime import datetime
from functools import partial
from pathlib import Path
from unittest.mock import patch

from lazyscribe import Repository
from lazyscribe import release as lzr
from neutral import answer


def create(tag, at):
    """Add a release to the file of releases, as the documentation has it."""
    release = created(Repository("repository.json", mode="r"), tag, at)
    releases = load() if Path("releases.json").exists() else []
    with open("releases.json", "w") as file:
        lzr.dump([*releases, release], file, indent=4)


def created(repository, tag, at, create=lzr.create_release):
    """Create a release of another time."""
    release = create(repository, tag)
    release.created_at = datetime.fromisoformat(at)
    return release


def from_toml(file, at):
    """Cut the releases a file asks for."""
    with patch.object(lzr, "create_release", partial(created, at=at)):
        lzr.release_from_toml(Path(file).read_text())


def export(tag, to):
    """Write the minimal repository of a release."""
    release = lzr.find_release(load(), tag)
    repository = Repository("repository.json", mode="r")
    lzr.minimal_repository_from_release(Path(to), repository, release)


def texts():
    """Return the releases as texts, on one line and with indent."""
    return [lzr.dumps(load()), lzr.dumps(load(), indent=4)]


def find(questions):
    """Answer each question with a tag, or the name of the error."""
    return [found(load(), **question) for question in questions]


def found(releases, tag, at, match):
    try:
        version = datetime.fromisoformat(at) if at else tag or None
        return lzr.find_release(releases, version, match).tag
    except Exception as e:
        return type(e).__name__


def load():
    with open("releases.json") as file:
        return lzr.load(file)


def work(request):
    """Call the function a request names."""
    return globals()[request.pop("do")](**request)


answer(work)
