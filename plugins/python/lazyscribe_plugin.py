"""Artifact handlers for lazyscribe, written in Python: the author's side of a plugin.

A plugin is an executable file named ``lazyscribe-plugin-NAME``::

    #!/usr/bin/env python3
    from lazyscribe_plugin import BadFile, BadValue, Handler, serve

    class Lines(Handler):
        alias = suffix = "lines"
        summary = "a list of texts, one a line"

        def encode(self, value, file, settings):
            if not isinstance(value, list):
                raise BadValue("want a list of texts")
            for i, line in enumerate(value):
                if not isinstance(line, str) or "\\n" in line:
                    raise BadValue("want a text of one line", f"[{i}]")
                file.write(line + "\\n")

        def decode(self, file, settings):
            *lines, rest = file.read().split("\\n")
            if rest:
                raise BadFile("the last line does not end")
            return lines

    if __name__ == "__main__":
        serve("lines", "1.0.0", Lines())

:func:`serve` does the rest of plugins/PROTOCOL.md. The methods of a handler are
called from several threads at once. What they print goes to lazyscribe's log, as
do records of :mod:`logging`.

Needs grpcio >= 1.60, protobuf and cbor2; cryptography too, unless the plugin was
trusted with ``--no-mtls``. Copy this file beside a plugin, or install it.
"""

from __future__ import annotations

import base64
import collections
import datetime
import io
import json
import logging
import os
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
import zlib
from collections.abc import Callable, Iterator, Mapping
from concurrent import futures
from dataclasses import dataclass
from typing import IO, Any, NoReturn

import cbor2
import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

__all__ = ["BadFile", "BadSettings", "BadValue", "Handler", "Setting", "Unsupported", "progress", "serve", "spool"]
__version__ = "1.0.0"

