"""What MLflow does of the work of a benchmark, with its client and a SQLite store.

A run of MLflow is an experiment of lazyscribe: its parameters and tags are the
same, its metrics too, with those of the test under the name of the test. What a
store of many runs holds before it is measured goes into its tables directly, in
the shape that the client gives it: through the client it would take hours.
"""

import json
import os
import shutil
import sqlite3
import uuid

os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"

import logging

logging.disable()

from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag

EXPERIMENT = "1"
PAGE = 50_000

held = {}
opened = 0


def client_of(path):
    return MlflowClient(tracking_uri="sqlite:///" + path, registry_uri="sqlite:///" + path)


def new_name(path):
    """Return a name that was not there before: the client keeps a name's store open."""
    global opened
    opened += 1
    return f"{path}.{opened}"


def fresh(path):
    """Return another name of a store, so that nothing of it is open yet."""
    name = new_name(path)
    os.symlink(path, name)
    return name


def template(path):
    """Make an empty store: its schema is made in five seconds of migrations."""
    if not os.path.exists(path):
        client = client_of(path)
        assert client.create_experiment("bench", artifact_location=path + ".artifacts") == EXPERIMENT
        client.create_registered_model("bench")


def empty(path, other):
    template(other)
    shutil.copyfile(other, path)


def metrics_of(run):
    values = [("accuracy", run["metrics"]["accuracy"], 0), ("auroc", run["metrics"]["auroc"], 0)]
    values += [("loss", loss, step) for step, loss in enumerate(run["metrics"]["loss"])]
    return values + [(run["test"]["name"] + ".auroc", run["test"]["auroc"], 0)]


def params_of(run):
    return [(key, json.dumps(run[key])) for key in ("layers", "learning_rate", "optimizer", "seed")]


def tags_of(run):
    return [(tag, "") for tag in run["tags"]]


def log(client, run, now=1_735_891_200_000):
    id = client.create_run(EXPERIMENT, start_time=now, run_name=run["name"]).info.run_id
    client.log_batch(
        id,
        metrics=[Metric(name, value, now, step) for name, value, step in metrics_of(run)],
        params=[Param(*param) for param in params_of(run)],
        tags=[RunTag(*tag) for tag in tags_of(run)],
    )
    client.set_terminated(id)


def read(runs):
    with open(runs) as file:
        return json.load(file)


def fill(path, other, runs, **_):
    """Put runs into a new store."""
    empty(path, other)
    rows = {"runs": [], "metrics": [], "latest_metrics": [], "params": [], "tags": []}
    for i, run in enumerate(read(runs)):
        id, now = uuid.uuid4().hex, 1_735_891_200_000 + 37_000 * i
        place = f"{path}.artifacts/{id}/artifacts"
        rows["runs"].append((id, run["name"], "UNKNOWN", "", "", "sample", "FINISHED", now, now, "", "active", place, EXPERIMENT))
        values = metrics_of(run)
        rows["metrics"] += [(name, value, now, id, step, False) for name, value, step in values]
        last = {name: (value, step) for name, value, step in values}
        rows["latest_metrics"] += [(name, value, now, step, False, id) for name, (value, step) in last.items()]
        rows["params"] += [(key, value, id) for key, value in params_of(run)]
        rows["tags"] += [(key, value, id) for key, value in [("mlflow.runName", run["name"]), *tags_of(run)]]
    columns = {
        "runs": "run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time, end_time, source_version, "
        "lifecycle_stage, artifact_uri, experiment_id",
        "metrics": '"key", value, timestamp, run_uuid, step, is_nan',
        "latest_metrics": '"key", value, timestamp, step, is_nan, run_uuid',
        "params": '"key", value, run_uuid',
        "tags": '"key", value, run_uuid',
    }
    insert(path, {f"{table} ({columns[table]})": lines for table, lines in rows.items()})
    return float(os.path.getsize(path))


def insert(path, tables):
    store = sqlite3.connect(path)
    for table, lines in tables.items():
        store.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(lines[0]))})", lines)
    store.commit()
    store.close()


def look_up(client, name):
    (run,) = client.search_runs([EXPERIMENT], f"attributes.run_name = '{name}'", max_results=1)
    return run


