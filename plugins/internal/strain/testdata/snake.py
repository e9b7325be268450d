"""The same handlers as those in Go."""

import json
import shutil
import time

import cbor2

from lazyscribe_plugin import Handler, serve


class Raw(Handler):
    alias = "raw"
    binary = True
    encodings = ("raw",)

    def encode(self, value, file, settings):
        shutil.copyfileobj(value, file, 1 << 16)

    def decode(self, file, settings):
        return file


class Rows(Handler):
    alias = "rows"
    encodings = ("rows", "cbor")

    def encode(self, value, file, settings):
        for row in value:
            file.write(json.dumps(row) + "\n")

    def decode(self, file, settings):
        for line in file:
            yield json.loads(line)


class Item(Handler):
    alias = "item"
    binary = True

    def encode(self, value, file, settings):
        cbor2.dump(value, file)

    def decode(self, file, settings):
        return cbor2.load(file)


class Sleep(Handler):
    alias = "sleep"
    output_only = True

    def encode(self, value, file, settings):
        time.sleep(3600)


if __name__ == "__main__":
    serve("snake", "1.0.0", Raw(), Rows(), Item(), Sleep())