# The descriptors of handler.proto, written by tools/protogen.
_DESCRIPTORS = """
CrEXCiJsYXp5c2NyaWJlL3BsdWdpbi92MS9oYW5kbGVyLnByb3RvEhRsYXp5c2NyaWJlLnBsdWdpbi52MSI0Cg9EZXNjcmliZVJlcXVlc3QSIQ
oMaG9zdF92ZXJzaW9uGAEgASgJUgtob3N0VmVyc2lvbiK4AQoQRGVzY3JpYmVSZXNwb25zZRISCgRuYW1lGAEgASgJUgRuYW1lEhgKB3ZlcnNp
b24YAiABKAlSB3ZlcnNpb24SEAoDc2RrGAMgASgJUgNzZGsSJQoOcHJvdG9jb2xfbWlub3IYBCABKA1SDXByb3RvY29sTWlub3ISPQoIaGFuZG
xlcnMYBSADKAsyIS5sYXp5c2NyaWJlLnBsdWdpbi52MS5IYW5kbGVySW5mb1IIaGFuZGxlcnMiuQMKC0hhbmRsZXJJbmZvEhQKBWFsaWFzGAEg
ASgJUgVhbGlhcxIWCgZzdWZmaXgYAiABKAlSBnN1ZmZpeBIdCgptZWRpYV90eXBlGAMgASgJUgltZWRpYVR5cGUSFgoGYmluYXJ5GAQgASgIUg
ZiaW5hcnkSHwoLb3V0cHV0X29ubHkYBSABKAhSCm91dHB1dE9ubHkSGAoHdmVyc2lvbhgGIAEoCVIHdmVyc2lvbhIYCgdzdW1tYXJ5GAcgASgJ
UgdzdW1tYXJ5EjwKCWVuY29kaW5ncxgIIAMoDjIeLmxhenlzY3JpYmUucGx1Z2luLnYxLkVuY29kaW5nUgllbmNvZGluZ3MSOQoHYWNjZXB0cx
gJIAMoDjIfLmxhenlzY3JpYmUucGx1Z2luLnYxLlZhbHVlS2luZFIHYWNjZXB0cxJICgtlbnZpcm9ubWVudBgKIAMoCzImLmxhenlzY3JpYmUu
cGx1Z2luLnYxLkVudmlyb25tZW50RW50cnlSC2Vudmlyb25tZW50EicKD3NldHRpbmdzX3NjaGVtYRgLIAEoDFIOc2V0dGluZ3NTY2hlbWFKBA
gMEBAiWQoQRW52aXJvbm1lbnRFbnRyeRIQCgNrZXkYASABKAlSA2tleRIUCgV2YWx1ZRgCIAEoCVIFdmFsdWUSHQoKbXVzdF9tYXRjaBgDIAEo
CFIJbXVzdE1hdGNoIosDCgVCZWdpbhIUCgVhbGlhcxgBIAEoCVIFYWxpYXMSOgoIZW5jb2RpbmcYAiABKA4yHi5sYXp5c2NyaWJlLnBsdWdpbi
52MS5FbmNvZGluZ1IIZW5jb2RpbmcSGgoIc2V0dGluZ3MYAyABKAxSCHNldHRpbmdzEiMKDWFydGlmYWN0X25hbWUYBCABKAlSDGFydGlmYWN0
TmFtZRIbCglzaXplX2hpbnQYBSABKARSCHNpemVIaW50EiEKDGZpbGVfdmVyc2lvbhgGIAEoCVILZmlsZVZlcnNpb24SZwoUcmVjb3JkZWRfZW
52aXJvbm1lbnQYByADKAsyNC5sYXp5c2NyaWJlLnBsdWdpbi52MS5CZWdpbi5SZWNvcmRlZEVudmlyb25tZW50RW50cnlSE3JlY29yZGVkRW52
aXJvbm1lbnQaRgoYUmVjb3JkZWRFbnZpcm9ubWVudEVudHJ5EhAKA2tleRgBIAEoCVIDa2V5EhQKBXZhbHVlGAIgASgJUgV2YWx1ZToCOAEiQA
oDRW5kEhQKBWJ5dGVzGAEgASgEUgVieXRlcxIZCgVjcmMzMhgCIAEoB0gAUgVjcmMzMogBAUIICgZfY3JjMzIiuAIKB0ZhaWx1cmUSNgoEY29k
ZRgBIAEoDjIiLmxhenlzY3JpYmUucGx1Z2luLnYxLkZhaWx1cmUuQ29kZVIEY29kZRIYCgdtZXNzYWdlGAIgASgJUgdtZXNzYWdlEhIKBHBhdG
gYAyABKAlSBHBhdGgSFgoGZGV0YWlsGAQgASgJUgZkZXRhaWwirgEKBENvZGUSFAoQQ09ERV9VTlNQRUNJRklFRBAAEhIKDkNPREVfQkFEX1ZB
TFVFEAESFQoRQ09ERV9CQURfU0VUVElOR1MQAhIRCg1DT0RFX0JBRF9GSUxFEAMSFAoQQ09ERV9VTlNVUFBPUlRFRBAEEhEKDUNPREVfSU5URV
JOQUwQBRIWChJDT0RFX1VOS05PV05fQUxJQVMQBhIRCg1DT0RFX0NBTkNFTEVEEAcikgEKDUVuY29kZVJlcXVlc3QSMwoFYmVnaW4YASABKAsy
Gy5sYXp5c2NyaWJlLnBsdWdpbi52MS5CZWdpbkgAUgViZWdpbhIUCgRkYXRhGAIgASgMSABSBGRhdGESLQoDZW5kGAMgASgLMhkubGF6eXNjcm
liZS5wbHVnaW4udjEuRW5kSABSA2VuZEIHCgVmcmFtZSKZAQoORW5jb2RlUmVzcG9uc2USFAoEZGF0YRgBIAEoDEgAUgRkYXRhEi0KA2VuZBgC
IAEoCzIZLmxhenlzY3JpYmUucGx1Z2luLnYxLkVuZEgAUgNlbmQSOQoHZmFpbHVyZRgDIAEoCzIdLmxhenlzY3JpYmUucGx1Z2luLnYxLkZhaW
x1cmVIAFIHZmFpbHVyZUIHCgVmcmFtZSKSAQoNRGVjb2RlUmVxdWVzdBIzCgViZWdpbhgBIAEoCzIbLmxhenlzY3JpYmUucGx1Z2luLnYxLkJl
Z2luSABSBWJlZ2luEhQKBGRhdGEYAiABKAxIAFIEZGF0YRItCgNlbmQYAyABKAsyGS5sYXp5c2NyaWJlLnBsdWdpbi52MS5FbmRIAFIDZW5kQg
cKBWZyYW1lItcBCg5EZWNvZGVSZXNwb25zZRI8CghlbmNvZGluZxgBIAEoDjIeLmxhenlzY3JpYmUucGx1Z2luLnYxLkVuY29kaW5nSABSCGVu
Y29kaW5nEhQKBGRhdGEYAiABKAxIAFIEZGF0YRItCgNlbmQYAyABKAsyGS5sYXp5c2NyaWJlLnBsdWdpbi52MS5FbmRIAFIDZW5kEjkKB2ZhaW
x1cmUYBCABKAsyHS5sYXp5c2NyaWJlLnBsdWdpbi52MS5GYWlsdXJlSABSB2ZhaWx1cmVCBwoFZnJhbWUqewoIRW5jb2RpbmcSGAoURU5DT0RJ
TkdfVU5TUEVDSUZJRUQQABIRCg1FTkNPRElOR19DQk9SEAESEAoMRU5DT0RJTkdfUkFXEAISFQoRRU5DT0RJTkdfQ0JPUl9TRVEQAxIZChVFTk
NPRElOR19BUlJPV19TVFJFQU0QBCrTAQoJVmFsdWVLaW5kEhoKFlZBTFVFX0tJTkRfVU5TUEVDSUZJRUQQABISCg5WQUxVRV9LSU5EX0FOWRAB
EhUKEVZBTFVFX0tJTkRfU0NBTEFSEAISEwoPVkFMVUVfS0lORF9URVhUEAMSFAoQVkFMVUVfS0lORF9CWVRFUxAEEhMKD1ZBTFVFX0tJTkRfTE
lTVBAFEhIKDlZBTFVFX0tJTkRfTUFQEAYSFAoQVkFMVUVfS0lORF9UQUJMRRAHEhUKEVZBTFVFX0tJTkRfTUFUUklYEAgypQIKFkFydGlmYWN0
SGFuZGxlclNlcnZpY2USWQoIRGVzY3JpYmUSJS5sYXp5c2NyaWJlLnBsdWdpbi52MS5EZXNjcmliZVJlcXVlc3QaJi5sYXp5c2NyaWJlLnBsdW
dpbi52MS5EZXNjcmliZVJlc3BvbnNlElcKBkVuY29kZRIjLmxhenlzY3JpYmUucGx1Z2luLnYxLkVuY29kZVJlcXVlc3QaJC5sYXp5c2NyaWJl
LnBsdWdpbi52MS5FbmNvZGVSZXNwb25zZSgBMAESVwoGRGVjb2RlEiMubGF6eXNjcmliZS5wbHVnaW4udjEuRGVjb2RlUmVxdWVzdBokLmxhen
lzY3JpYmUucGx1Z2luLnYxLkRlY29kZVJlc3BvbnNlKAEwAUI/Wj1naXRodWIuY29tL2xhenlzY3JpYmUtZ28vbGF6eXNjcmliZS9wbHVnaW5z
L3BsdWdpbnBiO3BsdWdpbnBiYgZwcm90bzM=
"""

