"""Open an input without trusting it: sizes bounded, compression by content, endless streams cut."""

import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from memdoctor.errors import InputError
from memdoctor.model import Source
from memdoctor.units import size

HEAD = 64 * 1024  # bytes that decide what an input is

_LONGEST_LINE = 1 << 20

_GZIP = b"\x1f\x8b"
_OTHER_COMPRESSION = {
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"PK\x03\x04": "zip",
    b"BZh": "bzip2",
}


class _Readable(Protocol):
    def read(self, count: int, /) -> bytes: ...


@dataclass(slots=True)
class Opened:
    """An input, open at its start and decompressed; `head` was looked at ahead."""

    source: Source
    head: bytes
    _stream: _Readable
    _whole: bytes | None = None

    def read(self, limit: int, help: str) -> bytes:  # noqa: A002 - the word users see
        """Return the whole content.

        Raises InputError, with `help`, if it is longer than `limit` bytes; or if its compression is broken.
        """
        if self._whole is not None:  # another reader has declined it
            return self._whole
        parts, length = [self.head], len(self.head)
        while length <= limit and (part := self._chunk(length)):
            parts.append(part)
            length += len(part)
        if length > limit:
            raise InputError(f"more than {size(limit)} in one document", help)
        self._whole = b"".join(parts)
        return self._whole

    def lines(self) -> Iterator[bytes]:
        """Yield the lines of an input of any length, without their ends; parts of very long ones.

        Raises InputError if its compression is broken.
        """
        rest, length = b"", 0
        chunk = self.head
        while chunk:
            length += len(chunk)
            *whole, rest = (rest + chunk).split(b"\n")
            yield from whole
            if len(rest) > _LONGEST_LINE:
                yield rest
                rest = b""
            chunk = self._chunk(length)
        if rest:
            yield rest

    def _chunk(self, position: int) -> bytes:
        try:
            return self._stream.read(1 << 20)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise _broken_gzip(position) from error
        except OSError as error:
            raise InputError(f"cannot read on: {error.strerror or error}") from error


@contextmanager
def open_input(name: str) -> Iterator[Opened]:
    """Open a path, or standard input for `-`.

    Raises InputError if there is nothing to read.
    """
    if name == "-":
        if sys.stdin is None:
            raise InputError("standard input is closed")
        yield _look(Source("stdin", "stdin"), sys.stdin.buffer)
        return
    if not name:
        raise InputError("an empty file name", "is a variable unset?")
    path = Path(name)
    try:
        stream: BinaryIO = path.open("rb")
    except ValueError as error:  # a NUL in the name
        raise InputError("this is no file name") from error
    except OSError as error:
        raise InputError(error.strerror or str(error), _help_for_missing(path)) from error
    with stream:
        length = path.stat().st_size if path.is_file() else None
        yield _look(Source(name, "path", size=length), stream)


def _look(source: Source, raw: BinaryIO) -> Opened:
    try:
        start = raw.read(HEAD)
    except OSError as error:
        raise InputError(f"cannot read: {error.strerror or error}") from error
    if not start:
        raise InputError("empty: there is nothing in it", "was the dump finished, the pipe fed?")
    for magic, kind in _OTHER_COMPRESSION.items():
        if start.startswith(magic):
            raise InputError(f"compressed with {kind}", f"unpack it with {kind} first")
    if not start.startswith(_GZIP):
        return Opened(source, start, raw)
    unpacked = gzip.GzipFile(fileobj=_Chained(start, raw))
    try:
        return Opened(source, unpacked.read(HEAD), unpacked)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _broken_gzip(0) from error


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
        taken = self._start if count < 0 else self._start[:count]
        self._start = self._start[len(taken) :]
        return taken + self._rest.read() if count < 0 else taken


def _broken_gzip(position: int) -> InputError:
    return InputError(
        f"the gzip data is cut off or damaged after {size(position)} of content",
        "pack or copy the file again",
    )


_NAME_ONE = "name a file or a folder that exists, or - for standard input"


def _help_for_missing(path: Path) -> str:
    from difflib import get_close_matches

    try:
        siblings = [entry.name for entry in path.parent.iterdir()]
    except (OSError, ValueError):
        return _NAME_ONE
    near = get_close_matches(path.name, siblings, n=1, cutoff=0.6)
    return f"did you mean {path.parent / near[0]}?" if near else _NAME_ONE
