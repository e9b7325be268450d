"""Answers what Python's json makes of texts: one JSON string a line on standard
input, one answer a line on standard output: null for a text it refuses, else the
sorted and indented form and the one on one line."""

import json
import sys

for line in sys.stdin:
    try:
        value = json.loads(json.loads(line))
        answer = [json.dumps(value, sort_keys=True, indent=4), json.dumps(value)]
    except (ValueError, RecursionError):
        answer = None
    print(json.dumps(answer))