_MAJOR, _MINOR = 1, 0  # of the protocol
_MAX_MESSAGE = 2 << 20
# Sizes of Data frames: small until a MiB was sent, then large. They stay just below
# what the other side has buffers for; a little more would cost it twice the time.
_SMALL, _LARGE, _GROW = (32 << 10) - 64, (1 << 20) - 1024, 1 << 20
_MAX_DEPTH = 256  # of lists and maps in one another
_QUEUED = 4  # frames that wait to be sent
_THREADS = 64  # calls at once


def _messages() -> Any:
    pool = descriptor_pool.DescriptorPool()
    files = descriptor_pb2.FileDescriptorSet.FromString(base64.b64decode(_DESCRIPTORS))
    for file in files.file:
        pool.Add(file)
    classes = message_factory.GetMessageClassesForFiles([file.name for file in files.file], pool)
    return type("pb", (), {name.rpartition(".")[2]: cls for name, cls in classes.items()})


pb = _messages()
_ENCODINGS = {"cbor": 1, "raw": 2, "rows": 3}
_KINDS = {"any": 1, "scalar": 2, "text": 3, "bytes": 4, "list": 5, "map": 6, "table": 7, "matrix": 8}


class _HandlerError(Exception):
    code = "CODE_INTERNAL"

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(message)
        self.path = path


class BadValue(_HandlerError):
    """The value does not fit the format. ``path`` says where: ``"rows[3].loss"``."""

    code = "CODE_BAD_VALUE"


class BadFile(_HandlerError):
    """The file is not of this format, or damaged."""

    code = "CODE_BAD_FILE"


