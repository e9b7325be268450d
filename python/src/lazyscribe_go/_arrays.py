"""The handlers of numpy's formats.

numpy is imported when an array is logged or loaded: a project that has one can be
opened without it.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BufferedIOBase, BytesIO
from typing import TYPE_CHECKING, Any, ClassVar

from lazyscribe.artifacts.base import Artifact

from lazyscribe_go._encoded import Encoded
from lazyscribe_go._needs import needs

if TYPE_CHECKING:
    import numpy as np

_MEMBER = ".npy"


def _numpy() -> Any:
    return needs("numpy", package="numpy")


class NpyArtifact(Encoded, Artifact):
    """One array of numbers or bools, as ``numpy.save`` writes it."""

    alias: ClassVar[str] = "npy"
    suffix: ClassVar[str] = "npy"
    binary: ClassVar[bool] = True
    output_only: ClassVar[bool] = False

    @classmethod
    def _file(cls, value: Any) -> bytes:
        """Return the file for an array, or what ``numpy.asarray`` makes one of."""
        buf = BytesIO()
        _write(buf, _numbers(value, "an npy artifact"))
        return buf.getvalue()

    @classmethod
    def read(cls, buf: BufferedIOBase) -> np.ndarray:
        """Read the array; arrays of Python objects, which are pickles, are a ValueError."""
        return _numpy().lib.format.read_array(buf, allow_pickle=False)


class NpzArtifact(Encoded, Artifact):
    """Named arrays of numbers or bools, as ``numpy.savez`` writes them."""

    alias: ClassVar[str] = "npz"
    suffix: ClassVar[str] = "npz"
    binary: ClassVar[bool] = True
    output_only: ClassVar[bool] = False

    @classmethod
    def _file(cls, value: Any, *, compress: bool = False) -> bytes:
        """Return the file for a mapping from names to arrays.

        Parameters
        ----------
        value : Mapping[str, Any]
            The arrays, in the order in which they are written.
        compress : bool, optional (default False)
            Whether to deflate them, as ``numpy.savez_compressed`` does.
        """
        if not isinstance(value, Mapping):
            raise TypeError(
                "an npz artifact is a mapping from names to arrays, "
                f"not of type {type(value).__name__}"
            )
        method = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
        buf = BytesIO()
        with zipfile.ZipFile(buf, "w", method) as archive:
            for name, member in value.items():
                if not isinstance(name, str) or not name:
                    raise TypeError(f"an array needs a text for a name, not {name!r}")
                array = _numbers(member, f"array {name!r}")
                # How large it gets is only known afterwards, hence the wide form.
                with archive.open(name + _MEMBER, "w", force_zip64=True) as file:
                    _write(file, array)
        return buf.getvalue()

    @classmethod
    def read(cls, buf: BufferedIOBase) -> dict[str, np.ndarray]:
        """Read all arrays. Members that are none are left out."""
        read_array = _numpy().lib.format.read_array
        arrays = {}
        with zipfile.ZipFile(buf) as archive:
            for member in archive.namelist():
                if member.endswith(_MEMBER):
                    with archive.open(member) as file:
                        array = read_array(file, allow_pickle=False)
                    arrays[member.removesuffix(_MEMBER)] = array
        return arrays


def _write(file: Any, array: np.ndarray) -> None:
    _numpy().lib.format.write_array(file, array, allow_pickle=False)


def _numbers(value: Any, what: str) -> np.ndarray:
    """Return an array of what Go has a type for."""
    np = _numpy()
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{what} cannot have a mask: call its method filled first")
    array = np.asarray(value)
    # Long doubles differ from machine to machine.
    if array.dtype.kind not in "biufc" or array.dtype.char in "gG":
        raise TypeError(
            f"{what} is of numbers or bools, not of dtype {array.dtype}; "
            "the handler pickle takes others"
        )
    return array
