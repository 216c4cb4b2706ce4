"""The lines of --trace-gc: each isolate's collections, counted, and the floor of its heap."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from memdoctor.model import COLLECTIONS, TRACE_GC, Collection, Event, Mark, Sample
from memdoctor.readers.parts.logs.found import Found
from memdoctor.readers.parts.logs.gc_records import Record, record_at
from memdoctor.readers.parts.logs.lines import bounds
from memdoctor.readers.parts.logs.out_of_memory import last_collections

_MOST_KEPT = 12
_MOST_ISOLATES = 1000
_BACK = 1.0  # seconds that a time may go back without being that of another process


def collection(text: bytes, position: int, done: int) -> Found:
    """Return the collection at a place; or the fatal error, if it is one of the last before that."""
    record = record_at(text, position)
    if record is None or record.start < done:
        return Found(bounds(text, position)[1])
    if fatal := last_collections(text, record.start, done):
        return fatal
    return Found(max(record.end, position + 1), record.start, COLLECTIONS, record=record)


@dataclass(slots=True)
class _Isolate:
    """What was counted of one isolate."""

    line: int
    at: datetime | None
    first: float
    last: float = 0.0
    last_line: int = 0
    last_at: datetime | None = None
    scavenges: int = 0
    full: int = 0
    pause: float | None = None
    kept: deque[Collection] = field(default_factory=lambda: deque(maxlen=_MOST_KEPT))

    def add(self, record: Record, line: int, at: datetime | None) -> None:
        """Count a collection."""
        self.last, self.last_line, self.last_at = record.since_start, line, at
        if record.full is None:
            self.scavenges += 1
            return
        self.full += 1
        if record.full.pause is not None:
            self.pause = (self.pause or 0.0) + record.full.pause
        self.kept.append(record.full)

    def event(self, source: str, pid: int) -> Event:
        """Return all of it as one event."""
        detail = {
            "scavenges": self.scavenges,
            "full": self.full,
            "first": self.first,
            "last": self.last,
            "pause": None if self.pause is None else round(self.pause, 6),
            "collections": tuple(self.kept),
        }
        return Event(
            source,
            self.line,
            COLLECTIONS,
            self.at,
            pid,
            detail=detail,
            last_line=self.last_line,
            last_at=self.last_at,
        )


class Isolates:
    """All isolates of one log. One whose time goes back is that of another process."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._live: dict[tuple[int, str], _Isolate] = {}
        self._ended: list[tuple[int, _Isolate]] = []
        self.left_out = 0  # collections of too many isolates

    def add(self, record: Record, line: int, at: datetime | None) -> bool:
        """Count a collection; return whether its isolate is one of those that are kept."""
        key = (record.pid, record.isolate)
        known = self._live.get(key)
        if known is not None and record.since_start < known.last - _BACK:
            self._ended.append((record.pid, self._live.pop(key)))
            known = None
        if known is None:
            if len(self._live) + len(self._ended) >= _MOST_ISOLATES:
                self.left_out += 1
                return False
            known = self._live[key] = _Isolate(line, at, record.since_start)
        known.add(record, line, at)
        return True

    def events(self) -> Iterator[Event]:
        """Yield an event for each isolate, in the order in which they began."""
        live = [(pid, isolate) for (pid, _), isolate in self._live.items()]
        for pid, isolate in sorted((*self._ended, *live), key=lambda one: one[1].line):
            yield isolate.event(self._source, pid)


def sample_of(record: Record, full: Collection, source: str, line: int, at: datetime | None) -> Sample:
    """Return the heap just after a full collection."""
    place = f"{source}:{line}"
    told = {"uptime": True, "pid": True, "heap_used": True, "heap_total": full.committed_after, "at": at}
    places = {name: place for name, value in told.items() if value is not None}
    return Sample(
        source,
        place,
        places,
        series=f"pid {record.pid}, isolate {record.isolate}",
        document=TRACE_GC,
        at=at,
        uptime=record.since_start,
        pid=record.pid,
        marks=(Mark("node", "a line of --trace-gc", place),),
        after_collection=True,
        resolution=record.step,
        heap_used=full.after,
        heap_total=full.committed_after,
    )
