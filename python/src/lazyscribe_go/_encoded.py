"""Values that are kept as the file they become."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from lazyscribe_go._recorded import Recorded


class File(NamedTuple):
    """What ``Encoded.check`` returns: the whole file."""

    data: bytes


class Encoded(Recorded):
    """The base of handlers that encode a value when it is logged.

    Arrays and pictures can be changed by whoever has them, and need not be
    encoded alike twice. Only the file itself has the digest that is recorded.
    """

    @classmethod
    def check(cls, value: Any, **settings: Any) -> File:
        """Return the file for the value."""
        if isinstance(value, File):
            return value
        return File(cls._file(value, **settings))

    @classmethod
    def _file(cls, value: Any, **settings: Any) -> bytes:
        """Return the bytes of the file, or raise a TypeError."""
        raise NotImplementedError

    @classmethod
    def encode(cls, value: File) -> Iterator[bytes]:
        """Yield the file."""
        yield value.data
