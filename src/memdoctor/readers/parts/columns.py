"""Columns of tables: which field a heading names, in which unit, and what a cell under it says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from memdoctor.model import Problem, Sample
from memdoctor.readers.parts import sizes, times, values
from memdoctor.readers.parts.draft import Draft
from memdoctor.readers.parts.values import WrongKindError
from memdoctor.units import size

# Field → its kind and its spellings, in lower case and without what is neither letter nor digit.
_SPELLINGS: dict[str, tuple[str, str]] = {
    "rss": ("size", "rss residentset residentsetsize residentmemory rssmemory"),
    "heap_total": ("size", "heaptotal totalheap totalheapsize heapsizetotal heapcommitted committedheap"),
    "heap_used": ("size", "heapused usedheap usedheapsize heapsizeused"),
    "external": ("size", "external externalmemory"),
    "array_buffers": ("size", "arraybuffers arraybuffer"),
    "heap_limit": ("size", "heaplimit heapsizelimit"),
    "malloced": ("size", "malloced mallocedmemory"),
    "peak_malloced": ("size", "peakmalloced peakmallocedmemory"),
    "max_rss": ("size", "maxrss peakrss rsspeak rssmax"),
    "at": ("time", "timestamp time date datetime timeutc dateutc ts at when"),
    "uptime": ("uptime", "uptime"),
    "pid": ("count", "pid processid"),
    "handles": ("count", "handles activehandles"),
    "requests": ("count", "activerequests"),
    "file_descriptors": ("count", "fds openfds filedescriptors openfiledescriptors"),
    "reported_rate_per_hour": ("rate", "growthrate memorygrowthrate"),
}
_NAMES = {word: (target, kind) for target, (kind, words) in _SPELLINGS.items() for word in words.split(" ")}
# What a person calls them in a table of few words; elsewhere `used` may be the machine's memory.
_LOOSE = {
    "used": ("heap_used", "size"),
    "committed": ("heap_total", "size"),
    "elapsed": ("at", "time"),
    "after": ("at", "time"),
    "t": ("at", "time"),
}
_PREFIXES = ("memoryusage", "memory", "process", "mem", "nodejs", "node", "v8")
_UNIT = re.compile(
    r"(?:(?<=[a-z])(?=[A-Z])|[\s_(\[/.,-]{1,4})(?P<unit>[A-Za-z]{1,12})[)\]]?$",
)
_LONGEST_HEADING = 60
_EPOCH = 1e9  # seconds: a `timestamp_ms` above it is no length but a moment of this century
_ABSENT = frozenset({"", "-", "–", "—", "null", "undefined", "n/a", "none"})

# Those that say what a table is about; a time and a pid alone may stand in any table.
MEMORY = frozenset({"rss", "heap_total", "heap_used", "external", "array_buffers"})


@dataclass(frozen=True, slots=True)
class Column:
    """A known column: the field it holds, of which kind, and the unit its heading names."""

    target: str
    kind: str  # size, time, uptime, count, rate
    unit: str = ""


def column_of(heading: str, *, loose: bool = False) -> Column | None:
    """Return what a heading names, in any spelling, or None.

    >>> column_of("Heap Total (MB)")
    Column(target='heap_total', kind='size', unit='mb')
    """
    return _column_of(heading, loose) if len(heading) <= _LONGEST_HEADING else None


@lru_cache(maxsize=1024)  # in a log the same names stand in every line
def _column_of(heading: str, loose: bool) -> Column | None:
    heading = heading.strip().strip("\"'*`: ")
    unit = ""
    if (match := _UNIT.search(heading)) and _is_unit(match["unit"]):
        unit, heading = match["unit"].lower(), heading[: match.start()]
    named = _named(heading, loose)
    if named is None or not _fits(named[1], unit):
        return None
    if named == ("max_rss", "size") and not unit:
        return None  # KiB by the API, bytes elsewhere: without a unit nobody knows
    return Column(*named, unit)


def _named(heading: str, loose: bool) -> tuple[str, str] | None:
    word = "".join(char for char in heading.lower() if char.isalnum())
    if loose and word in _LOOSE:
        return _LOOSE[word]
    while True:
        named = _NAMES.get(word)
        prefix = next((prefix for prefix in _PREFIXES if word.startswith(prefix)), "")
        if named or not prefix:
            return named
        word = word.removeprefix(prefix)


def _is_unit(word: str) -> bool:
    return sizes.is_unit(word) or word.lower() in times.UNITS


def _fits(kind: str, unit: str) -> bool:
    if kind in {"time", "uptime"}:
        return not unit or unit in times.UNITS
    return not unit or (kind in {"size", "rate"} and sizes.is_unit(unit))


@dataclass(slots=True)
class Notes:
    """What is to be said once about all the sizes and times of an input."""

    name: str
    first: dict[str, str] = field(default_factory=dict)  # what was assumed → where first
    coarsest: int = 1
    rounded_at: str = ""

    def assume(self, what: str, place: str) -> None:
        """Remember an assumption, with the first place that needed it."""
        self.first.setdefault(what, place)

    def round(self, resolution: int, place: str) -> None:
        """Remember that a size was rounded."""
        if resolution > 1:
            self.rounded_at = self.rounded_at or place
            self.coarsest = max(self.coarsest, resolution)

    def problems(self) -> Iterator[Problem]:
        """Yield what was assumed, and to what the sizes are rounded."""
        if self.coarsest > 1:
            message = f"the sizes are rounded, the coarsest to {size(self.coarsest)}"
            yield Problem(self.name, message, place=self.rounded_at)
        for what, place in self.first.items():
            yield Problem(self.name, what, place=place)


BINARY_ASSUMED = "MB is taken for MiB (1024 × 1024 bytes), as Node's users print it"
DECIMAL_SHOWN = "MB is a million bytes here: the rate and the uptime of the table show it"
BINARY_SHOWN = "MB is MiB (1024 × 1024 bytes) here: the rate and the uptime of the table show it"
START_ASSUMED = "the times are lengths: they are taken for the time since the process started"


@dataclass(slots=True)
class Row:
    """One sample on its way, its fields taken from cells of text."""

    draft: Draft
    notes: Notes
    thousands: bool = False
    base: int = sizes.BINARY
    vague: str = BINARY_ASSUMED  # what is said of a unit of two meanings
    resolution: int = 1

    def take(self, column: Column, cell: str, place: str) -> None:
        """Set the column's field to what the cell says; a cell that says nothing is *not reported*."""
        text = cell.strip().strip("'\"`*").strip()
        if text.lower() in _ABSENT:
            return
        if column.kind == "time":
            self._take_time(column, text, place)
            return
        self.draft.take(column.target, text, lambda raw: self._value(column, raw, place), place)

    def take_moment(self, at: datetime | None, place: str) -> None:
        """Set the time of the sample unless it has one."""
        self.draft.take("at", at, lambda known: known, place)

    def finish(self, place: str, **more: Any) -> Iterator[Sample | Problem]:
        """Yield the sample and its problems."""
        resolution = self.resolution if self.resolution > 1 else None
        yield from self.draft.finish(place, resolution=resolution, **more)

    def _value(self, column: Column, text: str, place: str) -> float:
        if column.kind == "size":
            return self._size(text, column.unit, place)
        if column.kind == "count":
            return _count(text)
        if column.kind == "rate":
            return _rate(text, column.unit)
        return times.seconds(text, column.unit or "s")

    def _size(self, text: str, unit: str, place: str) -> int:
        if not unit and text.isdecimal() and text.isascii() and len(text) < 16:
            return int(text)  # bytes: most of all cells
        found = sizes.parse_size(text, unit=unit, base=self.base, thousands=self.thousands)
        taken = values.whole(found.bytes)
        self.resolution = max(self.resolution, found.resolution)
        self.notes.round(found.resolution, place)
        if found.vague and self.vague:
            self.notes.assume(self.vague, place)
        return taken

    def _take_time(self, column: Column, text: str, place: str) -> None:
        """Take a moment; a length of time instead is one since the start. 10:32:05 may be either."""
        try:
            length = times.seconds(text, column.unit) if ":" not in text else None
        except WrongKindError:
            length = None
        if length is None or length >= _EPOCH:
            self.draft.take(column.target, text, times.moment, place)
        else:
            self.draft.take("uptime", length, values.number, place)
            self.notes.assume(START_ASSUMED, place)


def _count(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,15}(?:\.0{1,6})?", text):
        raise WrongKindError(f"{sizes.shown(text)} is no whole number")
    return values.whole(float(text))


def _rate(text: str, unit: str) -> float:
    if unit or re.fullmatch(sizes.NUMBER, text):
        raise WrongKindError(f"{sizes.shown(text)} has no unit of a rate")
    return values.number(sizes.parse_rate(text))
