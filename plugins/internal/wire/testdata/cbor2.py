"""Writes cbor2.json: values as Python's cbor2 spells them.

    pip install cbor2 && python3 cbor2.py > cbor2.json

Dictionaries are written in the order of their encoded keys, which is the
order of the profile; cbor2's own canonical mode would also shorten floats.
"""

import importlib.metadata
import json
import sys
from datetime import datetime, timedelta, timezone

import cbor2

EAST = timezone(timedelta(hours=2))

VALUES = {
    "null": None,
    "true": True,
    "false": False,
    "zero": 0,
    "int": 7,
    "int 23": 23,
    "int 24": 24,
    "int -1": -1,
    "int8 min": -128,
    "int 256": 256,
    "int 65536": 65536,
    "2**53 + 1": 2**53 + 1,
    "int64 max": 2**63 - 1,
    "int64 min": -(2**63),
    "uint64 max": 2**64 - 1,
    "2**64": 2**64,
    "2**80": 2**80,
    "-2**64": -(2**64),
    "-2**64 - 1": -(2**64) - 1,
    "float": 1.5,
    "negative zero": -0.0,
    "smallest float": 5e-324,
    "largest float": sys.float_info.max,
    "infinity": float("inf"),
    "negative infinity": float("-inf"),
    "nan": float("nan"),
    "empty text": "",
    "text": "naïve ☃ 𝄞",
    "bytes": b"\x00\xff",
    "empty bytes": b"",
    "time": datetime(2026, 3, 1, 12, 30, 15, 123456, EAST),
    "time utc": datetime(2026, 3, 1, 12, 30, 15, tzinfo=timezone.utc),
    "empty list": [],
    "list": [1, "two", 3.0, None],
    "matrix": [[1.0, 2.0], [3.0, 4.0]],
    "empty map": {},
    "map": {"a": 1, "b": [True], "aa": {"x": b"y"}},
    "map with integers": {1: "one", 10: "ten", 1000: "thousand", -1: "minus one"},
    "rows": [{"loss": 0.5, "step": 1}, {"loss": float("inf"), "step": 2}],
}


def main():
    cases = []
    for name, value in VALUES.items():
        data = cbor2.dumps(value, timezone=timezone.utc)
        again = cbor2.loads(data)
        assert again == value or value != value, name
        cases.append({"name": name, "python": repr(value), "hex": data.hex()})
    versions = {"python": sys.version.split()[0], "cbor2": importlib.metadata.version("cbor2")}
    json.dump({"versions": versions, "cases": cases}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
