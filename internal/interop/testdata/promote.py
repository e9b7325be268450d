"""Promote artifacts of the project to the repository, both in the working directory."""

from lazyscribe import Project, Repository
from neutral import answer


def promote(request):
    """Answer for each name with "", or the name of the error."""
    experiment = Project("project.json", mode="r")[request["experiment"]]
    answers = []
    for name in request["names"]:
        repository = Repository("repository.json", mode="w+")
        try:
            experiment.promote_artifact(repository, name)
            answers.append("")
        except Exception as e:
            answers.append(type(e).__name__)
    return answers


answer(promote)
