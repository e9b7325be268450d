"""Write projects of many shapes, each into a folder of the working directory."""

import math
import os
from datetime import datetime, timedelta, timezone
from enum import IntEnum
from pathlib import Path

from lazyscribe import Project
from lazyscribe.experiment import Experiment
from neutral import answer

NAMES = [
    "plain", "UPPER Case_and-dashes", "größe", "naïve café", "漢字かな交じり", "한국어", "Ελληνικά", "русский", "עברית",
    "العربية", "😀", "½ ㎏ ﬁ", "a\tb\nc", 'quote " backslash \\ slash /', "R&D &amp; &eacute; &#955;", "don't, don’t",
    "1,000.5", "---", "", " ", "\x00\x1f\x7f", "\u2028\u2029", "a|b", "../up", "x" * 200, "İı ß ſ",
]  # fmt: skip

VALUES = {
    "zero": 0, "minus": -1, "int64": 2**63 - 1, "beyond": 2**63, "large": -(10**40), "one": 1, "one_point_zero": 1.0,
    "negative_zero": -0.0, "tenth": 0.1, "sum": 0.1 + 0.2, "third": 1 / 3, "e16": 1e16, "e15": 1e15, "e-5": 1e-5,
    "e-4": 1e-4, "max": 1.7976931348623157e308, "min": 5e-324, "nan": math.nan, "inf": math.inf, "-inf": -math.inf,
    "true": True, "false": False, "none": None, "text": "text", "list": [1, 1.0, "1", None, [], {}],
    "dict": {"b": {"a": [{}]}, "a": 1, "": ""}, "tuple": (1, (2, 3)), "deep": [[[[[[[[[[1]]]]]]]]]],
    "datetime": datetime(2025, 1, 2, 3, 4, 5, 678901), "enum": IntEnum("E", "A B").B,
    "zoned": datetime(2025, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=5, minutes=30))),
}  # fmt: skip


def values():
    project = Project(author="snake")
    with project.log("values") as experiment:
        for name, value in VALUES.items():
            experiment.log_parameter(name, value)
            if isinstance(value, int | float | list | tuple):
                experiment.log_metric(name, value)
    project.save()


def unicode():
    project = Project(author="Grüße 蛇")
    for second, name in enumerate(NAMES):
        experiment = created(project, name, datetime(2025, 1, 1, 0, 0, second))
        experiment.tag(name, name)
        experiment.log_metric(name, 1)
        experiment.log_parameter(name, {name: [name]})
    with project.log("surrogates") as experiment:
        experiment.log_parameter("lone", ["\ud800", "\udfff\ud800", {"\ud83d": 1}])
    project.save()


def created(project, name, at, updated=None):
    """Append an experiment of another time: names alone do not make slugs differ."""
    experiment = Experiment(
        name=name,
        project=project.fpath,
        author=project.author,
        created_at=at,
        last_updated=updated or at,
    )
    project.append(experiment)
    return experiment


def tests():
    project = Project(author="snake")
    with project.log("tests") as experiment:
        for name in [*NAMES, "twice", "twice"]:
            with experiment.log_test(name, description=name or None) as test:
                test.log_metric("metric", 0.5)
                test.log_metric("list", [1, 2.5])
                test.log_parameter(name, {"nested": name})
                test.log_artifact(f"value {name[:20]}", [name], handler="json")
        with experiment.log_test("empty"):
            pass
    project.save()


def artifacts():
    project = Project(author="snake")
    with project.log("artifacts") as experiment:
        plain = {k: v for k, v in VALUES.items() if not isinstance(v, datetime)}
        experiment.log_artifact("json", plain, handler="json")
        experiment.log_artifact("indented", plain, handler="json", indent=2)
        experiment.log_artifact("raw", NAMES, handler="json", ensure_ascii=False)
        experiment.log_artifact("pickle", {1, 2, Path("x")}, handler="pickle")
        experiment.log_artifact("text", "grün\r\n\n", handler="text")
        experiment.log_artifact("gob", bytes(range(256)), handler="gob")
        experiment.log_artifact("folder", 1, handler="json", fname="some/folder/x.json")
        experiment.log_artifact("expiring", 1, handler="json")
        experiment.artifacts[-1].expiry = datetime(2100, 1, 2, 3, 4, 5, 999999)
        for name in NAMES:
            experiment.log_artifact(f"named {name[:20]}", name, handler="json")
    project.save()


def dependencies():
    upstream = Project("upstream/data.json", author="snake")
    for name in ("first", "second", "größe"):
        with upstream.log(name):
            pass
    upstream.save()
    project = Project(author="snake")
    with project.log("dependent") as experiment:
        for dependency in upstream.experiments:
            experiment.dependencies[dependency.short_slug] = dependency
    project.save()


def times():
    project = Project(author="snake")
    for at, updated in [
        ("2025-05-05", "2025-05-06"),
        ("2024-02-29T23:59:59.999999", "2026-01-01"),
        *[("1999-12-31T23:59:59", "2000-01-01")] * 3,
    ]:
        name = f"at {at} {len(project.experiments)}"
        created(
            project, name, datetime.fromisoformat(at), datetime.fromisoformat(updated)
        )
    project.save()


def empty():
    Project(author="snake").save()


def write_all(_):
    """Write every shape and return their names."""
    shapes = [values, unicode, tests, artifacts, dependencies, times, empty]
    for shape in shapes:
        os.mkdir(shape.__name__)
        os.chdir(shape.__name__)
        shape()
        os.chdir("..")
    return [shape.__name__ for shape in shapes]


answer(write_all)
