"""A plugin with a handler for each of the ways in which values cross."""

import json
import os
import shutil

from lazyscribe_plugin import BadFile, BadValue, Handler, Setting, progress, serve


class Lines(Handler):
    alias = suffix = "lines"
    environment = {"python_plugin": "1"}

    def encode(self, value, file, settings):
        # Neither must do harm.
        print("printed")
        os.write(1, b"written to descriptor 1\n")
        if not isinstance(value, list):
            raise BadValue("want a list of texts")
        for i, line in enumerate(value):
            if not isinstance(line, str) or "\n" in line:
                raise BadValue("want a text of one line", f"[{i}]")
            progress()
            file.write(line + "\n")

    def decode(self, file, settings):
        text = file.read()
        if text and not text.endswith("\n"):
            raise BadFile("the last line does not end")
        return text.split("\n")[:-1]


class Rows(Handler):
    alias = "rows"
    suffix = "jsonl"
    encodings = ("rows",)
    accepts = ("list",)
    settings = {"sort": False, "indent": Setting(0, "blanks before a row", (0, 2))}

    def encode(self, value, file, settings):
        for i, row in enumerate(value):
            try:
                text = json.dumps(row, allow_nan=False, sort_keys=settings["sort"])
            except (TypeError, ValueError) as error:
                raise BadValue(str(error), f"[{i}]") from error
            if json.loads(text) != row:  # keys that are no text
                raise BadValue("comes back as something else", f"[{i}]")
            file.write(" " * settings["indent"] + text + "\n")

    def decode(self, file, settings):
        for line in file:
            if not line.endswith("\n"):
                raise BadFile("the last row does not end")
            try:
                yield json.loads(line)
            except ValueError as error:
                raise BadFile(str(error)) from error


class Bytes(Handler):
    alias = "bytes"
    binary = True
    encodings = ("raw",)
    accepts = ("bytes",)

    def encode(self, value, file, settings):
        shutil.copyfileobj(value, file, 1 << 20)

    def decode(self, file, settings):
        return file


def main():
    serve("demo", "1.0.0", Lines(), Rows(), Bytes())
