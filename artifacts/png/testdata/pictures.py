"""Reads pictures and writes some. The names of those to read and the folder for
those to write come as JSON; the mode, the size and the pixels of each that was
read go out, and those of each that was written."""

import json
import sys
from pathlib import Path

from PIL import Image

request = json.load(sys.stdin)


def described(image):
    """Return what a picture is; pixels as RGBA, or as they are in 16 bits."""
    wide = image.mode.startswith("I")
    pixels = (image if wide else image.convert("RGBA")).getdata()
    return {"mode": image.mode, "size": image.size, "pixels": [p if wide else list(p) for p in pixels]}


read = [described(Image.open(name)) for name in request["read"]]
written = {}
for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"):
    image = Image.new(mode if mode != "I;16" else mode, (3, 2))
    for n in range(6):
        value = {"1": n % 2, "L": 40 * n, "LA": (40 * n, 50 * n), "P": n, "RGB": (n, 40 * n, 255), "RGBA": (n, 40 * n, 255, 50 * n), "I;16": 10000 * n}
        image.putpixel((n % 3, n // 3), value[mode])
    if mode == "P":
        image.putpalette([10 * i for i in range(18)])
    name = mode.replace(";", "") + ".png"
    image.save(Path(request["write"]) / name)
    written[name] = described(image)
print(json.dumps({"read": read, "written": written}))