class BadSettings(_HandlerError):
    """A setting is unknown or has a value that cannot be used."""

    code = "CODE_BAD_SETTINGS"


class Unsupported(_HandlerError):
    """The handler cannot do this at all, such as reading."""

    code = "CODE_UNSUPPORTED"


class _Canceled(_HandlerError):
    code = "CODE_CANCELED"


@dataclass(frozen=True)
class Setting:
    """A setting with more to say than its default, whose type is the setting's."""

    default: Any
    description: str = ""
    choices: tuple[Any, ...] = ()


class Handler:
    """One format. A subclass sets what is fixed about it and writes the two methods."""

    alias: str = ""  #: name of the format to users and in projects
    suffix: str = ""  #: end of files' names, without the dot
    binary: bool = False  #: files are bytes; else they are opened as UTF-8 text
    output_only: bool = False  #: files are never read back
    media_type: str = ""
    version: str = ""  #: of the file format as it is written
    summary: str = ""  #: one line
    #: How values arrive, best first: "cbor" as a value, "rows" as an iterator over the
    #: elements of a list (a value that is no list still arrives whole), "raw" as a
    #: binary file, for values that are bytes.
    encodings: tuple[str, ...] = ("cbor",)
    #: Kinds of values that lazyscribe lets through when they are logged: any, scalar,
    #: text, bytes, list, map, table, matrix.
    accepts: tuple[str, ...] = ("any",)
    #: Names and defaults of settings, or a :class:`Setting`.
    settings: Mapping[str, Any] = {}
    #: What is recorded with each artifact, such as versions. Keys are identifiers.
    environment: Mapping[str, str] = {}
    #: Keys of environment that must be the same when a file is read.
    must_match: tuple[str, ...] = ()

    def encode(self, value: Any, file: IO[Any], settings: Mapping[str, Any]) -> None:
        """Write the whole file for a value to file, which cannot seek.

        The same value gives the same bytes. Settings are complete and of the types
        of their defaults.
        """
        raise Unsupported(f"{self.alias} cannot write")

    def decode(self, file: IO[Any], settings: Mapping[str, Any]) -> Any:
        """Return the value in a file, which is read front to back; see :func:`spool`.

        An iterator is sent row by row. If encodings has "raw", bytes and open binary
        files are sent as they are.
        """
        raise Unsupported(f"{self.alias} cannot read")


_call = threading.local()


def progress() -> None:
    """Tell lazyscribe that a long step of encode or decode is still getting on.

    It may be called as often as is convenient: a sign goes out once in a second.
    """
    now = time.monotonic()
    if (sign := getattr(_call, "progress", None)) and now >= _call.next_sign:
        _call.next_sign = now + 1
        sign()


def spool(file: IO[bytes]) -> IO[bytes]:
    """Return a temporary file with the rest of file, for formats that need to seek."""
    whole = tempfile.TemporaryFile()  # has no name on Unix: a crash leaves nothing
    shutil.copyfileobj(file, whole, _LARGE)
    whole.seek(0)
    return whole


def serve(name: str, version: str, *handlers: Handler) -> NoReturn:
    """Be the plugin; does not return. ``describe`` as argument prints what it offers."""
    try:
        service = _Service(name, version, handlers)
    except ValueError as error:
        sys.exit(f"{name}: {error}")
    if sys.argv[1:2] == ["describe"]:
        print(json_format.MessageToJson(service.describe()))
        sys.exit(0)
    if os.environ.get("LAZYSCRIBE_PLUGIN") != "artifact-handler":
        aliases = ", ".join(handler.alias for handler in handlers)
        sys.exit(
            f"{name} {version} is a plugin of lazyscribe, with handlers for {aliases}. It is not run by hand:\n\n"
            f"    lazyscribe plugin trust {os.path.abspath(sys.argv[0])}"
        )
    handshake = _take_streams()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the host, which then ends the plugin
    stop = threading.Event()
    server = grpc.server(
        futures.ThreadPoolExecutor(_THREADS),
        handlers=[service.methods(stop)],
        options=[("grpc.max_receive_message_length", _MAX_MESSAGE), ("grpc.max_send_message_length", _MAX_MESSAGE)],
    )
    folder = os.environ.get("PLUGIN_UNIX_SOCKET_DIR")
    own = None if folder or os.name == "nt" else tempfile.mkdtemp(prefix="lazyscribe-")
    network, address, certificate = _listen(server, folder or own)
    server.start()
    os.write(handshake, f"1|{_MAJOR}|{network}|{address}|grpc|{certificate}\n".encode())
    stop.wait()
    server.stop(0.5).wait()
    _leave(own)


