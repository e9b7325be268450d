"""Says what h5py makes of files, and adds datasets to them: their names come as
JSON, and a list goes out with the datasets of each, by path: dtype, shape, and each
element as text."""

import json
import sys

import h5py
import numpy as np

answers = []
for name in json.load(sys.stdin):
    answer = {}

    def visit(path, thing):
        if isinstance(thing, h5py.Dataset):
            a = np.asarray(thing[()])
            answer[path] = {"dtype": thing.dtype.str, "shape": thing.shape, "values": [repr(x) for x in a.ravel().tolist()]}

    with h5py.File(name, "r") as f:
        f.visititems(visit)
        for path in answer:  # each is also found by its name alone
            assert path in f
    with h5py.File(name, "a") as f:
        for i in range(50):
            f[f"added/by h5py {i}"] = np.arange(i)
    answers.append(answer)
print(json.dumps(answers))
