import datetime
import io
import math

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lazyscribe_plugin import BadFile, BadSettings, BadValue, Unsupported
from lazyscribe_plugin_parquet import Parquet

DEFAULTS = {"compression": "zstd", "row_group": 65536}
ZONE = datetime.timezone(datetime.timedelta(hours=2))


def encoded(value, **settings):
    file = io.BytesIO()
    Parquet().encode(value, file, DEFAULTS | settings)
    return file.getvalue()


def decoded(content):
    value = Parquet().decode(io.BytesIO(content), DEFAULTS)
    return value if isinstance(value, dict) else list(value)


def written(table):
    file = io.BytesIO()
    pq.write_table(table, file)
    return file.getvalue()


@pytest.mark.parametrize(
    "value",
    [
        [],
        [{"a": 1, "b": "x"}, {"a": None, "b": "é"}],
        [{"a": None}],
        [{"a": 2**63 - 1, "b": -(2**63), "c": 0.5, "d": True, "e": b"\xff", "f": [1, 2], "g": {"h": None}}],
        [{"t": datetime.datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=ZONE)}],
        {},
        {"a": []},
        {"a": [1, 2], "b": ["x", None]},
    ],
)
def test_comes_back(value):
    assert decoded(encoded(value)) == value


def test_numbers_that_are_none():
    (row,) = decoded(encoded([{"nan": math.nan, "inf": math.inf, "zero": -0.0}]))
    assert math.isnan(row["nan"])
    assert row["inf"] == math.inf
    assert math.copysign(1, row["zero"]) == -1


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("text", ""),
        (["text"], "[0]"),
        ([{}], "[0]"),
        ([{"a": 1}, {"b": 2}], "[1]"),
        ([{"a": 1}, {"a": 2, "b": 3}], "[1]"),
        ([{"a": 1}, {"a": "x"}], "a"),
        ([{"a": 2**63}], "a"),
        ([{"a": 2**53 + 1}, {"a": 0.5}], "a"),
        ([{"a": {"x": 1}}, {"a": {"y": 1}}], "a[0]"),
        ([{"a": "x"}, {"a": b"y"}], "a[0]"),
        ({"a": [1], "b": [1, 2]}, "b"),
        ({"a": 1}, "a"),
    ],
)
def test_refused(value, path):
    with pytest.raises(BadValue) as refused:
        encoded(value)
    assert refused.value.path == path


def test_rows_are_not_gathered():
    taken = []

    def rows():
        for i in range(1000):
            taken.append(i)
            yield {"i": i}

    groups = []

    class File(io.BytesIO):
        def write(self, data):
            groups.append(len(taken))
            return super().write(data)

    file = File()
    Parquet().encode(rows(), file, DEFAULTS | {"row_group": 100})
    assert any(n <= 200 for n in groups[1:]), "the first group is written before all rows were taken"
    assert pq.ParquetFile(io.BytesIO(file.getvalue())).num_row_groups == 10
    assert decoded(file.getvalue()) == [{"i": i} for i in range(1000)]


@pytest.mark.parametrize(
    ("first", "second"), [(1, 2.5), (1, "2"), ("1", 2), (0.5, 2**53 + 1), (None, 1), ("x", b"x"), ([1], [2.5]), ({"x": 1}, {"x": "1"}), (True, 1)]
)
def test_a_later_group_of_another_type(first, second):
    with pytest.raises(BadValue) as refused:
        encoded([{"a": first}, {"a": second}], row_group=1)
    assert refused.value.path.startswith("a")


@pytest.mark.parametrize(
    ("first", "second"),
    [(1, None), (0.5, 2), ("x", None), ([], []), (datetime.datetime(2026, 1, 1, tzinfo=ZONE), datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc))],
)
def test_a_later_group_of_a_like_type(first, second):
    rows = [{"a": first}, {"a": second}]
    assert decoded(encoded(rows, row_group=1)) == rows


@pytest.mark.parametrize("compression", ["none", "snappy", "gzip", "brotli", "lz4", "zstd"])
def test_compression(compression):
    content = encoded([{"a": 1}], compression=compression)
    column = pq.ParquetFile(io.BytesIO(content)).metadata.row_group(0).column(0)
    assert column.compression == compression.upper().replace("NONE", "UNCOMPRESSED")


def test_settings():
    with pytest.raises(BadSettings):
        encoded([], row_group=0)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + bytes(100) + b"PAR1"])
def test_no_parquet(content):
    with pytest.raises(BadFile):
        decoded(content)


def test_damage_inside():
    content = bytearray(encoded({"a": list(range(1000))}, compression="none"))
    content[100] ^= 1
    with pytest.raises(BadFile):
        decoded(bytes(content))


def test_of_others():
    assert decoded(written(pa.table({"a": [1, 2]}))) == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize(
    "kind", [pa.date32(), pa.timestamp("us"), pa.timestamp("ns", "UTC"), pa.decimal128(5, 2), pa.list_(pa.date32()), pa.struct({"x": pa.date32()})]
)
def test_types_without_a_like(kind):
    with pytest.raises(Unsupported, match="column 'a"):
        decoded(written(pa.table({"a": pa.array([None], kind)})))
