"""Handlers for the artifacts that lazyscribe for Go writes and Python lacks.

lazyscribe finds the classes here through their entry points. ``register_raw``
makes a handler for any other alias; it hands out the bytes of the file.

A value is checked, and its digest taken, when it is logged. What could change
until it is saved is copied or encoded at once, except files: these are refused if
they did. Handlers have no state; registering is not synchronised between threads.
"""

from lazyscribe_go._arrays import NpyArtifact, NpzArtifact
from lazyscribe_go._file import FileArtifact
from lazyscribe_go._handlers import (
    BytesArtifact,
    GobArtifact,
    TextArtifact,
    register_raw,
)
from lazyscribe_go._png import PngArtifact

__all__ = [
    "BytesArtifact",
    "FileArtifact",
    "GobArtifact",
    "NpyArtifact",
    "NpzArtifact",
    "PngArtifact",
    "TextArtifact",
    "register_raw",
]
