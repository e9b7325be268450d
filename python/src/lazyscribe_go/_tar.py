"""Folders as tar files, as Go packs and unpacks them."""

from __future__ import annotations

import os
import shutil
import tarfile
from collections.abc import Iterator
from io import BufferedIOBase
from pathlib import Path, PurePosixPath
from stat import S_ISDIR, S_ISREG

BLOCK = 1 << 20  # of what is copied at a time

# The modes of all files and folders: what else is set depends on the machine and
# its user.
_MODE_FILE = 0o644
_MODE_PROGRAM = 0o755
_MODE_FOLDER = 0o755
_ANY_EXECUTE = 0o111

_LONGEST_NAME = 4096  # longer ones can ask for any number of folders in one another


def blocks(file: BufferedIOBase) -> Iterator[bytes]:
    """Yield what is in a file."""
    while block := file.read(BLOCK):
        yield block


def pack(folder: Path) -> Iterator[bytes]:
    """Yield the parts of a tar file of a folder, without times and owners.

    Raises
    ------
    ValueError
        Raised if there is anything but files and folders in it, or a name that
        cannot be unpacked on every machine.
    """
    yield from _pack(folder, "")
    yield bytes(2 * tarfile.BLOCKSIZE)


def _pack(folder: Path, prefix: str) -> Iterator[bytes]:
    # Go's order is that of the bytes.
    for entry in sorted(os.scandir(folder), key=lambda e: os.fsencode(e.name)):
        name = prefix + entry.name
        _check_name(name)
        mode = entry.stat(follow_symlinks=False).st_mode
        if S_ISDIR(mode):
            yield _header(name, tarfile.DIRTYPE, _MODE_FOLDER, 0)
            yield from _pack(Path(entry), name + "/")
        elif S_ISREG(mode):
            yield from _file(Path(entry), name)
        else:
            raise ValueError(f"{name!r} is neither a file nor a folder")


def _check_name(name: str) -> None:
    try:
        length = len(name.encode())
    except UnicodeEncodeError:
        raise ValueError(f"the name {name!r} is not UTF-8") from None
    if length > _LONGEST_NAME:
        raise ValueError(f"the name {name[:80]!r}... is too long")


def _file(path: Path, name: str) -> Iterator[bytes]:
    with path.open("rb") as file:
        stat = os.fstat(file.fileno())
        mode = _MODE_PROGRAM if stat.st_mode & _ANY_EXECUTE else _MODE_FILE
        yield _header(name, tarfile.REGTYPE, mode, stat.st_size)
        size = 0
        for block in blocks(file):
            size += len(block)
            yield block
    if size != stat.st_size:
        raise ValueError(f"{name!r} changed while it was read")
    yield bytes(-size % tarfile.BLOCKSIZE)


def _header(name: str, kind: bytes, mode: int, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.type, info.mode, info.size = kind, mode, size
    header = bytearray(info.tobuf(tarfile.PAX_FORMAT, "utf-8", "strict"))
    # Go writes the device numbers of what is no device as zeros, tarfile leaves
    # them empty. With them, the same folder is the same file in both languages.
    ustar = memoryview(header)[-tarfile.BLOCKSIZE :]
    ustar[329:345] = b"0000000\0" * 2
    ustar[148:156] = b" " * 8
    ustar[148:155] = b"%06o\0" % sum(ustar)
    return bytes(header)


def unpack(buf: BufferedIOBase, folder: Path) -> None:
    """Write what is in a tar file into a folder that is empty.

    Nothing is written outside of the folder, no links are made and no file is
    written twice.

    Raises
    ------
    ValueError
        Raised for a file that asks for a name outside or for a link.
    FileExistsError
        Raised for one that has a file twice.
    tarfile.TarError
        Raised if the file is damaged.
    """
    with tarfile.open(fileobj=buf, mode="r|") as archive:
        for info in archive:
            _extract(archive, info, folder)


def _extract(archive: tarfile.TarFile, info: tarfile.TarInfo, folder: Path) -> None:
    name = info.name.removeprefix("./")
    parts = PurePosixPath(name).parts
    if (
        name.startswith("/")
        or ".." in parts
        or any(char in name for char in "\\\0")
        or os.path.splitdrive(name)[0]
        or len(name) > _LONGEST_NAME
    ):
        raise ValueError(f"{info.name!r} leads out of the folder")
    path = folder.joinpath(*parts)
    if info.isdir():
        path.mkdir(parents=True, exist_ok=True)
        return
    if not info.isreg() or info.issparse():
        raise ValueError(f"{info.name!r} is a link or a special file")
    path.parent.mkdir(parents=True, exist_ok=True)
    content = archive.extractfile(info)
    mode = _MODE_PROGRAM if info.mode & _ANY_EXECUTE else _MODE_FILE
    with open(path, "xb", opener=lambda p, flags: os.open(p, flags, mode)) as file:
        shutil.copyfileobj(content, file, BLOCK)
