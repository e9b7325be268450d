"""Writes tables of all types with all encodings and codecs to a folder, and says what is in them."""

import datetime
import decimal
import json
import os
import sys
import uuid

import polars
import pyarrow as pa
import pyarrow.parquet as pq

from describe import canon

utc = datetime.timezone.utc
at = datetime.datetime(2025, 1, 2, 3, 4, 5, 678901)
duration = pa.duration("us")

types = pa.table(
    {
        "bool": [True, False, None],
        **{name: pa.array([1, 0, None], t) for name, t in [(str(t), t) for t in (
            pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32())]},
        "int64 bounds": pa.array([-(2**63), 2**63 - 1, None], pa.int64()),
        "uint64": pa.array([0, 2**64 - 1, None], pa.uint64()),
        "half": pa.array([1.5, float("nan"), None], pa.float16()),
        "float": pa.array([0.1, float("-inf"), None], pa.float32()),
        "double": pa.array([0.1, float("inf"), None], pa.float64()),
        "string": ["", "é日\n", None],
        "large": pa.array(["x", "", None], pa.large_string()),
        "view": pa.array(["x", "longer than twelve bytes", None], pa.string_view()),
        "binary": pa.array([b"", b"\x00\xff", None], pa.binary()),
        "large binary": pa.array([b"", b"\x00\xff", None], pa.large_binary()),
        "fixed": pa.array([b"abc", b"\x00\x01\x02", None], pa.binary(3)),
        "date32": [datetime.date(2025, 1, 2), datetime.date(1, 1, 1), None],
        "date64": pa.array([datetime.date(2025, 1, 2), datetime.date(1969, 12, 31), None], pa.date64()),
        **{"timestamp " + unit: pa.array([at, datetime.datetime(1969, 1, 1), None], pa.timestamp("us")).cast(pa.timestamp(unit), safe=False)
           for unit in ("s", "ms", "us", "ns")},
        "utc": pa.array([at.replace(tzinfo=utc), None, None], pa.timestamp("us", "UTC")),
        "zone": pa.array([1735787045678, None, 0], pa.timestamp("ms", "Europe/Berlin")),
        "offset": pa.array([1735787045678, None, 0], pa.timestamp("ms", "+05:30")),
        "time32": pa.array([3600, 0, None], pa.time32("s")),
        "time64": pa.array([3600 * 10**9 + 1, 0, None], pa.time64("ns")),
        **{"duration " + unit: pa.array([-1, 10**6, None], pa.duration(unit)) for unit in ("s", "ms", "us", "ns")},
        "durations": pa.array([[1, None], [], None], pa.list_(duration)),
        "large durations": pa.array([[1], [-2], None], pa.large_list(duration)),
        "fixed durations": pa.array([[1, 2], [3, None], [5, 6]], pa.list_(duration, 2)),
        "duration in": pa.array([{"a": 1, "b": [{"c": 2, "d": "x"}]}, {"a": None, "b": []}, None],
                                pa.struct([("a", duration), ("b", pa.list_(pa.struct([("c", duration), ("d", pa.dictionary(pa.int32(), pa.string()))])))])),
        "duration by": pa.array([[("k", 1), ("l", None)], [], None], pa.map_(pa.string(), duration)),
        "by duration": pa.array([[(1, "x")], [], None], pa.map_(duration, pa.string())),
        "durations twice": pa.array([1, 1, None], duration).dictionary_encode(),
        "duration extended": pa.ExtensionArray.from_storage(pa.opaque(duration, "t", "v"), pa.array([1, 0, None], duration)),
        "decimal": pa.array([decimal.Decimal("-12.340"), decimal.Decimal("0.001"), None], pa.decimal128(10, 3)),
        "decimal32": pa.array([decimal.Decimal("-1.50"), decimal.Decimal("0.01"), None], pa.decimal32(5, 2)),
        "decimal64": pa.array([decimal.Decimal("-1.50"), decimal.Decimal("0.01"), None], pa.decimal64(15, 2)),
        "decimal256": pa.array([decimal.Decimal("1" * 50), decimal.Decimal("-1"), None], pa.decimal256(60, 0)),
        "dictionary": pa.array(["x", "y", None]).dictionary_encode(),
        "dictionary of bytes": pa.array([b"x", b"y", None]).dictionary_encode(),
        "dictionary of numbers": pa.array([1.5, 2.5, None]).dictionary_encode(),
        "small dictionary": pa.DictionaryArray.from_arrays(pa.array([0, 1, None], pa.int8()), pa.array(["x", "y"])),
        "list": pa.array([[1, 2], [], None], pa.list_(pa.int64())),
        "list of nulls": pa.array([[1, None], [2], None], pa.list_(pa.int64())),
        "list of lists": pa.array([[[1], None, []], [], None], pa.list_(pa.list_(pa.int64()))),
        "large list": pa.array([["a"], [], None], pa.large_list(pa.string())),
        "fixed list": pa.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], pa.list_(pa.float32(), 2)),
        "struct": pa.array([{"a": 1, "b": {"c": "x"}}, {"a": None, "b": None}, None],
                           pa.struct([("a", pa.int64()), ("b", pa.struct([("c", pa.string())]))])),
        "structs": pa.array([[{"a": 1}], [{"a": None}, None], None], pa.list_(pa.struct([("a", pa.int64())]))),
        "list view": pa.array([[1], [], None], pa.list_view(pa.int64())),
        "decimals": pa.array([[decimal.Decimal("1.5"), None], [], None]),
        "map": pa.array([[("k", 1), ("l", None)], [], None], pa.map_(pa.string(), pa.int64())),
        "map of numbers": pa.array([[(1, 2)], [], None], pa.map_(pa.int32(), pa.int64())),
        "map of maps": pa.array([[("k", [("l", 1)]), ("m", None)], [], None], pa.map_(pa.string(), pa.map_(pa.string(), pa.int64()))),
        "uuid": pa.array([uuid.UUID(int=1).bytes, uuid.UUID(int=2**127).bytes, None], pa.uuid()),
        "bool8": pa.ExtensionArray.from_storage(pa.bool8(), pa.array([1, 0, None], pa.int8())),
        "tensor": pa.ExtensionArray.from_storage(pa.fixed_shape_tensor(pa.float32(), [2]), pa.array([[1, 2], [3, 4], [5, 6]], pa.list_(pa.float32(), 2))),
        "null": pa.nulls(3),
    }
)

