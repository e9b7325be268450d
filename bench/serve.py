"""What the programs of all peers begin with.

Reads one request per line, a JSON object, does it, and answers with the seconds
it took, not counting its preparation.
"""

import importlib.metadata
import json
import platform
import sys
import time


def timed(work):
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def peak_memory():
    """Return the largest resident size this process has had, in bytes."""
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    raise RuntimeError("no VmHWM")


def versions(*names):
    found = ["Python " + platform.python_version()]
    for name in names:
        try:
            found.append(name + " " + importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            pass
    return ", ".join(found)


def serve(work):
    answers, sys.stdout = sys.stdout, sys.stderr  # what packages print is no answer
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"value": work[request.pop("work")](**request)}
        except ModuleNotFoundError as e:
            answer = {"absent": True, "error": str(e)}
        except Exception as e:
            answer = {"error": f"{type(e).__name__}: {e}"}
        print(json.dumps(answer), file=answers, flush=True)
