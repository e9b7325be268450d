"""Packages that only some handlers need."""

from importlib import import_module
from types import ModuleType


def needs(module: str, *, package: str) -> ModuleType:
    """Import a module, or say how to install it."""
    try:
        return import_module(module)
    except ModuleNotFoundError as e:
        raise ModuleNotFoundError(
            f"This format needs {package}: "
            f"pip install 'lazyscribe-go-handlers[{package}]'",
            name=e.name,
        ) from e
