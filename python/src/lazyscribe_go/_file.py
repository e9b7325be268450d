"""The handler of files and folders."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from io import BufferedIOBase
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from lazyscribe.artifacts.base import Artifact

from lazyscribe_go import _tar
from lazyscribe_go._recorded import Digest, Recorded


class Logged(NamedTuple):
    """A file or a folder that was logged, and what was in it then."""

    path: Path
    recorded: dict[str, Any]

    def content(self) -> Iterator[bytes]:
        """Yield what is in it now; at the end, a ValueError if it was not then."""
        digest = Digest()
        for part in _content(self.path):
            digest.add(part)
            yield part
        if digest.recorded() != self.recorded:
            raise ValueError(f"{str(self.path)!r} has changed since it was logged")


class FileArtifact(Recorded, Artifact):
    """A file as it is, or a folder as a tar file.

    A path is read when it is logged, for the digest, and again when the project is
    saved: neither time is it all in memory. What changed meanwhile is not saved.
    """

    alias: ClassVar[str] = "file"
    suffix: ClassVar[str] = ""
    binary: ClassVar[bool] = True
    output_only: ClassVar[bool] = False

    @classmethod
    def check(cls, value: Any) -> Logged | bytes:
        """Return what is at a path, or a copy of what is bytes-like.

        Raises
        ------
        TypeError
            Raised if the value is neither.
        ValueError
            Raised if the path does not lead to a file or a folder, or if there is
            anything else in the folder.
        OSError
            Raised if it cannot be read.
        """
        match value:
            case Logged() | bytes():
                return value
            case bytearray() | memoryview():
                return bytes(value)
            case str() | os.PathLike():
                path = Path(os.path.abspath(os.fsdecode(value)))
                digest = Digest()
                for part in _content(path):
                    digest.add(part)
                return Logged(path, digest.recorded())
        raise TypeError(
            f"a file artifact is a path or bytes, not of type {type(value).__name__}"
        )

    @classmethod
    def encode(cls, value: Logged | bytes) -> Iterator[bytes]:
        """Yield the content."""
        if isinstance(value, Logged):
            yield from value.content()
        else:
            yield value

    @classmethod
    def _digest_of(cls, value: Logged | bytes) -> dict[str, Any]:
        """Return the digest there is; a path is not read once more."""
        if isinstance(value, Logged):
            return value.recorded
        return super()._digest_of(value)

    @classmethod
    def _suffix_of(cls, value: Any) -> str:
        """Return the suffix of the file that was logged, "tar" of a folder."""
        if not isinstance(value, Logged):
            return cls.suffix
        if value.path.is_dir():
            return "tar"
        name = value.path.name.lstrip(".")
        # The same that Go takes over.
        found = re.search(r"\.((?:tar\.)?[A-Za-z0-9_-]+)\Z", name)
        return found[1] if found else cls.suffix

    @classmethod
    def read(
        cls,
        buf: BufferedIOBase,
        *,
        to: str | os.PathLike[str] | None = None,
        into: str | os.PathLike[str] | None = None,
    ) -> bytes | Path:
        """Read the file: all of it unless there is a place to put it.

        Parameters
        ----------
        to : str | os.PathLike, optional (default None)
            Where to write the file, in the place of one that is there.
        into : str | os.PathLike, optional (default None)
            The folder to make of a folder. It must not exist, or be empty.

        Returns
        -------
        bytes | pathlib.Path
            The content, or the place.
        """
        if to is not None and into is not None:
            raise TypeError("a file goes to a path or into a folder, not both")
        if to is not None:
            return _write(Path(to), buf)
        if into is not None:
            return _unpack(Path(into), buf)
        return buf.read()


def _content(path: Path) -> Iterator[bytes]:
    if path.is_dir():
        yield from _tar.pack(path)
    elif path.is_file():
        with path.open("rb") as file:
            yield from _tar.blocks(file)
    elif path.exists():  # opening a pipe would wait for its other end
        raise ValueError(f"{str(path)!r} is neither a file nor a folder")
    else:
        raise FileNotFoundError(f"there is no file {str(path)!r}")


def _write(path: Path, buf: BufferedIOBase) -> Path:
    """Write a file that is whole as soon as it has its name."""
    beside = _beside(path)
    try:
        with beside.open("xb") as file:
            shutil.copyfileobj(buf, file, _tar.BLOCK)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return path


def _unpack(path: Path, buf: BufferedIOBase) -> Path:
    """Make a folder that is whole as soon as it has its name."""
    if path.exists():
        path.rmdir()  # fails unless it is empty
    beside = _beside(path)
    try:
        beside.mkdir()
        _tar.unpack(buf, beside)
        beside.rename(path)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return path


def _beside(path: Path) -> Path:
    return path.with_name(f".lazyscribe-{secrets.token_hex(8)}")
