"""A log from its first byte to its last: events, samples of the heap, and how much there was."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from memdoctor.cuts import whole_words
from memdoctor.errors import InputError
from memdoctor.model import LAST_CHANGE, Event, Log, Problem, Sample, Source
from memdoctor.progress import tell
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts.logs.clock import Clock, Dating, Zones, nearest_to, until
from memdoctor.readers.parts.logs.found import Found
from memdoctor.readers.parts.logs.gc_records import Record
from memdoctor.readers.parts.logs.gc_trace import Isolates, sample_of
from memdoctor.readers.parts.logs.kept import Draft, Kept
from memdoctor.readers.parts.logs.lines import bounds, enclosing
from memdoctor.readers.parts.logs.plain import ends_with_cr_alone
from memdoctor.readers.parts.logs.pm2_lines import KINDS as OF_PM2
from memdoctor.readers.parts.logs.repeats import joined, without_repeats
from memdoctor.readers.parts.logs.scan import Scan
from memdoctor.readers.parts.logs.stamps import Stamp
from memdoctor.readers.parts.logs.windows import Window, Windows
from memdoctor.readers.parts.logs.writers import NOBODY, writer_of
from memdoctor.secrets import mask_words
from memdoctor.units import count_of

_LINE_END = ord("\n")
_LONGEST_PREFIX = 400  # bytes of a line in which its time stands
_JOINED, _OF_UTF_16 = (
    "was it joined with itself, or with a copy?",
    "is it UTF-16, or was it cut while it was written?",
)
_LONGEST_TEXT = 500  # characters of a text in the detail of an event


@dataclass(slots=True)
class Reading:
    """One log on its way."""

    name: str
    isolates: Isolates
    scan: Scan
    changed: datetime | None  # the file of the log, last; None for what came through a pipe
    with_cr: bool
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
        name, with_cr = opened.source.name, ends_with_cr_alone(opened.head.replace(b"\0", b""))
        return cls(name, Isolates(name), Scan(opened.head), _changed(opened.source), with_cr)

    @property
    def says_something(self) -> bool:
        """Whether there was any signal."""
        return bool(self.kept) or self.traced

    def samples(self, opened: Opened, stop_at: tuple[bytes, ...] = ()) -> Iterator[Sample]:
        """Read a log to its end, and yield the heap after each full collection; the rest is kept.

        If one of `stop_at` stands in it, FiguresError is raised.
        """
        windows = Windows(opened.chunks(), with_cr=self.with_cr)
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
        drafts, copies = self.kept.drafts(), 0
        if self.kept.is_in_order:
            drafts, copies = without_repeats(drafts)
        dating = self._dating(self.clock.latest)
        for draft in joined(drafts):
            yield self._event(draft, dating)
        yield from self.isolates.events()
        yield from self._problems(copies)
        zones, lines = self.zones, self.lines + self._ends_in_line
        ends = (zones.utc(self.clock.first, 1, dating), zones.utc(self.clock.latest, lines, dating))
        told = [one for one in ends if one is not None]
        first, last = (min(told), max(told)) if told else (None, None)
        if first and last and self.clock.dated is None:
            yield self._problem(*_years(first.year, last.year, self.changed))
        left_out = self.kept.left_out
        yield Log(self.name, lines, first, last, zones.name, zones.offset, zones.assumed, left_out)
        if self.failure is not None:
            raise self.failure

    def _take(self, window: Window, found: Found, line: int) -> None:
        if found.zone is not None:
            self.zones.tell(line, found.zone)
        start, end = bounds(window.text, found.at)
        raw = window.text[start:end]
        # A line of PM2's own log names its app; who is named before another line wrote it.
        is_of_pm2 = found.kind in OF_PM2
        writer = NOBODY if is_of_pm2 else writer_of(enclosing(window.text, found.at))
        self.kept.add(
            Draft(
                line,
                found.kind or "",
                self.clock.at(window, start, raw),
                writer.pid if found.pid is None else found.pid,
                writer.app if found.app is None else found.app,
                writer.pm_id if found.pm_id is None else found.pm_id,
                _without_secrets(found.detail),
            )
        )

    def _collection(self, window: Window, record: Record, line: int) -> Sample | None:
        stamp, text = None, window.text
        if record.start and text[record.start - 1] != _LINE_END:  # else no time stands before it
            start, _ = bounds(text, record.start)
            stamp = self.clock.own(window, start, text[start : record.start][:_LONGEST_PREFIX])
        at = self.zones.utc(stamp, line, self._dating(stamp)) if stamp else None
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

    def _dating(self, last: Stamp | None) -> Dating:
        """Return how times without a year get theirs: near one that has it, else the last by its file."""
        if self.clock.dated is not None:
            return nearest_to(self.clock.dated.wall)
        moment = (self.changed or datetime.now(UTC)).replace(tzinfo=None)
        return until(moment if last is None else last.wall, moment)

    def _event(self, draft: Draft, dating: Dating) -> Event:
        return Event(
            self.name,
            draft.line,
            draft.kind,
            self.zones.utc(draft.stamp, draft.line, dating),
            draft.pid,
            draft.app,
            draft.pm_id,
            draft.detail,
            draft.count,
            draft.last_line,
            self.zones.utc(draft.last_stamp, draft.last_line or draft.line, dating),
        )

    def _problems(self, copies: int) -> Iterator[Problem]:
        for message in self.kept.losses():
            yield self._problem(message)
        if copies:
            yield self._problem(f"{count_of(copies, 'event')} that it tells again: counted once", _JOINED)
        if self.isolates.left_out:
            were = count_of(self.isolates.left_out, "collection was", "collections were")
            yield self._problem(f"too many isolates: {were} left out")
        for word in self.scan.noise:
            message = f"{word!r} stands in it too often without meaning anything: not looked for to the end"
            yield self._problem(message)
        if self.with_cr:
            yield self._problem("its lines end with CR alone, as on old Macs: read as lines")
        if self._nuls:
            yield self._problem(
                f"{count_of(self._nuls, 'byte')} that {'is' if self._nuls == 1 else 'are'} 0: left out",
                _OF_UTF_16,
            )

    def _problem(self, message: str, help: str = "") -> Problem:  # noqa: A002 - the word users see
        return Problem(self.name, message, help, self.name)


def _changed(source: Source) -> datetime | None:
    try:
        seconds = Path(source.name).stat().st_mtime if source.kind == "path" else None
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (OSError, OverflowError, ValueError):
        return None


def _years(first: int, last: int, changed: datetime | None) -> tuple[str, str]:
    """Return what to say of times that tell no year."""
    years = str(last) if first == last else f"{first} to {last}"
    origin = LAST_CHANGE if changed else "the time at which it was read"
    return f"no year: taken for {years}", f"from {origin}"


def _without_secrets(detail: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the detail of an event without what looks like a secret: names and paths may hold one."""
    return {name: _masked(value) if isinstance(value, str) else value for name, value in detail.items()}


@lru_cache(maxsize=256)
def _masked(text: str) -> str:
    return whole_words(mask_words(tuple(text.split(" "))), _LONGEST_TEXT)


class FiguresError(Exception):
    """There are memory figures in a log: other readers know them better."""
