"""Write and read tables with lazyscribe-arrow's own handler."""

import base64
import datetime
import io
import json
import struct
import sys

import pyarrow
from lazyscribe_arrow.csv import CSVArtifact

handler = CSVArtifact.construct(name="x")


def describe(value):
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, float):
        return "float " + struct.pack(">d", value).hex()
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            value = value.replace(tzinfo=datetime.timezone.utc)
        return "time " + value.astimezone(datetime.timezone.utc).isoformat()
    if isinstance(value, datetime.date):
        return describe(datetime.datetime(value.year, value.month, value.day))
    return "int " + str(value)


def read(file):
    table = handler.read(io.BytesIO(base64.b64decode(file)))
    return {
        "columns": table.column_names,
        "rows": [[describe(row[name]) for name in table.column_names] for row in table.to_pylist()],
    }


def write(column):
    kind = {"float": pyarrow.float64(), "float32": pyarrow.float32(), "string": pyarrow.string(), "int": pyarrow.int64()}
    values = column["values"]
    if column["type"].startswith("float"):
        values = [None if v is None else struct.unpack(">d", bytes.fromhex(v))[0] for v in values]
    out = io.BytesIO()
    handler.write(pyarrow.table({"c": pyarrow.array(values, kind[column["type"]])}), out)
    return base64.b64encode(out.getvalue()).decode()


job = json.load(sys.stdin)
json.dump({"read": [read(f) for f in job["read"]], "write": [write(c) for c in job["write"]]}, sys.stdout)
