"""Writes iso.tsv.gz and strict.tsv.gz: what datetime reads and what it refuses.

Run it with Python 3.11. Each line holds a text and, after a tab, the
microseconds from 1970-01-01T00:00:00 UTC to the time the text stands for (naive
is UTC), or "-" if Python refuses it. The texts have neither tabs nor NULs.
"""

import gzip
import random
import sys
from datetime import datetime, timedelta, timezone

assert sys.version_info[:2] == (3, 11)

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
rng = random.Random(1970)


def iso(text):
    return datetime.fromisoformat(text)


def strict(text):
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S")


def line(read, text):
    try:
        time = read(text)
    except ValueError:
        return f"{text}\t-\n"
    if time.tzinfo is None:
        time = time.replace(tzinfo=timezone.utc)
    return f"{text}\t{(time - EPOCH) // timedelta(microseconds=1)}\n"


def date():
    year = rng.choice([rng.randint(1, 9999), rng.randint(1900, 2100), 1, 2000, 2020, 9999])
    month, day = rng.randint(1, 12), rng.randint(1, 31)
    week, weekday = rng.choice([rng.randint(1, 53), 1, 52, 53]), rng.randint(1, 7)
    return rng.choice(
        [
            f"{year:04}-{month:02}-{day:02}",
            f"{year:04}-{month:02}-{day:02}",
            f"{year:04}{month:02}{day:02}",
            f"{year:04}-W{week:02}",
            f"{year:04}W{week:02}",
            f"{year:04}-W{week:02}-{weekday}",
            f"{year:04}W{week:02}{weekday}",
        ]
    )


def clock(hours):
    colon = rng.choice(["", ":", ":"])
    parts = [rng.randint(0, hours), rng.randint(0, 59), rng.randint(0, 59)][: rng.choice([1, 2, 2, 3, 3, 3])]
    text = colon.join(f"{p:02}" for p in parts)
    if rng.random() < 0.4:
        text += rng.choice("..,") + "".join(rng.choices("0123456789", k=rng.randint(1, 9)))
    return text


def zone():
    return rng.choice(["", "", "Z", "+00:00", "-00:00", "+" + clock(24), "-" + clock(24)])


def valid():
    text = date()
    if rng.random() < 0.85:
        text += rng.choice(["T", "T", " ", "-", "W", "0", "7", "\u00e9", "\u2003", "\U0001f600"]) + clock(23) + zone()
    return text


def mutated(text, letters):
    chars = list(text)
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        i = rng.randrange(len(chars) + 1)
        kind = rng.randrange(4)
        if kind == 0:
            chars.insert(i, rng.choice(letters))
        elif kind == 1 and i < len(chars):
            chars[i] = rng.choice(letters)
        elif kind == 2 and i < len(chars):
            del chars[i]
        else:
            chars[i:] = rng.choice([[], chars[:i], list(rng.choice(letters))])
    return "".join(chars)


def usual():
    return f"{rng.randint(1, 9999):04}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}T{rng.randint(0, 23):02}:{rng.randint(0, 59):02}:{rng.randint(0, 59):02}"


def short():
    form = [rng.choice(["", "0"]) for _ in range(5)]
    parts = [rng.randint(0, 13), rng.randint(0, 32), rng.randint(0, 25), rng.randint(0, 62), rng.randint(0, 62)]
    month, day, hour, minute, second = (f"{p:{f}{2 if f else 1}}" for p, f in zip(parts, form))
    if rng.random() < 0.1:
        day = f" {day}"
    return f"{rng.choice([0, 1, 1999, 2024, 9999]):04}-{month}-{day}{rng.choice('TTTt ')}{hour}:{minute}:{second}"


def write(name, read, texts):
    texts = sorted({t for t in texts if not set(t) & set("\t\0\r\n")})
    with open(name, "wb") as raw:
        with gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
            file.write("".join(line(read, t) for t in texts).encode())


texts = [valid() for _ in range(5_000)]
texts += [usual() for _ in range(500)]
texts += [mutated(rng.choice([valid, valid, usual])(), "0123456789999--::++..,,TWZz /x\u00e9\u0663") for _ in range(9_000)]
for year in (1, 1900, 2000, 2023, 2024, 9999):  # leap years, and the edges of weeks
    texts += [f"{year:04}-{month:02}-{day:02}" for month in (0, 1, 2, 4, 12, 13) for day in (0, 1, 28, 29, 30, 31, 32)]
    texts += [f"{year:04}-W{week:02}-{day}" for week in (0, 1, 2, 51, 52, 53, 54) for day in range(9)]
    texts += [f"{year:04}-12-31T23:59:59.999999{zone}" for zone in ("", "Z", "+00:00:01", "-00:00:01")]
    texts += [f"{year:04}-01-01T00:00:00{zone}" for zone in ("", "Z", "+00:00:01", "-00:00:01")]
texts += [f"2025-01-01T{hour:02}:{minute:02}:{second:02}" for hour in (0, 23, 24) for minute in (0, 59, 60) for second in (0, 59, 60)]
texts += [f"2025-01-01T00:00+{o}" for o in ("23:59:59.999999", "24:00", "23:60", "00:00:00.5", "99", "24", "00:1440", "00:99")]
write("iso.tsv.gz", iso, texts)

texts = [short() for _ in range(3_000)]
texts += [usual() for _ in range(200)]
texts += [mutated(rng.choice([usual, short])(), "0123456789--::Tt  +.Z") for _ in range(3_000)]
write("strict.tsv.gz", strict, texts)
