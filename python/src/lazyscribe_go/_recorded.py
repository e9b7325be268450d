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
from datetime import datetime
from typing import Any, ClassVar

import attrs
from lazyscribe._utils import utcnow
from lazyscribe.artifacts.base import Artifact
from slugify import slugify


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
    def check(cls, value: Any) -> Any:
        """Return a value to be logged in a form that cannot change any more.

        Raises
        ------
        TypeError
            Raised if the format cannot hold the value.
        """
        raise NotImplementedError

    @classmethod
    def encode(cls, value: Any) -> bytes:
        """Return the file for a value that ``check`` returned."""
        raise NotImplementedError

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
            value = handler.check(value)
            data = handler.encode(value)
            recorded |= {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
        created_at = created_at or utcnow()
        return _with_fields(handler, frozenset(recorded))(
            name=name,
            value=value,
            fname=fname or _default_fname(name, created_at, handler.suffix),
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
