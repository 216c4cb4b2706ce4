"""How far long work is, on stderr: only on a terminal, and only when it lasts."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from memdoctor.cli.outgoing import outgoing
from memdoctor.progress import listening
from memdoctor.units import size

_SILENT = 1.0  # seconds
_EVERY = 0.1


@contextmanager
def shown_progress() -> Iterator[None]:
    """Show the stage of the work, and the bytes done, on one line that is gone afterwards."""
    line = _Line()
    with listening(line.show, line.note):
        try:
            yield
        finally:
            line.clear()


class _Line:
    """The line at the bottom of the terminal."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._last = 0.0
        self._length = 0
        self._on = sys.stderr is not None and sys.stderr.isatty()

    def show(self, stage: str, done: int, total: int) -> None:
        """Show a stage, unless the work is short or the last one is only just there."""
        now = time.monotonic()
        if not self._on or now - self._start < _SILENT or now - self._last < _EVERY:
            return
        self._last = now
        bytes_done = f" {size(done)}" if done else ""
        of = f" of {size(total)}" if total else ""
        text = outgoing(f"{stage}{bytes_done}{of} …")[:79]
        sys.stderr.write(f"\r{text}{' ' * (self._length - len(text))}")
        sys.stderr.flush()
        self._length = len(text)

    def note(self, text: str) -> None:
        """Say something that stays there, terminal or not."""
        from memdoctor.cli.publish import tell

        self.clear()
        tell(text, word="note")

    def clear(self) -> None:
        """Take the line away."""
        if self._length:
            sys.stderr.write(f"\r{' ' * self._length}\r")
            sys.stderr.flush()
            self._length = 0
