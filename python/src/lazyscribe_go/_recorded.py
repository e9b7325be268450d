"""What Go recorded about a file stays with it.

lazyscribe writes an artifact's entry from the attrs fields of its handler and
forgets every other key it read. Which keys Go recorded differs from entry to
entry, and a field without a value would be written as null. So each artifact
gets a class with a field for exactly the keys its entry has.
"""

from __future__ import annotations

import functools
import hashlib
import keyword
from collections.abc import Iterator
from datetime import datetime
from io import IOBase
from typing import Any, ClassVar

import attrs
from lazyscribe._utils import utcnow
from lazyscribe.artifacts.base import Artifact
from slugify import slugify


class Digest:
    """What is recorded of a file whose parts are added one after the other."""

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()
        self._size = 0

    def add(self, part: bytes) -> None:
        """Add a part."""
        self._sha256.update(part)
        self._size += len(part)

    def recorded(self) -> dict[str, Any]:
        """Return the keys of an entry."""
        return {"sha256": self._sha256.hexdigest(), "size": self._size}


class Recorded:
    """Mixin of a handler, to stand before ``Artifact`` among its bases.

    It is no ``Artifact`` itself because lazyscribe takes every direct subclass
    of that for a handler with an alias.
    """

    alias: ClassVar[str]
    suffix: ClassVar[str]
    handler: ClassVar[type[Recorded] | None] = None
    """The handler a class with more fields was made of; None for a handler."""

    @classmethod
    def check(cls, value: Any, **settings: Any) -> Any:
        """Return a value to be logged in a form that cannot change any more.

        What this returned may be given to it again.

        Raises
        ------
        TypeError
            Raised if the format cannot hold the value, or lacks a setting.
        """
        raise NotImplementedError

    @classmethod
    def encode(cls, value: Any) -> Iterator[bytes]:
        """Yield the parts of the file for a value that ``check`` returned."""
        raise NotImplementedError

    @classmethod
    def write(cls, obj: Any, buf: IOBase, **settings: Any) -> None:
        """Write the file, part after part."""
        for part in cls.encode(cls.check(obj, **settings)):
            buf.write(part)

    @classmethod
    def _digest_of(cls, value: Any) -> dict[str, Any]:
        """Return what is recorded of the file for a value that ``check`` returned."""
        digest = Digest()
        for part in cls.encode(value):
            digest.add(part)
        return digest.recorded()

    @classmethod
    def _suffix_of(cls, value: Any) -> str:
        """Return what follows the dot in the name of that file."""
        return cls.suffix

    @classmethod
    def construct(
        cls,
        name: str,
        value: Any = None,
        fname: str | None = None,
        created_at: datetime | None = None,
        expiry: datetime | None = None,
        writer_kwargs: dict[str, Any] | None = None,
        version: int = 0,
        dirty: bool = True,
        **recorded: Any,
    ) -> Artifact:
        """Construct an artifact; see ``Artifact.construct``.

        ``recorded`` is what its entry has besides: kept if it is not None, and
        if it can be the name of a field.
        """
        handler = cls.handler or cls
        recorded = {
            key: known
            for key, known in recorded.items()
            if known is not None and _can_be_field(handler, key)
        }
        if value is not None and dirty:  # logged, not read from a manifest
            value = handler.check(value, **(writer_kwargs or {}))
            recorded |= handler._digest_of(value)
        created_at = created_at or utcnow()
        return _with_fields(handler, frozenset(recorded))(
            name=name,
            value=value,
            fname=fname or _default_fname(name, created_at, handler._suffix_of(value)),
            created_at=created_at,
            expiry=expiry,
            writer_kwargs=writer_kwargs or {},
            version=version,
            dirty=dirty,
            **recorded,
        )

    def __eq__(self, other: object) -> bool:
        """Compare as lazyscribe does: by format, not by name or content."""
        return isinstance(other, self.handler or type(self))

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> Any:
        """Name the class by what it was made of: its own name is its handler's."""
        handler = self.handler or type(self)
        keys = {field.name for field in attrs.fields(type(self))}
        keys -= {field.name for field in attrs.fields(handler)}
        return _restore, (*handler.origin(), frozenset(keys)), self.__getstate__()

    def __getstate__(self) -> dict[str, Any]:
        """Return the fields as they are.

        lazyscribe would have the value written and read again: what comes of that
        need not be the file that was digested.
        """
        return {
            field.name: getattr(self, field.name) for field in attrs.fields(type(self))
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Set the fields."""
        for key, value in state.items():
            setattr(self, key, value)

    @classmethod
    def origin(cls) -> tuple[Any, tuple[Any, ...]]:
        """Return a function and its arguments that give this handler."""
        return _itself, (cls,)


def _can_be_field(handler: type, key: str) -> bool:
    """Tell whether a key of an entry can be a field beside the handler's own."""
    return (
        key.isidentifier()
        and not keyword.iskeyword(key)
        and key != "self"
        and not hasattr(handler, key)
    )


@functools.cache
def _with_fields(handler: type[Recorded], keys: frozenset[str]) -> type[Any]:
    if not keys:
        return handler
    return attrs.make_class(
        handler.__name__,
        {key: attrs.field(eq=False, alias=key) for key in sorted(keys)},
        bases=(handler,),
        class_body={"handler": handler, "__doc__": handler.__doc__},
        eq=False,
        collect_by_mro=True,
    )


def _default_fname(name: str, created_at: datetime, suffix: str) -> str:
    stem = f"{slugify(name)}-{created_at:%Y%m%d%H%M%S}"
    return f"{stem}.{suffix}" if suffix else stem


def _itself(handler: type[Recorded]) -> type[Recorded]:
    return handler


def _restore(origin: Any, arguments: tuple[Any, ...], keys: frozenset[str]) -> Any:
    cls = _with_fields(origin(*arguments), keys)
    return cls.__new__(cls)
