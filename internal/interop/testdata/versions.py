"""Apply changes to the repository of the working directory and save it."""

from datetime import datetime
from unittest.mock import patch

from lazyscribe import Repository
from neutral import answer, native


def apply(request):
    """Apply the changes, in their order; see versionChange in versions_test.go."""
    repository = Repository("repository.json", mode=request["mode"])
    for change in request["changes"] or []:
        at = datetime.fromisoformat(change["at"]) if change["at"] else None
        if change["do"] == "expire":
            repository.set_artifact_expiry(change["name"], change["version"], expiry=at)
            continue
        with patch("lazyscribe.repository.utcnow", return_value=at):
            repository.log_artifact(
                change["name"],
                native(change["value"]),
                change["handler"],
                fname=change["fname"] or None,
            )
    repository.save()


answer(apply)
