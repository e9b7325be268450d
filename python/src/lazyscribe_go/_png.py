"""The handler of pictures."""

from __future__ import annotations

from io import BufferedIOBase, BytesIO
from typing import TYPE_CHECKING, Any, ClassVar

from lazyscribe.artifacts.base import Artifact

from lazyscribe_go._encoded import Encoded
from lazyscribe_go._needs import needs

if TYPE_CHECKING:
    from PIL.Image import Image

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


class PngArtifact(Encoded, Artifact):
    """A picture.

    pillow is imported when one is loaded: a project that has some can be opened
    without it.
    """

    alias: ClassVar[str] = "png"
    suffix: ClassVar[str] = "png"
    binary: ClassVar[bool] = True
    output_only: ClassVar[bool] = False

    @classmethod
    def _file(cls, value: Any, **settings: Any) -> bytes:
        """Return the file for a picture.

        Parameters
        ----------
        value : Any
            A picture of pillow, a figure of matplotlib or another thing with its
            method ``savefig``, or the bytes of a PNG file.
        **settings
            Keyword arguments of the method ``save`` of the picture, or ``savefig``
            of the figure.
        """
        buf = BytesIO()
        if isinstance(value, bytes | bytearray | memoryview) and not settings:
            buf.write(value)
        elif hasattr(value, "savefig"):
            value.savefig(buf, **{**settings, "format": "png"})
        elif hasattr(value, "getbands"):  # a picture, told without importing pillow
            try:
                value.save(buf, **{**settings, "format": "PNG"})
            except OSError as e:  # its kind of pixel is none of PNG's
                raise TypeError(f"the picture cannot be a png artifact: {e}") from e
        else:
            raise TypeError(
                f"a png artifact is a picture or a figure, not of type {type(value).__name__}"
            )
        data = buf.getvalue()
        if not data.startswith(_SIGNATURE):
            raise TypeError("what was to be a png artifact is no PNG file")
        return data

    @classmethod
    def read(cls, buf: BufferedIOBase) -> Image:
        """Read the picture."""
        image = needs("PIL.Image", package="pillow").open(buf, formats=["PNG"])
        image.load()  # before the file is closed
        return image
