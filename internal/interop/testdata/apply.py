"""Apply changes to the project of the working directory and save it."""

from lazyscribe import Project
from neutral import answer, native


def apply(request):
    """Apply the changes, in their order; see change in change_test.go."""
    project = Project("project.json", mode=request["mode"])
    for change in request["changes"] or []:
        if change["do"] == "log":
            with project.log(change["on"]):
                continue
        write(project[change["on"]], change)
    project.save()


def write(experiment, change):
    """Apply one change to an experiment or to one of its tests."""
    if change["do"] == "tag":
        return experiment.tag(change["name"])
    if not change["test"]:
        return put(experiment, change)
    for test in experiment.tests:
        if test.name == change["test"]:
            return put(test, change)
    with experiment.log_test(change["test"], description="from Python") as test:
        put(test, change)


def put(holder, change):
    """Log a metric, a parameter or an artifact."""
    value = native(change["value"])
    match change["do"]:
        case "metric":
            holder.log_metric(change["name"], value)
        case "parameter":
            holder.log_parameter(change["name"], value)
        case "artifact":
            holder.log_artifact(
                change["name"], value, change["handler"], overwrite=True
            )


answer(apply)
