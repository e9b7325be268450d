"""Writes files of 32 MiB in several ways, and prints how fast h5py reads them, in
MB/s, the best of five. The folder comes as JSON."""

import json
import sys
import time
from pathlib import Path

import h5py
import numpy as np

folder = Path(json.load(sys.stdin))
data = np.round(np.random.default_rng(1).normal(size=(4096, 1024)), 2)
speeds = {}
for name, options in {
    "contiguous": {},
    "chunked": {"chunks": (256, 256)},
    "gzip": {"chunks": (256, 256), "compression": "gzip"},
    "shuffle-gzip": {"chunks": (256, 256), "compression": "gzip", "shuffle": True},
}.items():
    path = folder / f"{name}.h5"
    with h5py.File(path, "w") as f:
        f.create_dataset("x", data=data, **options)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        with h5py.File(path) as f:
            f["x"][()]
        times.append(time.perf_counter() - start)
    speeds[name] = data.nbytes / min(times) / 1e6
print(json.dumps(speeds))