def _take_streams() -> int:
    """Keep standard output for the handshake and standard input for the lifeline.

    What the process or its children print goes to standard error from here on.
    Returns the descriptor for the handshake.
    """
    handshake, lifeline = os.dup(1), os.dup(0)
    os.dup2(2, 1)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    with open(os.devnull) as nothing:
        os.dup2(nothing.fileno(), 0)
    if os.environ.get("LAZYSCRIBE_PLUGIN_LIFELINE") == "stdin":
        threading.Thread(target=_hold, args=(lifeline,), daemon=True).start()
    if not logging.root.handlers:
        to_host = logging.StreamHandler(sys.stderr)
        to_host.setFormatter(_HostFormat())
        logging.basicConfig(level=logging.INFO, handlers=[to_host])
    return handshake


def _hold(lifeline: int) -> None:
    """End the process when the host is gone, which nobody else would notice."""
    while os.read(lifeline, 4096):
        pass
    _leave(os.environ.get("PLUGIN_UNIX_SOCKET_DIR"))


def _leave(folder: str | None) -> NoReturn:
    if folder:
        shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.flush()
    os._exit(0)  # without waiting for handlers that hang


class _HostFormat(logging.Formatter):
    """Log records as the lines of JSON the host understands."""

    def format(self, record: logging.LogRecord) -> str:
        message = super().format(record)
        level = {"WARNING": "warn", "CRITICAL": "error"}.get(record.levelname, record.levelname.lower())
        return json.dumps({"@level": level, "@message": message, "@module": record.name})


def _listen(server: grpc.Server, folder: str | None) -> tuple[str, str, str]:
    """Open the server's port. Returns network, address and certificate for the handshake."""
    network, address = ("unix", os.path.join(folder, "plugin.sock")) if folder else ("tcp", "127.0.0.1:0")
    target = f"unix:{address}" if folder else address
    certificate = ""
    if client := os.environ.get("PLUGIN_CLIENT_CERT"):
        key, pem, der = _self_signed()
        credentials = grpc.ssl_server_credentials([(key, pem)], client.encode(), require_client_auth=True)
        port = server.add_secure_port(target, credentials)
        certificate = base64.b64encode(der).decode().rstrip("=")
    else:
        port = server.add_insecure_port(target)
    return network, address if folder else f"127.0.0.1:{port}", certificate


