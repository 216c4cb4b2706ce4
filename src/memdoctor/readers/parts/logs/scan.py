"""Find the signals of a log in its pieces: a few words that are searched for, and what decides of each."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from heapq import heapify, heappop, heapreplace

from memdoctor.readers.parts.logs import (
    endings,
    gc_records,
    gc_trace,
    listeners,
    loggers,
    out_of_memory,
    pm2_lines,
)
from memdoctor.readers.parts.logs.found import Found, Handler
from memdoctor.readers.parts.logs.windows import Window

# A word that was nothing so often, and hardly ever something, is not searched for any longer.
_MOST_IN_VAIN, _SHARE_IN_VAIN = 1_000_000, 50
_OF_PM2 = re.compile(rb"(?m)^[^|\n]{0,60}(?:\b\d{1,6}\|[^|\n]{1,120}|\bPM2 {1,120})\| ")
_HEAD = 1 << 16  # bytes
_CARET = b"^"
_OF_LOGGERS = (b"ncaught", b"nhandled")  # what they mean has a stack beside it, in a string of JSON
_ESCAPE = b"\\"
_COST_OF_CARET = 10  # of one in vain: the lines below it were looked at


def signals(*, of_pm2: bool) -> Mapping[bytes, Handler]:
    """Return the words that are searched for, each with what decides whether it is a signal.

    Only `pm2 logs` shows lines of PM2 that do not say that they are its log.
    """
    ends, daemon = endings.Endings(), pm2_lines.Daemon()
    return {
        listeners.NEEDLE: listeners.warning,
        out_of_memory.NEEDLE: out_of_memory.end_of_heap,
        **dict.fromkeys(gc_records.NEEDLES, gc_trace.collection),
        b"Cannot find ": endings.missing_module,
        b"Module not found ": endings.missing_module,
        b"EADDRINUSE": endings.port_in_use,
        b"Failed to start server. ": endings.one_line,
        b"UnhandledPromiseRejection": endings.one_line,
        **dict.fromkeys(_OF_LOGGERS, loggers.uncaught),
        _CARET: ends.at_caret,
        b"Node.js v": ends.at_version,
        b"Bun v": ends.at_version,
        pm2_lines.SHORT_NEEDLE if of_pm2 else pm2_lines.NEEDLE: daemon.line,
    }


@dataclass(slots=True)
class _Searched:
    """A word, and how often it was something and nothing."""

    needle: bytes
    decide: Handler
    found: int = 0
    in_vain: int = 0

    @property
    def is_noise(self) -> bool:
        return self.in_vain > _MOST_IN_VAIN and self.in_vain > _SHARE_IN_VAIN * self.found

    def next(self, text: bytes, start: int, limit: int) -> int:
        """Return the next place before `limit` where the word begins, or -1."""
        return -1 if self.is_noise else text.find(self.needle, start, limit + len(self.needle) - 1)


class Scan:
    """The signals of one log, piece by piece, each of them once."""

    def __init__(self, head: bytes) -> None:
        of_pm2 = _OF_PM2.search(head[:_HEAD]) is not None
        self._searched = [_Searched(*signal) for signal in signals(of_pm2=of_pm2).items()]
        self._done = 0  # what stands before this byte of the log belongs to a signal that was told

    def found(self, window: Window) -> Iterator[Found]:
        """Yield the signals that begin in a piece, in order."""
        text, limit = window.text, window.limit
        done = max(self._done - window.offset, 0)
        start = max(window.first, done)
        has_escapes = _ESCAPE in text
        places = [
            (place, index)
            for index, searched in enumerate(self._searched)
            if (has_escapes or searched.needle not in _OF_LOGGERS)
            and (place := searched.next(text, start, limit)) >= 0
        ]
        heapify(places)
        while places:
            place, index = places[0]
            searched = self._searched[index]
            following = done
            if place >= done:
                found = searched.decide(text, place, done)
                following = max(found.end, place + 1)
                if found.kind is None:
                    searched.in_vain += _COST_OF_CARET if searched.needle == _CARET else 1
                else:
                    searched.found += 1
                    done = following
                    self._done = window.offset + done
                    yield found
            if (place := searched.next(text, following, limit)) >= 0:
                heapreplace(places, (place, index))
            else:
                heappop(places)

    @property
    def noise(self) -> list[str]:
        """The words that were no longer searched for."""
        return [one.needle.decode("ascii").strip() for one in self._searched if one.is_noise]
