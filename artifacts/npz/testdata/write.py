"""Writes files as numpy.savez and numpy.savez_compressed do. The folder comes as
JSON."""

import json
import sys
from pathlib import Path

import numpy as np

folder = Path(json.load(sys.stdin))
arrays = {
    "weights": np.arange(6, dtype="<f4").reshape(2, 3),
    "bias": np.array([0.5, -1]),
    "layers/0": np.asfortranarray(np.arange(4, dtype=">i2").reshape(2, 2)),
    "steps": np.int64(12),
}
np.savez(folder / "stored.npz", **arrays)
np.savez_compressed(folder / "compressed.npz", **arrays)
np.savez(folder / "empty.npz")
np.savez(folder / "unnamed.npz", np.array([True]), np.array([1 + 1j]))
print("null")
