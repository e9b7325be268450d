"""Say what PyYAML reads, value by value with types, as python_test.go does."""

import datetime
import io
import json
import struct
import sys

import yaml
from lazyscribe_yaml import YAMLArtifact


def describe(value):
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return "int " + str(value)
    if isinstance(value, float):
        return "float " + ("nan" if value != value else struct.pack(">d", value).hex())
    if isinstance(value, str):
        return "str " + value
    if isinstance(value, bytes):
        return "bytes " + value.hex()
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            value = value.replace(tzinfo=datetime.timezone.utc)
        since = value - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
        return "time " + str(since // datetime.timedelta(microseconds=1))
    if isinstance(value, datetime.date):
        return describe(datetime.datetime(value.year, value.month, value.day))
    if isinstance(value, (list, tuple)):
        return ["list"] + [describe(v) for v in value]
    if isinstance(value, set):
        return ["set"] + [describe(v) for v in value]
    return ["map"] + [[describe(k), describe(v)] for k, v in value.items()]


def read(text, load):
    try:
        return {"value": describe(load(text))}
    except Exception as error:  # any refusal is one
        return {"error": type(error).__name__}


def handler_load(text):
    return YAMLArtifact.construct(name="x").read(io.StringIO(text))


loaders = {
    "safe": lambda text: yaml.load(text, yaml.SafeLoader),
    "csafe": lambda text: yaml.load(text, yaml.CSafeLoader),
    "handler": handler_load,
}
job = json.load(sys.stdin)
load = loaders[job["loader"]]
json.dump([read(text, load) for text in job["texts"]], sys.stdout)
