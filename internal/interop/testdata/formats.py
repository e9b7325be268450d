"""Log or describe artifacts of the formats that Go adds; see formats_test.go."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from lazyscribe import Project
from neutral import answer, native, tagged
from PIL import Image


def work(request):
    """Do what is asked for in the project of the working directory."""
    if request["do"] == "log":
        return log(request["artifacts"])
    experiment = Project("project.json", mode="r")["formats"]
    return {a.name: described(experiment, a) for a in experiment.artifacts}


def log(artifacts):
    project = Project("project.json")
    with TemporaryDirectory() as place:
        with project.log("formats") as experiment:
            for number, artifact in enumerate(artifacts):
                if artifact["kind"] == "folder":
                    value = make_folder(artifact["value"], Path(place, str(number)))
                else:
                    value = MAKE[artifact["kind"]](artifact["value"])
                experiment.log_artifact(artifact["name"], value, artifact["handler"])
        project.save()


def make_array(value):
    order = "F" if value["fortran"] else "C"
    flat = [
        complex(*map(native, v)) if isinstance(v, list) else native(v)
        for v in value["values"]
    ]
    return np.array(flat, value["dtype"]).reshape(value["shape"]).copy(order)


def make_arrays(value):
    return {name: make_array(array) for name, array in value.items()}


def make_picture(value):
    data = native(value["pixels"])
    if value["mode"] == "I;16":
        data = np.frombuffer(data, ">u2").astype("<u2").tobytes()
    return Image.frombytes(value["mode"], value["size"], data)


def make_folder(value, root):
    root.mkdir()
    for name, file in sorted(value.items()):  # folders come before what is in them
        path = root / name
        if file is None:
            path.mkdir()
            continue
        path.write_bytes(native(file["content"]))
        path.chmod(0o755 if file["program"] else 0o644)
    return root


MAKE = {
    "array": make_array,
    "arrays": make_arrays,
    "picture": make_picture,
    "bytes": native,
}


def described(experiment, artifact):
    if artifact.fname.endswith(".tar"):
        with TemporaryDirectory() as place:
            return folder(experiment.load_artifact(artifact.name, into=place))
    match experiment.load_artifact(artifact.name):
        case np.ndarray() as found:
            return array(found)
        case dict() as found:
            return {name: array(member) for name, member in found.items()}
        case Image.Image() as found:
            return picture(found)
        case found:
            return tagged(found)


def array(found):
    return {
        "dtype": found.dtype.str,
        "shape": list(found.shape),
        "fortran": found.flags.fnc,
        "values": [
            [tagged(v.real), tagged(v.imag)] if isinstance(v, complex) else tagged(v)
            for v in found.ravel(order="C").tolist()
        ],
    }


def picture(found):
    data = found.tobytes()
    if found.mode == "I;16":
        data = np.frombuffer(data, "<u2").astype(">u2").tobytes()
    return {"mode": found.mode, "size": list(found.size), "pixels": tagged(data)}


def folder(root):
    return {
        path.relative_to(root).as_posix(): None
        if path.is_dir()
        else {
            "content": tagged(path.read_bytes()),
            "program": bool(path.stat().st_mode & 0o111),
        }
        for path in root.rglob("*")
    }


answer(work)
