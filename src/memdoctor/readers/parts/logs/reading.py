"""A log from its first byte to its last: events, samples of the heap, and how much there was."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from memdoctor.errors import InputError
from memdoctor.model import Event, Log, Problem, Sample
from memdoctor.progress import tell
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts.logs.clock import Clock, Zones
from memdoctor.readers.parts.logs.found import Found
from memdoctor.readers.parts.logs.gc_records import Record
from memdoctor.readers.parts.logs.gc_trace import Isolates, sample_of
from memdoctor.readers.parts.logs.kept import Draft, Kept
from memdoctor.readers.parts.logs.lines import bounds
from memdoctor.readers.parts.logs.pm2_lines import KINDS as OF_PM2
from memdoctor.readers.parts.logs.scan import Scan
from memdoctor.readers.parts.logs.windows import Window, Windows
from memdoctor.readers.parts.logs.writers import NOBODY, writer_of

_LINE_END = ord("\n")
_LONGEST_PREFIX = 400  # bytes of a line in which its time stands


@dataclass(slots=True)
class Reading:
    """One log on its way."""

    name: str
    isolates: Isolates
    scan: Scan
    lines: int = 0  # line ends before the place that was counted last
    clock: Clock = field(default_factory=Clock)
    zones: Zones = field(default_factory=Zones)
    kept: Kept = field(default_factory=Kept)
    traced: bool = False
    failure: InputError | None = None  # why it could not be read to its end
    _counted: int = 0  # byte of the log
    _ends_in_line: bool = False
    _nuls: int = 0

    @classmethod
    def of(cls, opened: Opened) -> "Reading":
        """Begin with a log."""
        return cls(opened.source.name, Isolates(opened.source.name), Scan(opened.head))

    @property
    def says_something(self) -> bool:
        """Whether there was any signal."""
        return bool(self.kept) or self.traced

    def samples(self, opened: Opened, stop_at: tuple[bytes, ...] = ()) -> Iterator[Sample]:
        """Read a log to its end, and yield the heap after each full collection; the rest is kept.

        If one of `stop_at` stands in it, FiguresError is raised.
        """
        windows = Windows(opened.chunks())
        for window in windows:
            tell("reading", windows.read, opened.source.size or 0)
            if any(word in window.text for word in stop_at):
                raise FiguresError
            if not window.offset:
                self.clock.begin(window)
            for found in self.scan.found(window):
                line = self._count(window, found.at) + 1
                if found.record is None:
                    self._take(window, found, line)
                elif sample := self._collection(window, found.record, line):
                    yield sample
            self.clock.pass_by(window)
            self._count(window, window.limit)
            self._ends_in_line = not window.text.endswith(b"\n")
        self._nuls, self.failure = windows.nuls, windows.failure

    def events(self) -> Iterator[Event | Log | Problem]:
        """Yield what was kept: events in their order, what was left out, and the log itself.

        Raises InputError at the end if the log could not be read to its own.
        """
        for draft in self.kept.drafts():
            yield self._event(draft)
        yield from self.isolates.events()
        yield from self._problems()
        near, lines = self.clock.dated, self.lines + self._ends_in_line
        ends = (self.zones.utc(self.clock.first, 1, near), self.zones.utc(self.clock.latest, lines, near))
        told = [one for one in ends if one is not None]
        first, last = (min(told), max(told)) if told else (None, None)
        yield Log(self.name, lines, first, last, self.zones.name)
        if self.failure is not None:
            raise self.failure

    def _take(self, window: Window, found: Found, line: int) -> None:
        if found.zone is not None:
            self.zones.tell(line, found.zone)
        start, end = bounds(window.text, found.at)
        raw = window.text[start:end]
        # A line of PM2's own log names its app; who is named before another line wrote it.
        writer = writer_of(raw) if found.kind not in OF_PM2 else NOBODY
        self.kept.add(
            Draft(
                line,
                found.kind or "",
                self.clock.at(window, start, raw),
                writer.pid if found.pid is None else found.pid,
                writer.app if found.app is None else found.app,
                writer.pm_id if found.pm_id is None else found.pm_id,
                found.detail,
            )
        )

    def _collection(self, window: Window, record: Record, line: int) -> Sample | None:
        stamp, text = None, window.text
        if record.start and text[record.start - 1] != _LINE_END:  # else no time stands before it
            start, _ = bounds(text, record.start)
            stamp = self.clock.own(window, start, text[start : record.start][:_LONGEST_PREFIX])
        at = self.zones.utc(stamp, line, self.clock.dated)
        self.traced = True
        kept = self.isolates.add(record, line, at)
        return sample_of(record, record.full, self.name, line, at) if kept and record.full else None

    def _count(self, window: Window, position: int) -> int:
        """Return how many line ends stand before a place; each byte is counted once, or near a place."""
        start = self._counted - window.offset
        if position < start:  # the head of something whose end stood behind the piece before
            return self.lines - window.text.count(b"\n", position, start)
        self.lines += window.text.count(b"\n", start, position)
        self._counted = window.offset + position
        return self.lines

    def _event(self, draft: Draft) -> Event:
        near = self.clock.dated
        return Event(
            self.name,
            draft.line,
            draft.kind,
            self.zones.utc(draft.stamp, draft.line, near),
            draft.pid,
            draft.app,
            draft.pm_id,
            draft.detail,
            draft.count,
            draft.last_line,
            self.zones.utc(draft.last_stamp, draft.last_line or draft.line, near),
        )

    def _problems(self) -> Iterator[Problem]:
        for message in self.kept.left_out():
            yield Problem(self.name, message, place=self.name)
        if self.isolates.left_out:
            message = f"too many isolates: {self.isolates.left_out} collections were left out"
            yield Problem(self.name, message, place=self.name)
        for word in self.scan.noise:
            message = f"{word!r} stands in it too often without meaning anything: not looked for to the end"
            yield Problem(self.name, message, place=self.name)
        if self._nuls:
            message = f"{self._nuls} bytes that are 0: left out"
            yield Problem(
                self.name, message, "is it UTF-16, or was it cut while it was written?", self.name
            )


class FiguresError(Exception):
    """There are memory figures in a log: other readers know them better."""
