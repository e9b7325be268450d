"""A lazyscribe plugin for tables as Parquet files, by pyarrow.

A table is a list of rows or a map of columns, and comes back as what it was.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from lazyscribe_plugin import BadFile, BadSettings, BadValue, Handler, Setting, Unsupported, serve, spool

__version__ = "1.0.0"

# Which of the two a table was, in the file's metadata. Files without it are rows.
_FORM = b"lazyscribe.form"


class Parquet(Handler):
    alias = suffix = "parquet"
    binary = True
    summary = "tables, as Apache Parquet"
    media_type = "application/vnd.apache.parquet"
    version = "2.6"
    encodings = ("rows", "cbor")
    accepts = ("table",)
    environment = {"pyarrow": pa.__version__}
    settings = {
        "compression": Setting("zstd", "of column chunks", ("none", "snappy", "gzip", "brotli", "lz4", "zstd")),
        "row_group": Setting(65536, "rows that are compressed, and in memory, at once"),
    }

    def encode(self, value: Any, file: IO[bytes], settings: Mapping[str, Any]) -> None:
        if settings["row_group"] < 1:
            raise BadSettings("setting 'row_group' must be at least 1")
        if isinstance(value, Mapping):
            self._write(file, settings, "columns", [_columns(value)])
        elif isinstance(value, (list, Iterator)):
            self._write(file, settings, "rows", _groups(value, settings["row_group"]))
        else:
            raise BadValue(f"want a list of rows or a map of columns, got {type(value).__name__}")

    def _write(self, file: IO[bytes], settings: Mapping[str, Any], form: str, groups: Iterable[pa.Table]) -> None:
        writer = None
        for group in groups:
            if writer is None:
                schema = group.schema.with_metadata({_FORM: form})
                try:
                    writer = pq.ParquetWriter(file, schema, compression=settings["compression"], write_page_checksum=True)
                except pa.ArrowException as error:  # types that Parquet does not have
                    raise BadValue(str(error)) from error
            writer.write_table(group.cast(schema), settings["row_group"])
        writer.close()

    def decode(self, file: IO[bytes], settings: Mapping[str, Any]) -> Any:
        whole = spool(file)
        try:
            table = pq.ParquetFile(whole, page_checksum_verification=True)
            schema = table.schema_arrow
        except (pa.ArrowException, OSError, ValueError) as error:
            raise BadFile(str(error)) from error
        for field in schema:
            _check_type(field.type, field.name)
        if (schema.metadata or {}).get(_FORM) != b"columns":
            return _rows(table)
        try:
            return table.read().to_pydict()
        except (pa.ArrowException, OSError, ValueError) as error:
            raise BadFile(str(error)) from error


def _rows(table: pq.ParquetFile) -> Iterator[dict[str, Any]]:
    try:
        for batch in table.iter_batches(8192):
            yield from batch.to_pylist()
    except (pa.ArrowException, OSError, ValueError) as error:
        raise BadFile(str(error)) from error


def _columns(columns: Mapping[str, Any]) -> pa.Table:
    """The table of a map of columns."""
    length = None
    for name, values in columns.items():
        if not isinstance(name, str) or not isinstance(values, list):
            raise BadValue("want a list for each column", str(name))
        length = len(values) if length is None else length
        if len(values) != length:
            raise BadValue(f"has {len(values)} values, and the column before it {length}", name)
    return pa.table({name: _array(values, name, None) for name, values in columns.items()})


def _groups(rows: Iterable[Any], size: int) -> Iterator[pa.Table]:
    """Tables of so many rows each. The first one says which columns there are, of which types."""
    rows, schema, start = iter(rows), None, 0
    while (group := list(itertools.islice(rows, size))) or schema is None:
        names = schema.names if schema else _names(group)
        wanted = set(names)
        for i, row in enumerate(group, start):
            if not isinstance(row, dict) or set(row) != wanted:
                raise BadValue(f"want a row with the columns of the first: {', '.join(map(str, names))}", f"[{i}]")
        types = schema.types if schema else itertools.repeat(None)
        arrays = [_array([row[name] for row in group], name, kind) for name, kind in zip(names, types)]
        table = pa.table(arrays, names=names)
        schema, start = table.schema, start + len(group)
        yield table


def _names(group: list[Any]) -> list[str]:
    """The columns of the first row."""
    if not group:
        return []
    if not isinstance(group[0], dict) or not group[0]:
        raise BadValue("want a row: a map with at least one column", "[0]")
    for name in group[0]:
        if not isinstance(name, str):
            raise BadValue("the name of a column is not text", "[0]")
    return list(group[0])


def _array(values: list[Any], name: str, kind: pa.DataType | None) -> pa.Array:
    """A column. kind is its type if that is known."""
    try:
        if kind is None or pa.types.is_nested(kind):
            array = pa.array(values, kind)
        else:
            # Not of that type at once: that would cut numbers without a word.
            array = _cast(pa.array(values), kind)
    except (pa.ArrowException, OverflowError, ValueError, TypeError) as error:
        raise BadValue(str(error), name) from error
    # Arrow joins maps of different keys, and texts with bytes, without a word.
    if pa.types.is_nested(array.type) or pa.types.is_binary(array.type):
        for i, (before, after) in enumerate(zip(values, array.to_pylist())):
            if not _same(before, after):
                raise BadValue("does not have the type of the values before it", f"{name}[{i}]")
    return array


def _cast(array: pa.Array, kind: pa.DataType) -> pa.Array:
    t = pa.types
    number = lambda kind: t.is_integer(kind) or t.is_floating(kind)
    if array.type == kind:
        return array
    if t.is_null(array.type) or number(array.type) and number(kind) or t.is_timestamp(array.type) and t.is_timestamp(kind):
        return array.cast(kind)
    raise ValueError(f"the rows before have values of type {kind}, these {array.type}")


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(_same(a[key], b[key]) for key in a)
    if isinstance(a, list):
        return isinstance(b, list) and len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, float) and math.isnan(a):
        return isinstance(b, float) and math.isnan(b)
    return a == b


def _check_type(kind: pa.DataType, path: str) -> None:
    """Refuse columns, written by others, whose values lazyscribe has no like of."""
    t = pa.types
    if t.is_list(kind) or t.is_large_list(kind):
        _check_type(kind.value_type, path)
    elif t.is_struct(kind):
        for field in kind:
            _check_type(field.type, f"{path}.{field.name}")
    elif t.is_dictionary(kind):
        _check_type(kind.value_type, path)
    elif t.is_timestamp(kind):
        if kind.tz is None or kind.unit == "ns":
            raise Unsupported(f"column {path!r}: want times with a zone, in microseconds, not {kind}")
    elif not any(
        test(kind)
        for test in (t.is_null, t.is_boolean, t.is_integer, t.is_floating, t.is_string, t.is_large_string, t.is_binary, t.is_large_binary)
    ):
        raise Unsupported(f"column {path!r}: values of type {kind} cannot be handed on")


def main() -> None:
    serve("parquet", __version__, Parquet())


if __name__ == "__main__":
    main()