def _self_signed() -> tuple[bytes, bytes, bytes]:
    """A new private key and its certificate: as PEM, as PEM, as DER."""
    try:
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec
    except ImportError:
        sys.exit("AutoMTLS needs the Python package cryptography: install it, or trust the plugin with --no-mtls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))  # clocks differ
        .not_valid_after(now + datetime.timedelta(days=3650))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, pkcs8, plain = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(pem, pkcs8, plain), certificate.public_bytes(pem), certificate.public_bytes(serialization.Encoding.DER)


class _Service:
    """The calls of ArtifactHandlerService, and those of go-plugin that are needed."""

    def __init__(self, name: str, version: str, handlers: tuple[Handler, ...]) -> None:
        self.name, self.version = name, version
        self.handlers: dict[str, Handler] = {}
        for handler in handlers:
            if not re.fullmatch(r"[a-z][a-z0-9_-]*", handler.alias):
                raise ValueError(f"alias {handler.alias!r} must be lower-case letters, digits, _ and -, beginning with a letter")
            if handler.alias in self.handlers:
                raise ValueError(f"alias {handler.alias!r} is declared twice")
            self.handlers[handler.alias] = handler

    def methods(self, stop: threading.Event) -> grpc.GenericRpcHandler:
        def unary(call: Callable[..., Any], request: Any, response: Any) -> Any:
            return grpc.unary_unary_rpc_method_handler(call, request.FromString, response.SerializeToString)

        def stream(run: Callable[..., None], request: Any, response: Any) -> Any:
            call = lambda requests, context: self._stream(run, response, requests, context)
            return grpc.stream_stream_rpc_method_handler(call, request.FromString, response.SerializeToString)

        def shutdown(request: bytes, context: Any) -> bytes:
            stop.set()
            return b""

        methods = {
            "/lazyscribe.plugin.v1.ArtifactHandlerService/Describe": unary(self.describe, pb.DescribeRequest, pb.DescribeResponse),
            "/lazyscribe.plugin.v1.ArtifactHandlerService/Encode": stream(self._encode, pb.EncodeRequest, pb.EncodeResponse),
            "/lazyscribe.plugin.v1.ArtifactHandlerService/Decode": stream(self._decode, pb.DecodeRequest, pb.DecodeResponse),
            # Messages of no or one field: bytes serve as well as classes for them.
            "/plugin.GRPCController/Shutdown": grpc.unary_unary_rpc_method_handler(shutdown),
            "/grpc.health.v1.Health/Check": grpc.unary_unary_rpc_method_handler(lambda *_: b"\x08\x01"),  # SERVING
        }

        class Methods(grpc.GenericRpcHandler):
            def service(self, call: Any) -> Any:
                return methods.get(call.method)

        return Methods()

    def describe(self, request: Any = None, context: Any = None) -> Any:
        response = pb.DescribeResponse(
            name=self.name, version=self.version, sdk=f"python/{__version__}", protocol_minor=_MINOR
        )
        for h in self.handlers.values():
            response.handlers.add(
                alias=h.alias,
                suffix=h.suffix,
                media_type=h.media_type,
                binary=h.binary,
                output_only=h.output_only,
                version=h.version,
                summary=h.summary,
                encodings=[_ENCODINGS[e] for e in h.encodings],
                accepts=[_KINDS[k] for k in h.accepts],
                environment=[
                    {"key": key, "value": str(value), "must_match": key in h.must_match}
                    for key, value in h.environment.items()
                ],
                settings_schema=json.dumps(_schema(h.settings)).encode(),
            )
        return response

    def _stream(self, run: Callable[..., None], response: Any, requests: Iterator[Any], context: Any) -> Iterator[Any]:
        """Run a call in a thread of its own and yield what it sends, while it receives."""
        first = next(requests, None)
        if first is None or first.WhichOneof("frame") != "begin":
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "the first frame must be Begin")
        channel = _Channel()
        if not context.add_callback(channel.close):
            return

        def work() -> None:
            try:
                handler = self.handlers.get(first.begin.alias)
                if handler is None:
                    failure = pb.Failure(code="CODE_UNKNOWN_ALIAS", message=f"no handler {first.begin.alias!r}")
                    channel.put(response(failure=failure))
                    return
                _call.progress, _call.next_sign = lambda: channel.put(response(data=b"")), 0.0
                run(handler, first.begin, _Source(requests), channel.put)
            except BaseException as error:  # also SystemExit: a handler does not end the plugin
                try:
                    channel.put(response(failure=_failure(error)))
                except _Canceled:
                    pass  # nobody listens any more
            finally:
                channel.finish()

        threading.Thread(target=work, daemon=True).start()
        yield from channel

    def _encode(self, handler: Handler, begin: Any, source: _Source, put: Callable[[Any], None]) -> None:
        settings = _settings(handler, begin.settings)
        sink = _Sink(lambda data: put(pb.EncodeResponse(data=data)))
        reader = io.BufferedReader(source, _SMALL)
        value: Any
        if begin.encoding == _ENCODINGS["raw"]:
            value = reader
        elif begin.encoding == _ENCODINGS["rows"]:
            value = _rows(reader)
        elif begin.encoding == _ENCODINGS["cbor"]:
            value = _item(reader.read())  # all of it first: a value cut off must not look like a short one
        else:
            raise Unsupported(f"values of encoding {begin.encoding} are not known to this plugin")
        file: Any = sink if handler.binary else io.TextIOWrapper(sink, "utf-8", newline="")
        handler.encode(value, file, settings)
        if not file.closed:
            file.flush()
        source.drain()  # a value the host gave up must not become a file
        put(pb.EncodeResponse(end=sink.end()))

    def _decode(self, handler: Handler, begin: Any, source: _Source, put: Callable[[Any], None]) -> None:
        try:
            self._send(handler, begin, source, put)
        except UnicodeDecodeError as error:
            raise BadFile(f"not UTF-8 text: {error}") from error

    def _send(self, handler: Handler, begin: Any, source: _Source, put: Callable[[Any], None]) -> None:
        settings = _settings(handler, begin.settings)
        file: Any = io.BufferedReader(source, _SMALL)
        value = handler.decode(file if handler.binary else io.TextIOWrapper(file, "utf-8", newline=""), settings)
        sink = _Sink(lambda data: put(pb.DecodeResponse(data=data)))
        if "raw" in handler.encodings and (hasattr(value, "read") or isinstance(value, (bytes, bytearray))):
            put(pb.DecodeResponse(encoding=_ENCODINGS["raw"]))
            with value if hasattr(value, "read") else io.BytesIO(value) as content:
                shutil.copyfileobj(content, sink, _LARGE)
        elif isinstance(value, Iterator):
            put(pb.DecodeResponse(encoding=_ENCODINGS["rows"]))
            for i, row in enumerate(value):
                _check(row, f"[{i}]", 1)
                sink.write(cbor2.dumps(row))
        else:
            _check(value, "", 0)
            put(pb.DecodeResponse(encoding=_ENCODINGS["cbor"]))
            sink.write(cbor2.dumps(value))
        source.drain()
        put(pb.DecodeResponse(end=sink.end()))


