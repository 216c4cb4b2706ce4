"""Ctrl-C and the signals that end a program, taken at moments when nothing is left half done."""

import signal
import time
from types import FrameType
from typing import Any, Self

_TICK = 0.1
_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class EndedError(Exception):
    """Somebody ended memdoctor, by the signal of this number."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


class Interrupts:
    """Notes signals that end a program while it is entered; `check` raises what was noted.

    So no wait, no cleaning up is cut short wherever it happens to be.
    """

    def __init__(self) -> None:
        self._number: int | None = None
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        for number in _SIGNALS:
            if signal.getsignal(number) != signal.SIG_IGN:  # nohup stays what it is
                self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number: int, _: FrameType | None) -> None:
        self._number = self._number or number

    def check(self) -> None:
        """Raise EndedError if a signal came."""
        if self._number is not None:
            raise EndedError(self._number)

    def sleep(self, seconds: float) -> None:
        """Wait so long. Raises EndedError as soon as a signal comes."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.check()
            time.sleep(min(_TICK, left))
        self.check()
