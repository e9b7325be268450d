"""What can be seen of the SDK inside of one process. The rest, such as streams,
signals and TLS, is for the conformance kit, which runs a plugin as lazyscribe does."""

import datetime
import enum
import io
import json
import math
import os
import subprocess
import sys
import threading
from decimal import Decimal

import cbor2
import pytest

import lazyscribe_plugin as sdk
from lazyscribe_plugin import BadFile, BadSettings, BadValue, Handler, Setting, pb


class Sizes(Handler):
    alias = "sizes"
    settings = {"n": 3, "ratio": 0.5, "on": False, "name": "x", "kind": Setting("a", "which", ("a", "b")), "any": None}


def given(**settings):
    return sdk._settings(Sizes(), cbor2.dumps(settings))


DEFAULTS = {"n": 3, "ratio": 0.5, "on": False, "name": "x", "kind": "a", "any": None}


def test_settings_defaults():
    assert sdk._settings(Sizes(), b"") == DEFAULTS
    assert given() == DEFAULTS


@pytest.mark.parametrize(
    ("name", "value", "want"),
    [
        ("n", 4, 4),
        ("n", "4", 4),
        ("n", 4.0, 4),
        ("ratio", 1, 1.0),
        ("ratio", "1e3", 1000.0),
        ("on", True, True),
        ("on", "true", True),
        ("on", "0", False),
        ("name", "", ""),
        ("kind", "b", "b"),
        ("any", [1], [1]),
    ],
)
def test_settings_converted(name, value, want):
    got = given(**{name: value})[name]
    assert (got, type(got)) == (want, type(want))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n", 1.5), ("n", "1.5"), ("n", True), ("n", None), ("n", [1]), ("n", math.inf),
        ("ratio", "x"), ("ratio", False),
        ("on", 1), ("on", "maybe"),
        ("name", 1),
        ("kind", "c"), ("kind", 1),
        ("other", 1),
    ],
)  # fmt: skip
def test_settings_refused(name, value):
    with pytest.raises(BadSettings, match=name):
        given(**{name: value})


@pytest.mark.parametrize("data", [b"\xff", b"\x80", b"\xa1"])
def test_settings_no_map(data):
    with pytest.raises(BadSettings, match="not a CBOR map"):
        sdk._settings(Sizes(), data)


def test_schema():
    assert sdk._schema({"n": 3, "kind": Setting("a", "which", ("a", "b")), "any": None}) == {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "n": {"type": "integer", "default": 3},
            "kind": {"type": "string", "default": "a", "description": "which", "enum": ["a", "b"]},
            "any": {"default": None},
        },
    }


class Color(enum.IntEnum):
    RED = 1


ZONE = datetime.timezone(datetime.timedelta(hours=2))
DEEP = []
for _ in range(255):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    "value",
    [
        None, True, 2**80, -0.0, math.nan, "é\x00", b"\xff", bytearray(b"x"), [], (), {}, Color.RED, DEEP,
        datetime.datetime(2026, 1, 2, tzinfo=ZONE), {"a": [{"b": None}]}, {1: "one", 2.5: None, True: 0},
    ],
)  # fmt: skip
def test_can_be_sent(value):
    sdk._check(value, "", 0)
    cbor2.dumps(value)


CYCLE = []
CYCLE.append(CYCLE)


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (Decimal(1), ""),
        (1j, ""),
        ({"rows": [{"loss": {1, 2}}]}, "rows[0].loss"),
        ([0, datetime.date(2026, 1, 1)], "[1]"),
        ({"t": datetime.datetime(2026, 1, 1)}, "t"),
        ({"a": {(1, 2): 1}}, "a"),
        ([DEEP, [DEEP]], "[1]" + "[0]" * 256),
        (CYCLE, "[0]" * 257),
    ],
)
def test_cannot_be_sent(value, path):
    with pytest.raises(sdk._HandlerError) as refused:
        sdk._check(value, "", 0)
    assert refused.value.path == path
    assert sdk._failure(refused.value).code == pb.Failure.CODE_INTERNAL


def test_frames_have_the_sizes_that_suit_the_host():
    frames = []
    sink = sdk._Sink(frames.append)
    content = bytes(range(256)) * 20_000  # 5 MB
    for size in (1, 10, 50_000, 3_000_000, 2_069_989):
        sink.write(content[:size])
        content = content[size:]
    assert not content
    end = sink.end()
    sizes = [len(frame) for frame in frames]
    small, large = 32 * 1024 - 64, 1024 * 1024 - 1024
    assert set(sizes[:-1]) == {small, large}
    assert sizes == sorted(sizes[:-1]) + sizes[-1:]
    assert 2**20 <= sum(size for size in sizes if size == small) < 2**20 + small
    # The checksum is that of the standard's test "123456789", continued elsewhere.
    assert end.bytes == sum(sizes) == 5_120_000
    check = sdk._Sink(lambda _: None)
    check.write(b"1234")
    check.write(memoryview(b"56789"))
    assert check.end().crc32 == 0xCBF43926


def source(*frames):
    return sdk._Source(iter(frames))


def data(content):
    return pb.EncodeRequest(data=content)


def end(size, crc=None):
    return pb.EncodeRequest(end=pb.End(bytes=size, crc32=crc))


