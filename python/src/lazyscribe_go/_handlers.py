"""The handlers of texts and bytes."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import entry_points
from io import BufferedIOBase, TextIOBase
from typing import Any, ClassVar

from lazyscribe.artifacts.base import Artifact

from lazyscribe_go._recorded import Recorded


class TextArtifact(Recorded, Artifact):
    """A ``str``, kept as UTF-8 without any change.

    lazyscribe opens the file in text mode, where Python would translate line
    ends and use the encoding of the locale. Both are avoided by going to the
    bytes below, so that a text is the same file in both languages.
    """

    alias: ClassVar[str] = "text"
    suffix: ClassVar[str] = "txt"
    binary: ClassVar[bool] = False
    output_only: ClassVar[bool] = False

    @classmethod
    def check(cls, value: Any) -> str:
        """Return the text."""
        if not isinstance(value, str):
            raise TypeError(
                f"a text artifact is a str, not of type {type(value).__name__}"
            )
        return value

    @classmethod
    def encode(cls, value: str) -> Iterator[bytes]:
        """Yield UTF-8; lone surrogates are a UnicodeEncodeError."""
        yield value.encode("utf-8")

    @classmethod
    def read(cls, buf: Any) -> str:
        """Read the text; bytes that are not UTF-8 are a UnicodeDecodeError."""
        data = getattr(buf, "buffer", buf).read()
        return data if isinstance(data, str) else data.decode("utf-8")

    @classmethod
    def write(cls, obj: Any, buf: TextIOBase) -> None:
        """Write the text."""
        text = cls.check(obj)
        if hasattr(buf, "buffer"):
            super().write(text, buf.buffer)
        else:
            buf.write(text)


class _Raw(Recorded):
    """Bytes as they are. The base of handlers, not one itself."""

    binary: ClassVar[bool] = True
    output_only: ClassVar[bool] = False

    @classmethod
    def check(cls, value: Any) -> bytes:
        """Return a copy of what is bytes-like."""
        if not isinstance(value, bytes | bytearray | memoryview):
            raise TypeError(
                f"a {cls.alias} artifact is bytes here, not of type {type(value).__name__}"
            )
        return bytes(value)

    @classmethod
    def encode(cls, value: bytes) -> Iterator[bytes]:
        """Yield the bytes."""
        yield value

    @classmethod
    def read(cls, buf: BufferedIOBase) -> bytes:
        """Read the bytes."""
        return buf.read()


class GobArtifact(_Raw, Artifact):
    """A value in the encoding of Go's package encoding/gob, as bytes."""

    alias: ClassVar[str] = "gob"
    suffix: ClassVar[str] = "gob"


class BytesArtifact(_Raw, Artifact):
    """Bytes as they are."""

    alias: ClassVar[str] = "bytes"
    suffix: ClassVar[str] = "bin"


_registered: dict[str, type[_Raw]] = {}


def register_raw(alias: str, *, suffix: str | None = None) -> type[_Raw]:
    """Register a handler that gives the files of an alias as bytes.

    Call it before opening a project that has artifacts with that alias. Calling
    it again with the same arguments changes nothing.

    Parameters
    ----------
    alias : str
        The alias that Go records as the artifact's handler.
    suffix : str, optional (default None)
        The end of the names of files that Python writes; by default the alias.

    Returns
    -------
    type[lazyscribe.artifacts.base.Artifact]
        The handler.

    Raises
    ------
    ValueError
        Raised if there is another handler with that alias.
    """
    suffix = alias if suffix is None else suffix
    known = _registered.get(alias)
    if known is not None and known.suffix == suffix:
        return known
    taken = {entry.name for entry in entry_points(group="lazyscribe.artifact_type")}
    taken |= {getattr(cls, "alias", "") for cls in Artifact.__subclasses__()}
    if alias in taken:
        raise ValueError(f"There is another handler with the alias {alias!r} already.")
    # A direct subclass of Artifact is all that lazyscribe looks for. The
    # dictionary keeps it alive: lazyscribe only has a weak reference.
    _registered[alias] = type(Artifact)(
        "RawArtifact",
        (_Raw, Artifact),
        {
            "__doc__": f"The files of {alias!r} as bytes.",
            "alias": alias,
            "suffix": suffix,
            "origin": classmethod(lambda cls: (_register, (alias, suffix))),
        },
    )
    return _registered[alias]


def _register(alias: str, suffix: str) -> type[_Raw]:
    """Register again, in the process that unpickles an artifact."""
    return register_raw(alias, suffix=suffix)
