"""Open an input without trusting it: sizes bounded, compression by content, endless streams cut."""

import sys
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from memdoctor.errors import InputError
from memdoctor.model import Source
from memdoctor.progress import tell
from memdoctor.readers.parts.mapped import Mapped
from memdoctor.readers.unpacking import Readable, unpacked
from memdoctor.units import size

HEAD = 64 * 1024  # bytes that decide what an input is

_LONGEST_LINE = 1 << 20
_CHUNK = 1 << 20  # bytes read at once
_CHECKED = 1 << 26  # bytes spooled between two looks at the room that is left
_SPARED = 1 << 28  # bytes left free for others


@dataclass(slots=True, weakref_slot=True)
class Opened:
    """An input, open at its start and decompressed; `head` was looked at ahead."""

    source: Source
    head: bytes
    _stream: Readable
    _file: BinaryIO | None = None  # where the content lies as it is, in a file
    _whole: bytes | None = None
    _again: Callable[[], Readable] | None = None  # opens the stream anew, behind the head
    _has_moved: bool = False  # bytes behind the head were taken from the stream

    @property
    def repeatable(self) -> bool:
        """Whether the content can be read from its start again: not what comes through a pipe."""
        return self._again is not None or self._whole is not None

    def chunks(self) -> Iterator[bytes]:
        """Yield the content of an input of any length in pieces, also after another reader has read it.

        Raises InputError if its compression is broken, or if it cannot be read again.
        """
        if self._whole is not None:
            for start in range(0, len(self._whole), _CHUNK):
                yield self._whole[start : start + _CHUNK]
            return
        self._begin()
        chunk = self.head
        while chunk:
            yield chunk
            chunk = self._chunk()

    def read(self, limit: int, help: str) -> bytes:  # noqa: A002 - the word users see
        """Return the whole content.

        Raises InputError, with `help`, if it is longer than `limit` bytes; or if its compression is broken.
        """
        if self._whole is not None:  # another reader has declined it
            return self._whole
        too_long = InputError(f"more than {size(limit)} in one document", help)
        if self._file is not None and (self.source.size or 0) > limit:
            raise too_long
        self._begin()
        parts, length = [self.head], len(self.head)
        while length <= limit and (part := self._chunk()):
            parts.append(part)
            length += len(part)
        if length > limit:
            if self._again is None:  # what came through a pipe is not lost for the next reader
                self.head, self._has_moved = b"".join(parts), False
            raise too_long
        self._whole = b"".join(parts)
        return self._whole

    def lines(self) -> Iterator[bytes]:
        """Yield the lines of an input of any length, without their ends; parts of very long ones.

        Raises InputError if its compression is broken.
        """
        rest = b""
        for chunk in self.chunks():
            *whole, rest = (rest + chunk).split(b"\n")
            yield from whole
            if len(rest) > _LONGEST_LINE:
                yield rest
                rest = b""
        if rest:
            yield rest

    @contextmanager
    def mapped(self) -> Iterator[Mapped]:
        """Map the whole content into memory; what is compressed or comes from a pipe is spooled first.

        Raises InputError if there is no room to spool it, or if its compression is broken.
        """
        if self._file is not None:
            with Mapped(self._file) as content:
                yield content
            return
        import tempfile

        with tempfile.TemporaryFile() as spool:  # readable for its owner alone, and without a name
            self._spool(spool)
            with Mapped(spool) as content:
                yield content

    def again(self) -> "Opened":
        """Return the input so that it can be mapped at any later time: what comes from a pipe is spooled.

        Raises InputError if there is no room to spool it, or if its compression is broken.
        """
        import tempfile

        spool = tempfile.TemporaryFile()  # noqa: SIM115 - closed with what is returned
        self._spool(spool)
        kept = Opened(self.source, self.head, spool, spool)
        weakref.finalize(kept, spool.close)
        return kept

    def _spool(self, spool: BinaryIO) -> None:
        part, length = self.head, 0
        while part:
            if length % _CHECKED < len(part) and free_space() < _SPARED:
                message = f"no room in {_spool_folder()} to unpack it: more than {size(length)} of content"
                raise InputError(message, "unpack it where there is room, or set TMPDIR")
            tell("reading", length)
            self._write(spool, part)
            length += len(part)
            part = self._chunk()
        self._write(spool, b"")

    @staticmethod
    def _write(spool: BinaryIO, part: bytes) -> None:
        try:
            spool.write(part)
            if not part:
                spool.flush()
        except OSError as error:
            raise InputError(f"cannot unpack it: {error.strerror or error}") from error

    def _begin(self) -> None:
        """Go back behind the head, if anything behind it was taken already."""
        if not self._has_moved:
            return
        if self._again is None:
            raise InputError(
                "it came through a pipe, and can be read once only", "save it, and name the file"
            )
        try:
            self._stream, self._has_moved = self._again(), False
        except OSError as error:
            raise InputError(f"cannot read it again: {error.strerror or error}") from error

    def _chunk(self) -> bytes:
        try:
            chunk = self._stream.read(_CHUNK)
        except OSError as error:
            raise InputError(f"cannot read on: {error.strerror or error}") from error
        self._has_moved = self._has_moved or bool(chunk)
        return chunk


def free_space() -> int:
    """Return the bytes that are free where temporary files lie."""
    import shutil

    return shutil.disk_usage(_spool_folder()).free


def _spool_folder() -> str:
    import tempfile

    return tempfile.gettempdir()


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
    stream = unpacked(start, raw)
    head = start if stream is None else stream.read(HEAD)
    is_file = source.size is not None
    again = partial(_behind_head, raw, len(head)) if is_file else None
    if stream is None:
        return Opened(source, head, raw, raw if is_file else None, _again=again)
    return Opened(source, head, stream, _again=again)


def _behind_head(raw: BinaryIO, length: int) -> Readable:
    """Return the stream of a file that was read before, behind a head of that length."""
    raw.seek(0)
    stream = unpacked(raw.read(HEAD), raw)
    if stream is None:
        raw.seek(length)
        return raw
    while length > 0 and (part := stream.read(length)):
        length -= len(part)
    return stream


_NAME_ONE = "name a file or a folder that exists, or - for standard input"


def _help_for_missing(path: Path) -> str:
    from difflib import get_close_matches

    try:
        siblings = [entry.name for entry in path.parent.iterdir()]
    except (OSError, ValueError):
        return _NAME_ONE
    near = [name for name in get_close_matches(path.name, siblings, n=1, cutoff=0.6) if name != path.name]
    return f"did you mean {path.parent / near[0]}?" if near else _NAME_ONE
