"""Handlers for the artifacts that lazyscribe for Go writes and Python lacks.

``TextArtifact`` and ``GobArtifact`` are found by lazyscribe through their entry
points. ``register_raw`` makes a handler for any other alias; it hands out the
bytes of the file.

A value is checked, and its digest taken, when it is logged: ``bytearray`` and
``memoryview`` are copied, so that what is saved is what was digested. Handlers
have no state; registering is not synchronised between threads.
"""

from lazyscribe_go._handlers import GobArtifact, TextArtifact, register_raw

__all__ = ["GobArtifact", "TextArtifact", "register_raw"]