class _Channel:
    """Frames on their way from the thread of a call to gRPC, few at a time."""

    def __init__(self) -> None:
        self._frames: collections.deque[Any] = collections.deque()
        self._changed = threading.Condition()
        self._finished = self._closed = False

    def put(self, frame: Any) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or len(self._frames) < _QUEUED)
            if self._closed:
                raise _Canceled("the host gave up")
            self._frames.append(frame)
            self._changed.notify_all()

    def finish(self) -> None:
        """Nothing more will be put."""
        with self._changed:
            self._finished = True
            self._changed.notify_all()

    def close(self) -> None:
        """Nobody takes frames any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def __iter__(self) -> Iterator[Any]:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._frames or self._finished or self._closed)
                if self._closed or not self._frames:
                    return
                frame = self._frames.popleft()
                self._changed.notify_all()
            yield frame


class _Source(io.RawIOBase):
    """The Data frames of a call as a file, whose end is an End frame that is right."""

    def __init__(self, requests: Iterator[Any]) -> None:
        self._requests, self._rest, self._ended = requests, memoryview(b""), False
        self._count = self._crc = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest and not self._ended:
            self._receive()
        n = min(len(buffer), len(self._rest))
        buffer[:n] = self._rest[:n]
        self._rest = self._rest[n:]
        return n

    def drain(self) -> None:
        while not self._ended:
            self._receive()

    def _receive(self) -> None:
        try:
            frame = next(self._requests)
        except Exception as error:  # StopIteration: half-closed without End; else gRPC's
            raise _Canceled("the host gave up: the stream has no End") from error
        kind = frame.WhichOneof("frame")
        if kind == "data":
            self._rest = memoryview(frame.data)
            self._count += len(frame.data)
            self._crc = zlib.crc32(frame.data, self._crc)
        elif kind == "end":
            if frame.end.bytes != self._count:
                raise _HandlerError(f"{self._count} bytes arrived, and the host sent {frame.end.bytes}")
            if frame.end.HasField("crc32") and frame.end.crc32 != self._crc:
                raise _HandlerError("the bytes that arrived have another CRC-32 than those the host sent")
            self._ended = True
        else:
            raise _Canceled(f"a frame of kind {kind} is not known to this plugin")


class _Sink(io.BufferedIOBase):
    """A file whose bytes leave in Data frames."""

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send, self._buffer = send, bytearray()
        self._count = self._crc = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._count + len(self._buffer)

    def write(self, data: Any) -> int:
        view = memoryview(data).cast("B")
        n = len(view)
        while view:
            size = _SMALL if self._count < _GROW else _LARGE
            if not self._buffer and len(view) >= size:
                self._frame(bytes(view[:size]))
                view = view[size:]
                continue
            room = size - len(self._buffer)
            self._buffer += view[:room]
            view = view[room:]
            if len(self._buffer) == size:
                self._flush()
        return n

    def _flush(self) -> None:
        if self._buffer:
            self._frame(bytes(self._buffer))
            self._buffer.clear()

    def _frame(self, data: bytes) -> None:
        self._count += len(data)
        self._crc = zlib.crc32(data, self._crc)
        self._send(data)

    def end(self) -> Any:
        self._flush()
        return pb.End(bytes=self._count, crc32=self._crc)


def _item(data: bytes) -> Any:
    """The value in data, which is one item of CBOR."""
    file = io.BytesIO(data)
    try:
        value = cbor2.CBORDecoder(file).decode()
    except Exception as error:  # also errors of what tags stand for
        raise BadValue(f"not the CBOR of a value: {error}") from error
    if file.tell() != len(data):
        raise BadValue("not the CBOR of a value: more than one item")
    return value


def _rows(reader: io.BufferedReader) -> Iterator[Any]:
    """The items of a CBOR sequence as they arrive."""
    decoder, i = cbor2.CBORDecoder(reader), 0
    while reader.peek(1):
        try:
            row = decoder.decode()
        except _HandlerError:
            raise
        except Exception as error:
            raise BadValue(f"not the CBOR of a row: {error}", f"[{i}]") from error
        yield row
        i += 1


_SCALARS = {type(None), bool, int, float, str, bytes}


def _check(value: Any, path: str, depth: int) -> None:
    """Refuse what cannot cross, or would arrive as something else: by its path."""
    if depth > _MAX_DEPTH:
        raise _HandlerError(f"lists and maps are nested deeper than {_MAX_DEPTH}", path)
    if isinstance(value, dict):
        for key in () if set(map(type, value)) <= {str} else value:
            if not isinstance(key, (str, int, float)):
                raise _HandlerError(f"decode returned a map with a key of {type(key).__name__}; want text", path)
        if not set(map(type, value.values())) <= _SCALARS:  # this test is fast, what follows is not
            for key, element in value.items():
                _check(element, f"{path}.{key}" if path else str(key), depth + 1)
    elif isinstance(value, (list, tuple)):
        if not set(map(type, value)) <= _SCALARS:
            for i, element in enumerate(value):
                _check(element, f"{path}[{i}]", depth + 1)
    elif isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            raise _HandlerError("decode returned a time without a zone", path)
    elif value is not None and not isinstance(value, (int, float, str, bytes, bytearray)):
        raise _HandlerError(f"decode returned a {type(value).__qualname__}, which cannot be sent", path)


def _settings(handler: Handler, data: bytes) -> dict[str, Any]:
    """The settings of a call, complete."""
    declared = {name: s if isinstance(s, Setting) else Setting(s) for name, s in handler.settings.items()}
    try:
        given = cbor2.loads(data) if data else {}
    except Exception as error:
        raise BadSettings(f"not a CBOR map: {error}") from error
    if not isinstance(given, dict):
        raise BadSettings("not a CBOR map")
    if unknown := sorted(str(name) for name in given if name not in declared):
        raise BadSettings(f"unknown setting {unknown[0]!r} (known: {', '.join(sorted(declared)) or 'none'})")
    return {name: _setting(name, s, given[name]) if name in given else s.default for name, s in declared.items()}


def _setting(name: str, setting: Setting, value: Any) -> Any:
    """A value that was given, in the type of the default. Command lines give texts."""
    kind, original = type(setting.default), value
    try:
        if kind is bool and isinstance(value, str):
            value = {"true": True, "1": True, "false": False, "0": False}[value.lower()]
        elif kind in (int, float) and not isinstance(value, bool):
            value = kind(value) if isinstance(value, str) or kind(value) == value else None
    except (KeyError, ValueError, TypeError, OverflowError):
        value = None
    if setting.default is not None and type(value) is not kind:
        raise BadSettings(f"setting {name!r} is {original!r}, want {_TYPES.get(kind, kind.__name__)}")
    if setting.choices and value not in setting.choices:
        raise BadSettings(f"setting {name!r} is {original!r}, want one of {', '.join(map(str, setting.choices))}")
    return value


_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}


def _schema(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON Schema of settings."""
    properties = {}
    for name, s in settings.items():
        s = s if isinstance(s, Setting) else Setting(s)
        properties[name] = {"default": s.default}
        if type(s.default) in _TYPES:
            properties[name]["type"] = _TYPES[type(s.default)]
        if s.description:
            properties[name]["description"] = s.description
        if s.choices:
            properties[name]["enum"] = list(s.choices)
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _failure(error: BaseException) -> Any:
    known = isinstance(error, _HandlerError)
    message = str(error) if known else f"{type(error).__name__}: {error}"
    detail = "" if known else "".join(traceback.format_exception(error))
    return pb.Failure(
        code=error.code if known else "CODE_INTERNAL",
        message=" ".join(message.split())[:2000],
        path=error.path[:2000] if known else "",
        detail=detail[-60000:],
    )
