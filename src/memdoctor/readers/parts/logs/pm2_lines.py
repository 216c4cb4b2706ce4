"""What PM2's daemon writes of its apps: they start, come online, end, are stopped, are given up on."""

import re
from collections.abc import Mapping
from typing import Any

from memdoctor.model import DAEMON, EXIT, GAVE_UP, MEMORY_RESTART, ONLINE, START, STOP
from memdoctor.readers.parts.logs.found import Found
from memdoctor.readers.parts.logs.lines import Line, after, line_at
from memdoctor.readers.parts.logs.plain import words
from memdoctor.readers.parts.logs.stamps import stamp_in

NEEDLE, SHORT_NEEDLE = b"PM2 log: ", b"PM2 "
KINDS = (START, ONLINE, EXIT, STOP, MEMORY_RESTART, GAVE_UP, DAEMON)
# Names hold what they like: what follows them decides where they end.
_APP = re.compile(
    rb"App \[(.{1,300}):((?:_old_)?\d{1,9})\] (?:(online)|starting in -(\w{1,20}) mode-"
    rb"|exited with code \[([^\]\n]{0,20})\] via signal \[([^\]\n]{0,20})\])"
)
_STOP = re.compile(rb"Stopping app:(.{1,300}) id:((?:_old_)?\d{1,9})\Z")
_MEMORY = re.compile(
    rb"Process (\d{1,9}) restarted because it exceeds --max-memory-restart value"
    rb"(?: \(current_memory=(\d{1,18}) max_memory_limit=(\d{1,18}))?"
)
_GAVE_UP = re.compile(rb"Script .{1,1000}? had too many unstable restarts \((\d{1,9})\)")
_DAEMON = b"New PM2 Daemon started"
_SAYS = re.compile(
    rb"App \[|Stopping app:|--max-memory-restart | unstable restarts \(|New PM2 Daemon started"
)
_MOST_BEFORE = 1100  # bytes from the begin of what is told to the words that tell what it is
_FIELD = re.compile(rb"(Time|PM2 version|Node\.js version|PM2 home) {1,30}: (.{1,300})")
_NAMES = {b"PM2 version": "version", b"Node.js version": "node", b"PM2 home": "home"}
_LONGEST = 2048  # bytes of a line
_HEADER, _MOST_FIELDS = 8192, 20  # bytes and lines of what the daemon says of itself
_EXIT_CODE = re.compile(rb"-?\d{1,9}")
_DEFAULT = b"SIGINT"  # what PM2 writes where there was no signal
_REPLACED = b"_old_"  # before the number of a worker that a reload replaces: it ends because it shall
_MOST_APPS = 4096


_Told = tuple[str, Mapping[str, Any], str | None, int | None]  # kind, detail, app and its number


class Daemon:
    """PM2's lines of one log, in their order."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._stopped: set[bytes] = set()  # numbers as they are written
        self._over_limit: set[int] = set()
        self._ended: tuple[str | None, int | None] = (None, None)  # whose end the line before told
        self._kinds = {
            b"App [": (_APP, self._state),
            b"Stopping app:": (_STOP, self._stop),
            b"--max-memory-restart ": (_MEMORY, self._memory_restart),
            b" unstable restarts (": (_GAVE_UP, self._giving_up),
        }

    def line(self, text: bytes, position: int, done: int) -> Found:
        """Return what the line at a place tells."""
        line = line_at(text, position, done)
        if (said := _SAYS.search(line.text, 0, _LONGEST)) is None:
            return Found(line.end)
        if said[0] == _DAEMON:
            self._names.clear()
            return _started(text, position, line)
        pattern, tell = self._kinds[said[0]]
        found = pattern.search(line.text, max(said.start() - _MOST_BEFORE, 0), _LONGEST)
        if found is None:
            return Found(line.end)
        kind, detail, app, number = tell(found)
        self._ended = (app, number) if kind == EXIT else (None, None)
        return Found(line.end, position, kind, detail, app=app, pm_id=number)

    def _state(self, found: re.Match[bytes]) -> _Told:
        name, number = self._known(found)
        if found[4] is not None:
            kind, detail = START, {"mode": words(found[4])}
        elif found[5] is not None:
            kind, detail = EXIT, self._exit(found, number)
        else:
            kind, detail = ONLINE, {}
        self._stopped.discard(found[2])
        return kind, detail, name, number

    def _exit(self, found: re.Match[bytes], number: int) -> dict[str, Any]:
        """Return how an app ended; PM2 names a signal also where there was none."""
        is_stopped = found[2] in self._stopped or found[2].startswith(_REPLACED)
        code = int(found[5]) if _EXIT_CODE.fullmatch(found[5]) else None
        is_default = found[6] == _DEFAULT and not (is_stopped and code == 0)
        over_limit = number in self._over_limit
        self._over_limit.discard(number)
        signal = None if is_default or not found[6] else words(found[6])
        return {"code": code, "signal": signal, "stopped": is_stopped, "memory": over_limit}

    def _stop(self, found: re.Match[bytes]) -> _Told:
        self._stopped.add(found[2])
        return STOP, {}, *self._known(found)

    def _memory_restart(self, found: re.Match[bytes]) -> _Told:
        number = int(found[1])
        self._forget_too_many()
        self._over_limit.add(number)
        rss, limit = (None if text is None else int(text) for text in (found[2], found[3]))
        return MEMORY_RESTART, {"rss": rss, "limit": limit}, self._names.get(number), number

    def _giving_up(self, found: re.Match[bytes]) -> _Told:
        return GAVE_UP, {"restarts": int(found[1])}, *self._ended

    def _known(self, found: re.Match[bytes]) -> tuple[str, int]:
        """Return the name and the number of an app, and remember them."""
        self._forget_too_many()
        number = int(found[2].removeprefix(_REPLACED))
        name = self._names[number] = words(found[1])
        return name, number

    def _forget_too_many(self) -> None:
        for known in (self._names, self._stopped, self._over_limit):
            if len(known) >= _MOST_APPS:
                known.clear()


def _started(text: bytes, position: int, first: Line) -> Found:
    """Return what a daemon says of itself when it starts; the lines behind it belong to that."""
    detail: dict[str, Any] = dict.fromkeys(("version", "node", "home"))
    zone, end = None, first.end
    for line in after(text, first, _MOST_FIELDS, _HEADER):
        if b" : " not in line.text:
            break
        if field := _FIELD.search(line.text):
            end = line.end
            if field[1] != b"Time":
                detail[_NAMES[field[1]]] = words(field[2])
            elif (stamp := stamp_in(field[2])) and stamp.offset is not None:
                zone = stamp.offset
    return Found(end, position, DAEMON, detail, zone=zone)
