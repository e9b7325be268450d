"""Measures the processor time of Python's pickle on the data of bench_test.go."""

import pickle
import time


def best(f):
    times = []
    for _ in range(9):
        start = time.process_time()
        f()
        times.append(time.process_time() - start)
    return f"{1000 * min(times):.1f} ms"


series = [i / 3 for i in range(1_000_000)]
rows = [
    {"id": i, "name": f"row {i}", "score": i / 7, "tags": ["train", f"v{i % 10}"], "pair": [float(i), -float(i)]}
    for i in range(100_000)
]
for name, value in (("series", series), ("rows", rows)):
    data = pickle.dumps(value, 4)
    print(name, len(data), "dump", best(lambda: pickle.dumps(value, 4)), "load", best(lambda: pickle.loads(data)))
