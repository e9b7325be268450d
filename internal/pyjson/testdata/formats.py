"""Writes formats.json: options of json.dumps, a text, and what dumps makes of its value."""

import itertools
import json
import pathlib

VALUES = [
    '{"b": [1, 2.50, {}], "a": {"z": [], "": [[]]}, "é": "ü\\u2028\\u007f", "B": "\\ud83d\\ude00 \\u0001\\n\\"\\\\/<", "\\uffff": null, "\\ud83d\\ude01": true}',
    "[]", "{}", "[[[]], {}, [{}]]", '"日本\\t"', "1e400", "-0", "[NaN, -Infinity, 1E5]",
]
OPTIONS = [
    dict(zip(("indent", "sort_keys", "ensure_ascii", "separators"), choice))
    for choice in itertools.product((None, "    ", "\t"), (False, True), (True, False), (None, [",", ":"], [" ; ", " = "]))
]

cases = [
    [options, text, json.dumps(json.loads(text), **options)] for options in OPTIONS for text in VALUES
]
path = pathlib.Path(__file__).with_name("formats.json")
path.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