frame = polars.DataFrame({
    "duration": polars.Series([datetime.timedelta(1), None], dtype=polars.Duration("ns")),
    "durations": [[datetime.timedelta(1), None], None],
    "duration in": [{"a": datetime.timedelta(1)}, None],
    "categorical": polars.Series(["x", None], dtype=polars.Categorical),
    "enum": polars.Series(["x", None], dtype=polars.Enum(["x", "y"])),
    "categoricals": polars.Series([["x", None], None], dtype=polars.List(polars.Categorical)),
    "array": polars.Series([[1, 2], [3, 4]], dtype=polars.Array(polars.Int64, 2)),
    "decimal": [decimal.Decimal("1.5"), None],
    "time": [at.time(), None],
    "datetime": [at, None],
    "date": [at.date(), None],
    "null": [None, None],
})

n = 2000
long = pa.table({
    "i": pa.array([(i * 7919) % 10007 - 5000 for i in range(n)], pa.int64()),
    "i32": pa.array([None if i % 5 == 0 else i * 3 for i in range(n)], pa.int32()),
    "f": pa.array([i * 0.37 for i in range(n)]),
    "g": pa.array([i * 0.5 for i in range(n)], pa.float32()),
    "s": ["value-%d" % (i % 50) for i in range(n)],
    "u": ["unique-%d" % i for i in range(n)],
    "b": [i % 3 == 0 for i in range(n)],
    "x": pa.array([i.to_bytes(4, "big") for i in range(n)], pa.binary(4)),
    "l": [[i] * (i % 4) if i % 7 else None for i in range(n)],
})

writes = {"types": (types, {})}
for codec in ("none", "snappy", "gzip", "brotli", "zstd", "lz4"):
    writes["codec-" + codec] = (long, {"compression": codec})
    writes["pages2-" + codec] = (long, {"compression": codec, "data_page_version": "2.0", "data_page_size": 4096})
for name, columns in {
    "PLAIN": {c: "PLAIN" for c in ("i", "f", "s", "x")},
    "DELTA_BINARY_PACKED": {"i": "DELTA_BINARY_PACKED", "i32": "DELTA_BINARY_PACKED"},
    "DELTA_LENGTH_BYTE_ARRAY": {"s": "DELTA_LENGTH_BYTE_ARRAY", "u": "DELTA_LENGTH_BYTE_ARRAY"},
    "DELTA_BYTE_ARRAY": {"s": "DELTA_BYTE_ARRAY", "u": "DELTA_BYTE_ARRAY"},  # not x: see fixtures.py
    "BYTE_STREAM_SPLIT": {c: "BYTE_STREAM_SPLIT" for c in ("i", "i32", "f", "g", "x")},
    "RLE": {"b": "RLE"},
}.items():
    writes["encoding-" + name] = (long, {"use_dictionary": False, "column_encoding": columns, "data_page_version": "2.0"})
writes["groups"] = (long, {"row_group_size": 700})
writes["no-dictionaries"] = (types, {"use_dictionary": False})
writes["integers"] = (types, {"store_decimal_as_integer": True})
writes["list-items"] = (types, {"use_compliant_nested_type": False})
writes["chunks"] = (long, {"use_content_defined_chunking": True})
writes["bloom"] = (long, {"bloom_filter_options": {"s": {"ndv": 50, "fpp": 0.01}}})
writes["version1"] = (long, {"version": "1.0"})
writes["no-schema"] = (long, {"store_schema": False})
writes["checksums"] = (long, {"write_page_checksum": True, "write_page_index": True})
writes["int96"] = (pa.table({"t": pa.array([at, None], pa.timestamp("ns"))}), {"use_deprecated_int96_timestamps": True})
writes["empty"] = (types.slice(0, 0), {})
writes["no-columns"] = (pa.table({}), {})


def rows(table):
    return [[canon(column[i]) for column in table.columns] for i in range(table.num_rows)]


if __name__ == "__main__":
    folder = json.load(sys.stdin)
    told = {}
    for name, (table, options) in writes.items():
        path = os.path.join(folder, name + ".parquet")
        pq.write_table(table, path, **options)
        read = pq.read_table(path)
        told[name] = {"names": read.column_names, "rows": rows(read)}
    frames = {"polars-" + codec: (polars.from_arrow(long), codec) for codec in ("uncompressed", "snappy", "gzip", "brotli", "zstd", "lz4")}
    frames["polars-types"] = (frame, "zstd")
    for name, (table, codec) in frames.items():
        path = os.path.join(folder, name + ".parquet")
        table.write_parquet(path, compression=codec)
        read = pq.read_table(path)
        told[name] = {"names": read.column_names, "rows": rows(read)}
    json.dump(told, sys.stdout)