def log_save(path, other, runs, **_):
    path = new_name(path)
    empty(path, other)
    runs = read(runs)

    def work():
        client = client_of(path)
        for run in runs:
            log(client, run)

    took = timed(work)
    os.remove(path)
    return took


def open_lookup(path, name, **_):
    path = fresh(path)
    return timed(lambda: look_up(client_of(path), name))


def load(path, other, **_):
    """Hold a copy of a store open, to be added to."""
    shutil.copyfile(path, other)
    held[other] = client_of(other)
    held[other].search_runs([EXPERIMENT], max_results=1)
    return 0.0


def append_save(path, runs, **_):
    (run,) = read(runs)
    return timed(lambda: log(held[path], run))


def filter(path, **_):
    path = fresh(path)

    def work():
        client, token, found = client_of(path), None, 0
        while True:
            page = client.search_runs([EXPERIMENT], "metrics.auroc > 0.9", max_results=PAGE, page_token=token)
            found, token = found + len(page), page.token
            if not token:
                break
        assert found > 0

    return timed(work)


def metric(n, path, other, **_):
    names = ["loss", "accuracy", "auroc", "rate"]
    path = new_name(path)
    empty(path, other)
    client = client_of(path)
    id = client.create_run(EXPERIMENT).info.run_id

    def work():
        for i in range(n):
            client.log_metric(id, names[i % 4], float(i))

    return timed(work) / n


def peak(path, name, **_):
    look_up(client_of(path), name)
    return peak_memory()


def show(path, name):
    print(json.dumps(look_up(client_of(path), name).to_dictionary()))


def artifact_save(path, other, source, **_):
    if path not in held:
        empty(path, other)
        held[path] = client_of(path)
    client = held[path]
    id = client.create_run(EXPERIMENT).info.run_id
    took = timed(lambda: client.log_artifact(id, source))
    client.delete_run(id)
    shutil.rmtree(other + ".artifacts")
    return took


def fill_versions(path, other, n, per_name, **_):
    """Put n versions into a new registry, per_name of each name."""
    empty(path, other)
    names, now = max(n // per_name, 1), 1_735_891_200_000
    versions = [(f"model {i % names:04d}", i // names + 1, now + i, now + i, "None", f"model-{i:06d}.json", "READY") for i in range(n)]
    insert(
        path,
        {
            "registered_models (name, creation_time, last_updated_time)": [(f"model {i:04d}", now, now) for i in range(names)],
            "model_versions (name, version, creation_time, last_updated_time, current_stage, source, status)": versions,
        },
    )
    return 0.0


def repository_open(path, **_):
    path = fresh(path)
    return timed(lambda: client_of(path).search_registered_models(max_results=1))


def registry(path):
    client = client_of(fresh(path))
    client.search_registered_models(max_results=1)
    return client


def repository_find(path, name, **_):
    client = registry(path)

    def work():
        (version,) = client.search_model_versions(f"name = '{name}'", max_results=1, order_by=["version_number DESC"])
        assert version.name == name

    return timed(work)


def repository_list(path, n, **_):
    client = registry(path)

    def work():
        names = {}
        for version in client.search_model_versions(max_results=2 * n):
            names.setdefault(version.name, []).append(version)
        assert sum(map(len, names.values())) == n

    return timed(work)


def repository_log(path, other, n, **_):
    path = new_name(path)
    empty(path, other)
    client = client_of(path)
    folder = path + ".versions"
    os.makedirs(folder, exist_ok=True)

    def work():
        for i in range(n):
            source = os.path.join(folder, f"model-{i}.json")
            with open(source, "w") as file:
                json.dump({"weight": i}, file)
            client.create_model_version("bench", source)

    took = timed(work)
    shutil.rmtree(folder)
    os.remove(path)
    return took


def drop(**_):
    held.clear()
    return 0.0


def version(**_):
    return versions("mlflow-skinny", "sqlalchemy")


WORK = {
    f.__name__: f
    for f in (
        version, fill, log_save, open_lookup, load, drop, append_save, filter, metric, peak, artifact_save,
        fill_versions, repository_open, repository_find, repository_list, repository_log,
    )
}


if __name__ == "__main__":
    serve(WORK)
