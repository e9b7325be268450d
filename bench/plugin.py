import shutil

from lazyscribe_plugin import Handler, serve


class Copying(Handler):
    alias = "copying"
    suffix = "bin"
    binary = True
    encodings = ("raw",)

    def encode(self, value, file, settings):
        shutil.copyfileobj(value, file, 1 << 20)

    def decode(self, file, settings):
        return file


if __name__ == "__main__":
    serve("snake", "1.0.0", Copying())
