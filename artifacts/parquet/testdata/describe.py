"""Says what pyarrow and polars read in the files named: schemas, and values in a form that keeps every bit."""

import json
import struct
import sys

import polars
import pyarrow as pa
import pyarrow.parquet as pq


def canon(s):
    """A value as JSON has it, told apart from values of other types."""
    if not s.is_valid:
        return None
    t = s.type
    if pa.types.is_dictionary(t) or isinstance(t, pa.BaseExtensionType):
        return canon(s.value)
    if pa.types.is_map(t):
        return {"map": [[canon(e["key"]), canon(e["value"])] for e in s.values]}
    if pa.types.is_struct(t):
        return {"struct": {name: canon(s[name]) for name in s}}
    if pa.types.is_nested(t):
        return {"list": [canon(v) for v in s.values]}
    if pa.types.is_boolean(t):
        return s.as_py()
    if pa.types.is_integer(t):
        return "i:%d" % s.as_py()
    if pa.types.is_floating(t):
        v = s.as_py()
        return "f:nan" if v != v else "f:%016x" % struct.unpack(">Q", struct.pack(">d", v))
    if pa.types.is_decimal(t):
        return "n:%s" % s.as_py()
    if pa.types.is_temporal(t):
        unit = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}
        if pa.types.is_date32(t):
            return "t:%d" % (s.value * 86400 * 10**9)
        if pa.types.is_date64(t):
            return "t:%d" % (s.value * 10**6)
        kind = "t" if pa.types.is_timestamp(t) else "d"
        return "%s:%d" % (kind, s.value * unit[t.unit])
    v = s.as_py()
    return "b:" + v.hex() if isinstance(v, bytes) else "s:" + v


def describe(path):
    table = pq.read_table(path)
    table.validate(full=True)
    metadata = pq.ParquetFile(path).metadata
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    frame = polars.read_parquet(path)
    return {
        "schema": [[f.name, str(f.type), f.nullable] for f in table.schema],
        "rows": [[canon(column[i]) for column in table.columns] for i in range(table.num_rows)],
        "groups": [g.num_rows for g in groups],
        "codecs": sorted({g.column(i).compression for g in groups for i in range(g.num_columns)}),
        "dictionary": any("RLE_DICTIONARY" in g.column(i).encodings for g in groups for i in range(g.num_columns)),
        "version": metadata.format_version,
        "polars": [[name, str(t)] for name, t in frame.schema.items()],
        "polars_rows": frame.height,
    }


if __name__ == "__main__":
    json.dump([describe(path) for path in json.load(sys.stdin)], sys.stdout)
