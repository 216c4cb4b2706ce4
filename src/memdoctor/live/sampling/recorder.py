"""A record of looks, line by line: it can be ended at any moment, and goes on where it ended."""

import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from memdoctor.errors import CaptureError
from memdoctor.readers.parts.recording import VERSION, heading, is_heading

_LARGEST = 1 << 33  # bytes of one that goes on


class Recorder:
    """A file that looks are appended to, each in one write: a look is there whole, or its last line is cut.

    Raises CaptureError for a file that is there and is no recording, or cannot be written.
    """

    def __init__(self, path: Path, at: datetime, interval: float) -> None:
        self.path, self.lines, self.goes_on = path, 0, False
        begin = b""
        try:
            if path.exists():
                begin = self._continued()
                self.goes_on = bool(self.lines)
            mode = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
            self._file = os.open(path, mode, 0o600)
        except OSError as error:
            raise CaptureError(f"cannot write {path}: {error.strerror}", "name another file") from error
        self._claim()
        self._put(begin + orjson.dumps(heading(at, interval)) + b"\n")

    def _claim(self) -> None:
        """Keep others from writing into it. Raises CaptureError if another watch does."""
        try:
            import fcntl

            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:  # Windows
            return
        except OSError as error:
            os.close(self._file)
            raise CaptureError(f"another watch writes into {self.path}", "name another file") from error

    def write(self, lines: Iterable[Mapping[str, Any]]) -> None:
        """Append a look."""
        self._put(b"".join(orjson.dumps(line) + b"\n" for line in lines))

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)

    def _continued(self) -> bytes:
        """Return what a file that is there lacks at its end, and count its lines."""
        if not self.path.is_file() or self.path.stat().st_size > _LARGEST:
            raise CaptureError(f"{self.path} is no file that a recording could go on in", "name another")
        last = b"\n"
        with self.path.open("rb") as file:
            head = file.read(4096)
            if head:
                _check(head, self.path)
            file.seek(0)
            while part := file.read(1 << 20):
                self.lines += part.count(b"\n")
                last = part[-1:]
        return b"" if last == b"\n" else b"\n"

    def _put(self, data: bytes) -> None:
        count = data.count(b"\n")
        if not os.fstat(self._file).st_nlink:
            raise CaptureError(f"{self.path} was deleted", "what was recorded is gone")
        try:
            while data:
                data = data[os.write(self._file, data) :]
        except OSError as error:
            raise _unwritable(self.path, error) from error
        self.lines += count


def _check(head: bytes, path: Path) -> None:
    """Raise CaptureError for what is no recording that can go on."""
    from memdoctor.readers.signatures import is_recording

    if not is_recording(head):
        message = f"{path} is there, and no recording: nothing is written into it"
        raise CaptureError(message, "name another file")
    try:
        first = orjson.loads(head.partition(b"\n")[0])
    except orjson.JSONDecodeError:  # the begin was cut off
        return
    if is_heading(first) and first.get("version") != VERSION:
        raise CaptureError(f"{path} was written by another memdoctor", "name another file")


def _unwritable(path: Path, error: OSError) -> CaptureError:
    reason = error.strerror or str(error)
    return CaptureError(f"cannot write {path}: {reason}", "what was recorded so far can be read")
