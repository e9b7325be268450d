"""What Python lazyscribe does of the work of a benchmark.

A project that was loaded is held for the requests that follow.
"""

import json
import pickle
import sys

from lazyscribe import Project, Repository

held = {}


def fill(project, run):
    with project.log(run["name"]) as experiment:
        experiment.log_metric("accuracy", run["metrics"]["accuracy"])
        experiment.log_metric("auroc", run["metrics"]["auroc"])
        experiment.log_metric("loss", run["metrics"]["loss"])
        experiment.tag(*run["tags"])
        for key in ("layers", "learning_rate", "optimizer", "seed"):
            experiment.log_parameter(key, run[key])
        with experiment.log_test(run["test"]["name"], run["test"]["description"]) as test:
            test.log_metric("auroc", run["test"]["auroc"])


def log_save(path, runs, **_):
    with open(runs) as file:
        runs = json.load(file)

    def work():
        project = Project(fpath=path, mode="w", author="sample")
        for run in runs:
            fill(project, run)
        project.save()

    return timed(work)


def open_lookup(path, slug, **_):
    return timed(lambda: Project(fpath=path, mode="r")[slug])


def load(path, **_):
    def work():
        held[path] = Project(fpath=path, mode="a", author="sample")

    return timed(work)


def drop(**_):
    held.clear()
    return 0.0


def append_save(path, runs, **_):
    with open(runs) as file:
        run = json.load(file)[0]

    def work():
        fill(held[path], run)
        held[path].save()

    return timed(work)


def merge(path, other, **_):
    return timed(lambda: held[path].merge(held[other]))


def metric(n, path, **_):
    names = ["loss", "accuracy", "auroc", "rate"]
    project = Project(fpath=path, mode="w", author="sample")
    with project.log("metrics") as experiment:

        def work():
            for i in range(n):
                experiment.log_metric(names[i % 4], float(i))

        return timed(work) / n


def peak(path, slug, **_):
    Project(fpath=path, mode="r")[slug]
    return peak_memory()


def show(path, slug, **_):
    print(json.dumps(Project(fpath=path, mode="r")[slug].to_dict(), default=str))
    return 0.0


def repository_open(path, **_):
    return timed(lambda: Repository(path, mode="r"))


def opened(path):
    """Return an open repository. Nothing it is asked makes the next answer quicker."""
    if path not in held:
        held[path] = Repository(path, mode="r")
    return held[path]


def repository_find(path, slug, **_):
    repository = opened(path)
    return timed(lambda: repository.get_artifact_metadata(slug))


def repository_list(path, **_):
    repository = opened(path)

    def work():
        names = {}
        for entry in repository:
            names.setdefault(entry["name"], []).append(entry)

    return timed(work)


def repository_log(path, n, **_):
    def work():
        repository = Repository(path, mode="w")
        for i in range(n):
            repository.log_artifact("model", {"weight": i}, handler="json", fname=f"model-{i}.json")
        repository.save()

    return timed(work)


def write_npy(value, path):
    import numpy

    numpy.save(path, value)


def read_npy(path):
    import numpy

    return numpy.load(path)


def write_csv(value, path):
    from pyarrow import csv

    csv.write_csv(value, path)


def read_csv(path):
    from pyarrow import csv

    return csv.read_csv(path)


def write_parquet(value, path):
    from pyarrow import parquet

    parquet.write_table(value, path)


def read_parquet(path):
    from pyarrow import parquet

    return parquet.read_table(path)


def write_json(value, path):
    with open(path, "w") as file:
        file.write(json.dumps(value))  # much faster than json.dump


def read_json(path):
    with open(path, "rb") as file:
        return json.load(file)


def write_yaml(value, path):
    import yaml

    with open(path, "wb") as file:
        yaml.dump(value, file, Dumper=yaml.CSafeDumper, encoding="utf-8")


def read_yaml(path):
    import yaml

    with open(path, "rb") as file:
        return yaml.load(file, Loader=yaml.CSafeLoader)


def write_pickle(value, path):
    with open(path, "wb") as file:
        pickle.dump(value, file)


def read_pickle(path):
    with open(path, "rb") as file:
        return pickle.load(file)


def write_png(value, path):
    value.save(path)


def read_png(path):
    from PIL import Image

    with Image.open(path) as image:
        image.load()
        return image


FORMATS = {
    "npy": (read_npy, write_npy),
    "csv": (read_csv, write_csv),
    "parquet": (read_parquet, write_parquet),
    "json": (read_json, write_json),
    "yaml": (read_yaml, write_yaml),
    "pickle": (read_pickle, write_pickle),
    "png": (read_png, write_png),
}


def format_read(path, format, **_):
    read, _ = FORMATS[format]
    results = []  # what becomes of them is not counted
    return timed(lambda: results.append(read(path)))


def format_write(path, other, format, **_):
    read, write = FORMATS[format]
    if other not in held:
        held[other] = read(other)
    return timed(lambda: write(held[other], path))


def small_objects(n):
    from persist.archive import Archive

    kinds = [["kind%d" % i] for i in range(100)]
    archive = Archive(scoped=True)
    archive.insert(rows=[{"id": i, "name": "row%d" % i, "x": i / 3, "kind": kinds[i % 100]} for i in range(n)])
    return archive


def archive_write(n, **_):
    archive = small_objects(n)
    return timed(lambda: str(archive))


def archive_restore(n, **_):
    text = str(small_objects(n))
    return timed(lambda: exec(text, {}))


POINTS = """
import numpy


def points(n, seed):
    return numpy.sin(numpy.arange(float(n)))
"""


def points_module(path):
    # joblib and pickle want functions and classes that a module has.
    import importlib
    import os

    os.makedirs(path, exist_ok=True)
    with open(os.path.join(path, "bench_points.py"), "w") as file:
        file.write(POINTS)
    if path not in sys.path:
        sys.path.insert(0, path)
        importlib.invalidate_caches()
    return importlib.import_module("bench_points")


def joblib_hit(path, n, **_):
    import joblib

    points = points_module(path).points

    def hit():
        return joblib.Memory(path, verbose=0).cache(points)(n, 1)

    hit()
    times = 20

    def work():
        for _ in range(times):
            hit()

    return timed(work) / times


def persistable_hit(path, n, **_):
    import dataclasses
    import logging
    import pathlib

    from persistable import Persistable
    from persistable.data import PersistableParams

    logging.disable()  # what its sessions write into log files is not counted
    points = points_module(path).points

    @dataclasses.dataclass
    class Params(PersistableParams):
        n: int
        seed: int

    class Points(Persistable):
        def _generate_payload(self, **_):
            return points(self.params.n, self.params.seed)

    def hit():
        return Points(pathlib.Path(path), Params(n, 1), None).payload

    hit()
    times = 20

    def work():
        for _ in range(times):
            hit()

    return timed(work) / times


def version(**_):
    return versions("lazyscribe", "numpy", "pyarrow", "pyyaml", "pillow", "joblib", "persistable", "persist")


WORK = {
    f.__name__: f
    for f in (
        log_save, open_lookup, load, drop, append_save, merge, metric, peak, show, version,
        repository_open, repository_find, repository_list, repository_log, format_read, format_write,
        archive_write, archive_restore,
        joblib_hit, persistable_hit,
    )
}


if __name__ == "__main__":
    serve(WORK)
