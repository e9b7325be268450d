"""Compares a parquet export, as pyarrow reads it, with one in JSON Lines."""

import datetime
import json
import sys

import pyarrow as pa
import pyarrow.parquet as pq

parquet, lines = json.load(sys.stdin)
table = pq.read_table(parquet)
with open(lines, encoding="utf-8") as f:
    rows = [json.loads(line) for line in f]
wrong = []
compared = 0
if len(rows) != table.num_rows:
    wrong.append(f"{table.num_rows} rows, want {len(rows)}")


def same(got, want):
    if isinstance(got, list):
        return isinstance(want, list) and len(got) == len(want) and all(map(same, got, want))
    if isinstance(got, datetime.datetime):
        return got.utcoffset() == datetime.timedelta(0) and got.strftime("%Y-%m-%dT%H:%M:%S") == want
    if isinstance(got, float):
        return got == want or str(got).lower() == str(want).lower().replace("infinity", "inf")
    if isinstance(got, str) and not isinstance(want, str):
        return json.loads(got) == want
    return type(got) is type(want) and got == want


for name in table.column_names:
    values = table.column(name).to_pylist()
    if pa.types.is_null(table.schema.field(name).type) and any(name in row for row in rows):
        wrong.append(f"column {name} has no type")
    for row, got in zip(rows, values):
        want = row.get(name)
        compared += 1
        if not same(got, want):
            wrong.append(f"column {name}: {got!r}, want {want!r}")
for name in set().union(*rows) - set(table.column_names):
    wrong.append(f"column {name} is missing")
json.dump({"Compared": compared, "Wrong": wrong}, sys.stdout)
