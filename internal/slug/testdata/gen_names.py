"""Writes names.json.gz: [name, slug] for names made to be difficult.

Needs what gen_codepoints.py needs.
"""

import gzip
import json
import random
import sys
import unicodedata
from html.entities import name2codepoint
from importlib.metadata import version

from slugify import slugify

assert version("python-slugify") == "8.0.4"
assert version("text-unidecode") == "1.3"
assert "unidecode" not in sys.modules

rng = random.Random(8_0_4)
assigned = [
    chr(c)
    for c in range(0x80, 0x110000)
    if not 0xD800 <= c <= 0xDFFF and unicodedata.category(chr(c)) not in ("Cn", "Co")
]
plane0 = [c for c in assigned if ord(c) < 0x10000]
marks = [c for c in assigned if unicodedata.combining(c)]
digits = [c for c in assigned if unicodedata.category(c) == "Nd"]
latin = [chr(c) for c in range(0xA0, 0x250)]
ascii_ = [chr(c) for c in range(0x80)]
signs = list("',,,&&&;;##xX-_ 01aF\u2019\uff07\uff0c\uff06\uff1b\ufe50\u201a\u066b")
pieces = ["&#", "&#x", "&#39;", "&#x27;", "&#44;", "&amp;", "&quot;", "&lt;", "&apos;", "&#38;", "1,2", "',"]


def reference():
    kind = rng.randrange(5)
    if kind == 0:
        return f"&{rng.choice(list(name2codepoint))};"
    if kind == 1:
        name = rng.choice(list(name2codepoint))
        return "&" + rng.choice([name.lower(), name.upper(), name + "x", name[:-1]]) + rng.choice([";", "", " "])
    point = rng.choice([rng.randrange(0x80), rng.randrange(0x3000), rng.randrange(0x110002), 0xD800, 2**31, 2**64])
    if kind == 2:
        return f"&#{point};"
    if kind == 3:
        return f"&#{'x' if rng.random() < 0.9 else 'X'}{point:{rng.choice('xX')}};"
    return f"&#x{rng.randrange(10)}&#{ord(rng.choice(digits))};;"


def name():
    parts = []
    for _ in range(rng.randrange(1, 14)):
        parts.append(
            rng.choice(
                [
                    lambda: rng.choice(assigned),
                    lambda: rng.choice(plane0),
                    lambda: rng.choice(latin),
                    lambda: rng.choice(ascii_),
                    lambda: rng.choice(signs) * rng.choice([1, 1, 2]),
                    lambda: rng.choice(pieces),
                    lambda: rng.choice("aZ09"),
                    lambda: "".join(rng.choices(marks, k=rng.randrange(1, 4))),
                    reference,
                ]
            )()
        )
    return "".join(parts)


names = [name() for _ in range(6_000)]
names += ["a" + "".join(rng.choices(marks, k=rng.randrange(25, 120))) + "b" for _ in range(150)]
names += [f"a&#x4&#{ord(d)};;b" for d in digits]
names += [f"a&#{'0' * zeros}65;b&#66;" for zeros in (0, 4297, 4298, 4299)]
names += [f"a&#x{'0' * 5000}41;b&#x42;", "&#x" + "f" * 5000 + ";&#x41;"]

lines = ",\n".join(json.dumps([n, slugify(n)]) for n in names)
with open("names.json.gz", "wb") as raw:
    with gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write(f"[\n{lines}\n]\n".encode())
