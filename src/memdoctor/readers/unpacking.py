"""Compressed input, known by its first bytes: gzip, xz and zstd are read as what is in them."""

import io
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from memdoctor.errors import InputError
from memdoctor.units import size

if TYPE_CHECKING:
    from lzma import LZMADecompressor

_GZIP, _XZ, _ZSTD = b"\x1f\x8b", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd"
_NOT_OPENED = {b"PK\x03\x04": "zip", b"BZh": "bzip2"}
_MOST_XZ_MEMORY = 1 << 28  # bytes: the file says how much its dictionary takes
_LARGEST_ZSTD_WINDOW = 27  # as a power of two


class Readable(Protocol):
    """What can be read on."""

    def read(self, count: int, /) -> bytes:
        """Return the next bytes, at most so many."""


def unpacked(start: bytes, raw: BinaryIO) -> "Unpacked | None":
    """Return what is in a compressed stream, of which `start` was already read; None if it is not one.

    Raises InputError for a compression that is not read.
    """
    for magic, kind in _NOT_OPENED.items():
        if start.startswith(magic):
            raise InputError(f"compressed with {kind}", f"unpack it with {kind} first")
    packed = _Chained(start, raw)
    if start.startswith(_GZIP):
        return _gzip(packed)
    if start.startswith(_XZ):
        import lzma

        return Unpacked("xz", _Xz(packed), (EOFError, lzma.LZMAError))
    if start.startswith(_ZSTD):
        zstd = zstd_library()
        options = {zstd.DecompressionParameter.window_log_max: _LARGEST_ZSTD_WINDOW}
        return Unpacked("zstd", zstd.ZstdFile(packed, options=options), (EOFError, zstd.ZstdError))
    return None


def _gzip(packed: "_Chained") -> "Unpacked":
    import gzip
    import zlib

    return Unpacked("gzip", gzip.GzipFile(fileobj=packed), (EOFError, zlib.error, gzip.BadGzipFile))


def zstd_library() -> Any:
    """Return the module for zstd, of Python or beside it."""
    try:
        from compression import zstd  # from Python 3.14 on
    except ImportError:
        from backports import zstd
    return zstd


class Unpacked:
    """What is in a compressed stream."""

    def __init__(self, kind: str, stream: Readable, errors: tuple[type[Exception], ...]) -> None:
        self._kind = kind
        self._stream = stream
        self._errors = errors
        self._position = 0

    def read(self, count: int) -> bytes:
        """Return the next bytes; raise InputError where the compression is broken."""
        try:
            part = self._stream.read(count)
        except self._errors as error:
            raise InputError(
                f"the {self._kind} data is cut off or damaged after {size(self._position)} of content",
                "pack or copy the file again",
            ) from error
        self._position += len(part)
        return part


class _Xz:
    """An xz stream, or several, that may take only so much memory; `lzma.LZMAFile` knows no limit."""

    def __init__(self, packed: Readable) -> None:
        self._packed = packed
        self._unpacking = self._new()

    @staticmethod
    def _new() -> "LZMADecompressor":
        import lzma

        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MOST_XZ_MEMORY)

    def read(self, count: int, /) -> bytes:
        while True:
            data = b""
            if self._unpacking.eof:
                data = self._unpacking.unused_data.lstrip(b"\0") or self._packed.read(1 << 16).lstrip(b"\0")
                if not data:
                    return b""
                self._unpacking = self._new()
            elif self._unpacking.needs_input:
                data = self._packed.read(1 << 16)
                if not data:
                    raise EOFError
            if part := self._unpacking.decompress(data, count):
                return part


class _Chained(io.RawIOBase):
    """A stream whose first bytes were already taken: a pipe cannot seek back."""

    def __init__(self, start: bytes, rest: BinaryIO) -> None:
        self._start = start
        self._rest = rest

    def readable(self) -> bool:
        return True

    def read(self, count: int = -1) -> bytes:
        if not self._start:
            return self._rest.read(count)
        taken, self._start = self._start[:count], self._start[count:]
        return taken
