"""Pictures are the files that pillow writes."""

import io
import pickle

import pytest
from lazyscribe import Project
from PIL import Image

PICTURES = {
    "RGB": Image.frombytes("RGB", (2, 2), bytes(range(12))),
    "RGBA": Image.frombytes("RGBA", (1, 2), bytes(range(8))),
    "L": Image.linear_gradient("L"),
    "1": Image.new("1", (9, 1), 1),
    "I;16": Image.new("I;16", (2, 1), 40_000),
    "P": Image.linear_gradient("L").convert("P"),
}


def png(picture, **settings):
    buf = io.BytesIO()
    picture.save(buf, "PNG", **settings)
    return buf.getvalue()


@pytest.mark.parametrize("mode", PICTURES)
def test_round_trip(stored, loaded, mode):
    file = stored(PICTURES[mode], "png")
    assert file.suffix == ".png"
    assert file.read_bytes() == png(PICTURES[mode])
    got = loaded()
    assert (got.mode, got.size) == (mode, PICTURES[mode].size)
    assert got.tobytes() == PICTURES[mode].tobytes()


def test_settings(stored):
    picture = PICTURES["L"]
    file = stored(picture, "png", compress_level=0)
    assert file.read_bytes() == png(picture, compress_level=0) != png(picture)


class Figure:
    """Has matplotlib's method."""

    def savefig(self, buf, *, format, dpi=1):
        assert format == "png"
        buf.write(png(Image.new("RGB", (dpi, dpi))))


def test_figure(stored, loaded):
    stored(Figure(), "png", dpi=5)
    assert loaded().size == (5, 5)


def test_file_of_another_program(stored):
    data = png(PICTURES["RGB"]) + b"more"
    assert stored(data, "png").read_bytes() == data


def test_picture_is_that_of_the_log(folder, loaded):
    picture = Image.new("RGB", (1, 1))
    project = Project()
    with project.log("run") as experiment:
        experiment.log_artifact("data", picture, handler="png")
    picture.putpixel((0, 0), (1, 2, 3))
    pickle.loads(pickle.dumps(project)).save()
    assert loaded().getpixel((0, 0)) == (0, 0, 0)


@pytest.mark.parametrize(
    "value, why",
    [
        ("picture.png", "not of type str"),
        (b"GIF89a", "no PNG file"),
        (Image.new("CMYK", (1, 1)), "CMYK"),
    ],
)
def test_other_values_are_refused_when_logged(folder, value, why):
    with Project().log("run") as experiment, pytest.raises(TypeError, match=why):
        experiment.log_artifact("data", value, handler="png")


def test_other_files_are_refused(stored, loaded):
    buf = io.BytesIO()
    PICTURES["RGB"].save(buf, "GIF")
    stored(PICTURES["RGB"], "png").write_bytes(buf.getvalue())
    with pytest.raises(OSError, match="cannot identify"):
        loaded()