def test_source():
    with io.BufferedReader(source(data(b"1234"), data(b""), data(b"56789"), end(9, 0xCBF43926))) as file:
        assert file.read(5) == b"12345"
        assert file.read() == b"6789"
        assert file.read() == b""


@pytest.mark.parametrize(
    "frames",
    [
        [],
        [data(b"x")],
        [data(b"x"), end(2)],
        [data(b"x"), end(1, 0)],
        [pb.EncodeRequest(begin=pb.Begin(alias="again"))],
    ],
)
def test_source_without_a_right_end(frames):
    with pytest.raises(sdk._HandlerError):
        io.BufferedReader(source(*frames)).read()
    with pytest.raises(sdk._HandlerError):
        source(*frames).drain()


def test_rows_arrive_one_by_one():
    arrived = []

    def frames():
        for i in range(3):
            arrived.append(i)
            yield data(cbor2.dumps({"i": i}))
        yield end(3 * len(cbor2.dumps({"i": 0})))

    rows = sdk._rows(io.BufferedReader(sdk._Source(frames()), 64))
    assert next(rows) == {"i": 0}
    assert arrived == [0]
    assert list(rows) == [{"i": 1}, {"i": 2}]


def test_rows_cut_off():
    rows = sdk._rows(io.BufferedReader(source(data(cbor2.dumps(1) + b"\x82\x01"), end(3))))
    assert next(rows) == 1
    with pytest.raises(BadValue) as refused:
        next(rows)
    assert refused.value.path == "[1]"


@pytest.mark.parametrize("content", [b"", b"\xff", b"\x82\x01", b"\x01\x02", b"\x62\xc3\x28"])
def test_no_item(content):
    with pytest.raises(BadValue, match="not the CBOR of a value"):
        sdk._item(content)


def test_channel_holds_few_frames_and_lets_go():
    channel = sdk._Channel()
    put = []

    def work():
        try:
            for i in range(100):
                channel.put(i)
                put.append(i)
        except sdk._Canceled:
            put.append("canceled")

    worker = threading.Thread(target=work)
    worker.start()
    frames = iter(channel)
    assert [next(frames) for _ in range(5)] == [0, 1, 2, 3, 4]
    channel.close()
    worker.join(10)
    assert put[-1] == "canceled"
    assert len(put) <= 5 + sdk._QUEUED + 1


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BadValue("x", "[1]"), "CODE_BAD_VALUE"),
        (BadFile("x"), "CODE_BAD_FILE"),
        (BadSettings("x"), "CODE_BAD_SETTINGS"),
        (sdk.Unsupported("x"), "CODE_UNSUPPORTED"),
        (ZeroDivisionError("x"), "CODE_INTERNAL"),
        (SystemExit(3), "CODE_INTERNAL"),
    ],
)
def test_failures(error, code):
    failure = sdk._failure(error)
    assert pb.Failure.Code.Name(failure.code) == code
    assert failure.path == getattr(error, "path", "")


def test_failure_is_of_one_short_line():
    failure = sdk._failure(ValueError("two\nlines " + "x" * 10_000))
    assert failure.message.startswith("ValueError: two lines x")
    assert len(failure.message) == 2000


@pytest.mark.parametrize("aliases", [[""], ["Upper"], ["a/b"], ["1a"], ["a", "a"]])
def test_bad_aliases(aliases):
    handlers = []
    for alias in aliases:
        handler = Handler()
        handler.alias = alias
        handlers.append(handler)
    with pytest.raises(ValueError, match="alias"):
        sdk._Service("x", "1", tuple(handlers))


def test_spool_can_seek():
    class Once(io.RawIOBase):
        rest = b"content"

        def readable(self):
            return True

        def readinto(self, buffer):
            n = min(2, len(buffer), len(self.rest))
            buffer[:n], self.rest = self.rest[:n], self.rest[n:]
            return n

    with sdk.spool(Once()) as file:
        assert file.read() == b"content"
        file.seek(3)
        assert file.read() == b"tent"


def test_without_a_call_progress_does_nothing():
    sdk.progress()


PLUGIN = """
from lazyscribe_plugin import Handler, serve
class H(Handler):
    alias = suffix = "h"
serve("h", "1.0.0", H())
"""


def run(*args):
    env = {**os.environ, "PYTHONPATH": os.path.dirname(os.path.abspath(sdk.__file__))}
    return subprocess.run([sys.executable, "-B", "-c", PLUGIN, *args], capture_output=True, text=True, timeout=60, env=env)


def test_by_hand():
    result = run()
    assert result.returncode == 1
    assert "lazyscribe plugin trust" in result.stderr
    assert result.stdout == ""


def test_describe():
    described = json.loads(run("describe").stdout)
    assert described["name"] == "h"
    assert [handler["alias"] for handler in described["handlers"]] == ["h"]


def test_progress_is_told_once_in_a_second(monkeypatch):
    told = []
    monkeypatch.setattr(sdk._call, "progress", lambda: told.append(1), raising=False)
    monkeypatch.setattr(sdk._call, "next_sign", 0.0, raising=False)
    now = 1000.0
    monkeypatch.setattr(sdk.time, "monotonic", lambda: now)
    for now in (1000.0, 1000.5, 1000.9, 1001.0, 1001.1):
        sdk.progress()
    assert len(told) == 2
