"""Say what Python makes of names."""

import unicodedata

from neutral import answer
from slugify import slugify

answer(
    lambda names: {
        "unicode": unicodedata.unidata_version,
        "slugs": [slugify(name) for name in names],
    }
)
