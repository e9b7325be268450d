"""Lists tar files, and writes one. Their names and the one to write come as
JSON; what is in them goes out."""

import io
import json
import sys
import tarfile

request = json.load(sys.stdin)
lists = []
for name in request["read"]:
    with tarfile.open(name) as tar:
        lists.append(
            [
                {
                    "name": m.name,
                    "mode": oct(m.mode),
                    "mtime": m.mtime,
                    "owner": [m.uid, m.gid, m.uname, m.gname],
                    "content": tar.extractfile(m).read().decode() if m.isfile() else None,
                }
                for m in tar.getmembers()
            ]
        )
for name, format in {"write_pax": tarfile.PAX_FORMAT, "write_gnu": tarfile.GNU_FORMAT}.items():
    with tarfile.open(request[name], "w", format=format) as tar:
        for path, content in {"./a.txt": b"a", "./sub/é" + "x" * 120: b"b"}.items():
            info = tarfile.TarInfo(path)
            info.size, info.mtime, info.mode, info.uname = len(content), 1700000000.5, 0o4755, "someone"
            tar.addfile(info, io.BytesIO(content))
print(json.dumps(lists))
