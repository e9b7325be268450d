"""Writes errors.json: texts, and where Python's json says they are wrong.

Run with Python 3.10 to 3.12; later ones report trailing commas elsewhere.
"""

import json
import pathlib

TEXTS = [
    "", " ", "\n\n  ", "nul", "nulll", "True", "-", "--1", "+1", ".5", "1.", "1.e5", "1e", "1e+", "01", "-01", "0x10",
    "-NaN", "NaN1", "Infinit", "-Infinit", "1 2", "[1 2]", "[", "[1", "[1,", "[1,]", "[,1]", "[1,,2]", "]", "[1}", "[1]]",
    "{", '{"', '{"a', '{"a"', '{"a":', '{"a": 1', '{"a": 1,', '{"a": 1,}', "{,}", '{"a" 1}', '{"a": }', '{a: 1}', "{1: 2}",
    '{"a": 1 "b": 2}', '{"a": 1]', "{'a': 1}", '{"a":: 1}', '{"a": 1}}', "}", '"', '"a', '"a\nb"', '"\t"', '"\x00"',
    '"\\', '"\\q"', '"\\u"', '"\\u12"', '"\\u12g4"', '"\\ud800\\u12"', '"\\x41"', '"a" "b"', "// c\n1", "/* */ 1",
    "\u00a01", "[1,\u20282]", "\x0c1", "1\x00", '["é", 1 2]', '["日本", x]', '["\U0001f600", x]',
    '[\n  {\n    "name": "é",\n    "value": 1.5.2\n  }\n]', "[\r\n1\r\n2]", '{"a": [1, 2, {"b": tru}]}', "[[[[[1]]]]",
]


def place(text):
    try:
        json.loads(text)
    except json.JSONDecodeError as err:
        return [text, err.lineno, err.colno]
    raise SystemExit(f"{text!r} is valid")


path = pathlib.Path(__file__).with_name("errors.json")
path.write_text("[\n" + ",\n".join(json.dumps(place(t)) for t in TEXTS) + "\n]\n")
