"""Writes codepoints.txt.gz: the slug of "a" + c + "b" for every code point c.

Needs python-slugify 8.0.4 with text_unidecode 1.3, without Unidecode, on a
Python whose unicodedata has the Unicode version of golang.org/x/text's norm.Version
(Python 3.12 for 15.0.0).

First line: the Unicode version. Then, in order and without the surrogates, one
line for each run of code points with one slug: their number unless it is 1, "?"
if they are not assigned to characters or "=" if they are, and the slug.
"""

import gzip
import itertools
import sys
import unicodedata
from importlib.metadata import version

from slugify import slugify

assert version("python-slugify") == "8.0.4"
assert version("text-unidecode") == "1.3"
assert "unidecode" not in sys.modules


def entries():
    for point in [*range(0xD800), *range(0xE000, 0x110000)]:
        char = chr(point)
        yield ("?" if unicodedata.category(char) == "Cn" else "=") + slugify(f"a{char}b")


def runs():
    for entry, same in itertools.groupby(entries()):
        count = len(list(same))
        yield f"{count if count > 1 else ''}{entry}\n"


text = unicodedata.unidata_version + "\n" + "".join(runs())
with open("codepoints.txt.gz", "wb") as raw:
    with gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write(text.encode())
