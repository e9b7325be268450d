"""Prints the hash of the step that a record (*.params.json) is about, as PARAMS.md says."""
import hashlib, json, sys

class Number(str): "keeps its spelling"

def canon(v):
    if isinstance(v, dict):
        return "{" + ",".join(canon(k) + ":" + canon(v[k]) for k in sorted(v, key=lambda k: k.encode("utf-16-be"))) + "}"
    return "[" + ",".join(map(canon, v)) + "]" if isinstance(v, list) else v if isinstance(v, Number) else json.dumps(v, ensure_ascii=False)

step = json.load(open(sys.argv[1], encoding="utf-8"), parse_int=Number, parse_float=Number)
text = canon({key: step[key] for key in ("name", "version", "params", "dependencies")})
print(hashlib.sha256(b"lazyscribe.pipeline/1\0" + text.encode()).hexdigest()[:32])
