"""Projects can be opened without the packages that some formats need."""

import subprocess
import sys

import pytest
from lazyscribe import Project
from PIL import Image


@pytest.mark.parametrize(
    "handler, value, module, package",
    [
        ("npy", [1], "numpy", "numpy"),
        ("npz", {"a": [1]}, "numpy", "numpy"),
        ("png", Image.new("L", (1, 1)), "PIL.Image", "pillow"),
    ],
)
def test_missing(stored, loaded, monkeypatch, handler, value, module, package):
    stored(value, handler)
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, module, None)  # as if it were not installed
        project = Project(mode="w+")
        with pytest.raises(ModuleNotFoundError, match=rf"\[{package}\]"):
            loaded()
        project["run"].tag("changed")
        project.save()
    assert loaded() is not None


def test_nothing_is_imported_unasked():
    code = "import lazyscribe_go, sys; assert not {'numpy', 'PIL'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
