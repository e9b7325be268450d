"""Arrays as numpy.save writes them: a JSON object of name to base64.

arrays.json is this script's output; a test compares it with what the present
numpy writes.
"""

import base64
import io
import json

import numpy as np

ARRAYS = {
    "bool": np.array([True, False, True]),
    "int8": np.array([-128, 0, 127], "i1"),
    "int16": np.array([-32768, 1, 32767], "<i2"),
    "int32": np.array([-2147483648, 1, 2147483647], "<i4"),
    "int64": np.array([-(2**63), 1, 2**63 - 1], "<i8"),
    "uint8": np.array([0, 1, 255], "u1"),
    "uint16": np.array([0, 1, 65535], "<u2"),
    "uint32": np.array([0, 1, 2**32 - 1], "<u4"),
    "uint64": np.array([0, 1, 2**64 - 1], "<u8"),
    "float16": np.array([0, -0.0, 1, -1.5, 65504, 2**-24, np.inf], "<f2"),
    "float32": np.array([0, -0.0, 1.5, 2**-149, np.inf, -np.inf], "<f4"),
    "float64": np.array([0, -0.0, 0.1, 5e-324, 1.7976931348623157e308, np.inf], "<f8"),
    "complex64": np.array([1 + 2j, -0.5j], "<c8"),
    "complex128": np.array([0.1 + 0.2j, -1e300], "<c16"),
    "number": np.float64(2.5),
    "truth": np.array(True),
    "empty": np.zeros(0),
    "empty rows": np.zeros((2, 0), "<i4"),
    "no rows": np.zeros((0, 3), "<f8"),
    "matrix": np.arange(6, dtype="<f8").reshape(2, 3),
    "one row": np.arange(3, dtype="<i8").reshape(1, 3),
    "cube": np.arange(24, dtype="<i2").reshape(2, 3, 4),
    "fortran": np.asfortranarray(np.arange(6, dtype="<f8").reshape(2, 3)),
    "fortran cube": np.asfortranarray(np.arange(24, dtype="<i4").reshape(2, 3, 4)),
    "fortran row": np.asfortranarray(np.arange(3, dtype="<f8").reshape(1, 3)),
    "many axes": np.arange(4, dtype="<i8").reshape((1,) * 20 + (4, 1)),
    "long": np.arange(12345, dtype="<i4"),
    "big int16": np.array([-32768, 1, 258], ">i2"),
    "big float64": np.array([[0.1, 1], [2, 3]], ">f8"),
    "big complex64": np.array([1 + 2j, -0.5j], ">c8"),
}

VERSIONS = {
    "version 2": (np.arange(3, dtype="<i4"), (2, 0)),
    "version 3": (np.arange(3, dtype="<i4"), (3, 0)),
}

REFUSED = {
    "strings": np.array(["a", "bcd"]),
    "bytes": np.array([b"a", b"bcd"]),
    "dates": np.array(["2025-01-02"], "M8[D]"),
    "objects": np.array([None, {}], dtype=object),
    "structured": np.array([(1, 2.5)], dtype=[("a", "<i4"), ("b [x]", "<f8")]),
    "subarrays": np.zeros(1, dtype=[("a", "<i4", (2, 2))]),
    "void": np.zeros(1, dtype="V3"),
}


def saved(array, version=None):
    """Return the file of an array."""
    buf = io.BytesIO()
    np.lib.format.write_array(buf, np.asanyarray(array), version=version)
    return base64.b64encode(buf.getvalue()).decode()


if __name__ == "__main__":
    files = {name: saved(array) for name, array in (ARRAYS | REFUSED).items()}
    files |= {name: saved(*pair) for name, pair in VERSIONS.items()}
    print(json.dumps(files, indent=1))
