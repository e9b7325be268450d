"""Fail, saying why, unless the packages named are there."""

import importlib
import importlib.metadata
import sys

for package in sys.argv[1:]:
    name, _, version = package.partition("==")
    importlib.import_module(name)
    if version and version != (found := importlib.metadata.version(name)):
        sys.exit(f"{name} is of version {found}, not {version}")
