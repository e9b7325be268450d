"""The neutral form of values and records; see neutral_test.go, its other half."""

import json
import math
import struct
import sys


def tagged(value):
    """Return the neutral form of a value lazyscribe handed out."""
    match value:
        case None | bool():
            return value
        case int():
            return {"$int": str(value)}
        case float():
            return {
                "$float": "nan" if math.isnan(value) else struct.pack(">d", value).hex()
            }
        case str():
            return text(value)
        case bytes():
            return {"$bytes": value.hex()}
        case list() | tuple():
            return [tagged(item) for item in value]
        case dict():
            return {"$dict": fields(value)}
    raise TypeError(f"{value!r} is in no manifest")


def text(value):
    """Return a string that JSON libraries agree on."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return "$wtf8:" + value.encode("utf-8", "surrogatepass").hex()
    return value


def fields(values):
    """Return the neutral form of metrics or parameters."""
    return {text(key): tagged(value) for key, value in values.items()}


def native(value):
    """Return the value that a neutral form stands for."""
    match value:
        case list():
            return [native(item) for item in value]
        case {"$int": digits}:
            return int(digits)
        case {"$float": "nan"}:
            return math.nan
        case {"$float": bits}:
            return struct.unpack(">d", bytes.fromhex(bits))[0]
        case {"$bytes": digits}:
            return bytes.fromhex(digits)
        case {"$dict": values}:
            return {key: native(item) for key, item in values.items()}
    return value


def describe(project):
    """Describe a project through lazyscribe's own interface."""
    return [
        {
            **{key: record[key] for key in (
                "name", "slug", "short_slug", "author", "last_updated_by",
                "created_at", "last_updated", "tags", "dependencies",
            )},
            "metrics": fields(record["metrics"]),
            "parameters": fields(record["parameters"]),
            "tests": [
                {
                    "name": test["name"],
                    "description": test["description"] or "",
                    "metrics": fields(test["metrics"]),
                    "parameters": fields(test["parameters"]),
                    "artifacts": artifacts(holder, test["artifacts"]),
                }
                for holder, test in zip(experiment.tests, record["tests"], strict=True)
            ],
            "artifacts": artifacts(experiment, record["artifacts"]),
        }
        for experiment, record in zip(project.experiments, project, strict=True)
    ]  # fmt: skip


def artifacts(holder, entries):
    """Describe the artifacts of an experiment or a test, and load each."""
    known = ("name", "fname", "handler", "created_at", "expiry", "version")
    return [
        {
            **{key: entry[key] for key in known},
            "expiry": entry["expiry"] or "",
            "recorded": fields({k: v for k, v in entry.items() if k not in known}),
            "content": content(holder, entry),
        }
        for entry in entries
    ]


def content(holder, entry):
    """Load an artifact; of one that is Python's own, describe the file."""
    value = holder.load_artifact(entry["name"])
    if entry["handler"] == "pickle":
        value = (holder.path / entry["fname"]).read_bytes()
    return tagged(value)


def answer(function):
    """Call a function with what is on stdin and print what it returns."""
    json.dump(function(json.load(sys.stdin)), sys.stdout)
