"""Makes random plain data, pickles it, and spells it as canon_test.go does.

Usage: canon.py make SEED COUNT    writes lines "PROTOCOL HEX SPELLING"
       canon.py read               reads lines of hex, writes their spellings
"""

import collections
import datetime
import decimal
import pickle
import pickletools
import random
import struct
import sys


def spell(v):
    t = type(v)
    if v is None:
        return "None"
    if t is bool:
        return f"bool {str(v).lower()}"
    if t is int:
        return f"int {v}"
    if t is float:
        return spell_float(v)
    if t is complex:
        return f"complex {spell_float(v.real)} {spell_float(v.imag)}"
    if t is str:
        return "str " + v.encode("utf-8", "surrogatepass").hex()
    if t in (bytes, bytearray):
        return f"{t.__name__} {v.hex()}"
    if t in (list, tuple):
        return f"{t.__name__} [" + ", ".join(map(spell, v)) + "]"
    if t in (set, frozenset):
        return f"{t.__name__} [" + ", ".join(sorted(map(spell, v))) + "]"
    if t in (dict, collections.OrderedDict, collections.defaultdict, collections.Counter):
        return "dict [" + ", ".join(f"{spell(k)}: {spell(x)}" for k, x in v.items()) + "]"
    if t is datetime.datetime:
        text = v.replace(tzinfo=None).isoformat(timespec="microseconds")
        if v.tzinfo is None:
            return f"naive {text} {str(bool(v.fold)).lower()}"
        return f"datetime {text} {int(v.utcoffset().total_seconds())}"
    if t is datetime.date:
        return f"date {v.isoformat()}"
    if t is datetime.time:
        text = v.replace(tzinfo=None).isoformat(timespec="microseconds")
        return f"time {text} {str(bool(v.fold)).lower()} {spell(v.tzinfo)}"
    if t is datetime.timezone:
        return f"zone {int(v.utcoffset(None).total_seconds())}"
    if t is datetime.timedelta:
        return f"timedelta {v // datetime.timedelta(microseconds=1)}"
    if t is decimal.Decimal:
        return f"decimal {v}"
    raise TypeError(f"no spelling for {t}")


def spell_float(f):
    return "float nan" if f != f else "float " + struct.pack(">d", f).hex()


class Maker:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.made = []

    def scalar(self):
        r = self.r
        return r.choice([
            lambda: None,
            lambda: r.random() < 0.5,
            lambda: r.randint(-3, 300),
            lambda: r.choice([-1, 1]) * (1 << r.choice([7, 8, 15, 16, 31, 32, 63, 64, 65, 200, 2100])) + r.randint(-1, 1),
            lambda: r.getrandbits(r.randint(1, 600)),
            lambda: r.choice([0.0, -0.0, 0.1, 1e300, 5e-324, float("inf"), float("-inf"), r.random() * 10 ** r.randint(-20, 20)]),
            lambda: complex(r.random(), -r.random()),
            lambda: self.text(),
            lambda: bytes(r.getrandbits(8) for _ in range(r.choice([0, 1, 5, 300]))),
            lambda: datetime.datetime(r.randint(1, 9999), r.randint(1, 12), r.randint(1, 28), r.randint(0, 23), r.randint(0, 59), r.randint(0, 59), r.randint(0, 999999), tzinfo=r.choice([None, self.zone()])),
            lambda: datetime.date(r.randint(1, 9999), r.randint(1, 12), r.randint(1, 28)),
            lambda: datetime.time(r.randint(0, 23), r.randint(0, 59), r.randint(0, 59), r.randint(0, 999999), tzinfo=r.choice([None, self.zone()])),
            lambda: self.zone(),
            lambda: datetime.timedelta(r.randint(-100000, 100000), r.randint(0, 86399), r.randint(0, 999999)),
            lambda: decimal.Decimal(r.choice(["0", "-0", "1.50", "1E+5", "-1E-10", "Infinity", "-Infinity"])),
        ])()

    def text(self):
        r = self.r
        if r.random() < 0.3:
            return r.choice(["", "a", "key", "é", "\\", "\\u0041", "\n\r\x00\x1a", "'\"", "\ud83d", "\ude00x", "\U0001f600", "x" * 255, "x" * 256, "é" * 128])
        return "".join(chr(r.choice([r.randint(32, 126), r.randint(0, 255), r.randint(0x100, 0xD7FF), r.randint(0xE000, 0x10FFFF)])) for _ in range(r.randint(0, 12)))

    def zone(self):
        r = self.r
        if r.random() < 0.3:
            return datetime.timezone.utc
        offset = datetime.timedelta(seconds=r.choice([60 * r.randint(-1439, 1439), r.randint(-86399, 86399)]))
        return datetime.timezone(offset) if r.random() < 0.5 else datetime.timezone(offset, self.text())

    def key(self, depth):
        if depth > 0 and self.r.random() < 0.2:
            kind = self.r.choice([tuple, frozenset])
            return kind(self.key(depth - 1) for _ in range(self.r.randint(0, 5)))
        return self.scalar()

    def value(self, depth):
        r = self.r
        if depth == 0 or r.random() < 0.35:
            return self.scalar()
        if self.made and r.random() < 0.15:
            return r.choice(self.made)
        n = r.choice([0, 1, 2, 3, 4, 5, 8])
        v = r.choice([
            lambda: [self.value(depth - 1) for _ in range(n)],
            lambda: tuple(self.value(depth - 1) for _ in range(n)),
            lambda: {self.text(): self.value(depth - 1) for _ in range(n)},
            lambda: {self.key(depth - 1): self.value(depth - 1) for _ in range(n)},
            lambda: collections.OrderedDict((self.text(), self.value(depth - 1)) for _ in range(n)),
            lambda: collections.defaultdict(r.choice([None, list, int, str, dict, set, float]), {self.key(1): self.value(depth - 1) for _ in range(n)}),
            lambda: collections.Counter(self.text() for _ in range(n)),
            lambda: {self.key(depth - 1) for _ in range(n)},
            lambda: frozenset(self.key(depth - 1) for _ in range(n)),
            lambda: bytearray(self.r.getrandbits(8) for _ in range(n)),
            lambda: [r.randint(-10, 10)] * r.choice([999, 1000, 1001, 2000]) if r.random() < 0.1 else [],
        ])()
        self.made.append(v)
        return v


def main():
    if sys.argv[1] == "make":
        seed, count = int(sys.argv[2]), int(sys.argv[3])
        for i in range(count):
            v = Maker(seed * 1000003 + i).value(4)
            for protocol in range(6):
                data = (pickle._dumps if i % 10 == 0 else pickle.dumps)(v, protocol)
                print(protocol, data.hex(), spell(pickle.loads(data)))
        return
    for line in sys.stdin:
        data = bytes.fromhex(line)
        list(pickletools.genops(data))
        pickletools.dis(data, out=open("/dev/null", "w")) if len(data) < 2000 else None
        print(spell(pickle.loads(data)))


if __name__ == "__main__":
    main()
