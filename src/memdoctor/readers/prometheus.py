"""Prometheus text exposition, as prom-client writes it: one scrape or several, one process or several."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from memdoctor.cuts import beginning
from memdoctor.model import Problem, Sample, Space
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts import values
from memdoctor.readers.parts.draft import Draft
from memdoctor.readers.parts.plain import bounded, numbered, text_of
from memdoctor.readers.parts.values import Converter, WrongKindError

_METRICS: dict[str, tuple[str, Converter]] = {
    "process_resident_memory_bytes": ("rss", values.whole),
    "nodejs_heap_size_total_bytes": ("heap_total", values.whole),
    "nodejs_heap_size_used_bytes": ("heap_used", values.whole),
    "nodejs_external_memory_bytes": ("external", values.whole),
    "nodejs_active_handles_total": ("handles", values.whole),
    "nodejs_active_requests_total": ("requests", values.whole),
    "process_open_fds": ("file_descriptors", values.whole),
    "process_max_fds": ("descriptor_limit", values.whole),
    "process_cpu_user_seconds_total": ("cpu_user", values.number),
    "process_cpu_system_seconds_total": ("cpu_system", values.number),
}
_START = "process_start_time_seconds"
_VERSION = "nodejs_version_info"
_SPACES = {
    "nodejs_heap_space_size_total_bytes": "size",
    "nodejs_heap_space_size_used_bytes": "used",
    "nodejs_heap_space_size_available_bytes": "available",
}
_KNOWN = (*_METRICS, _START, _VERSION, *_SPACES)

# A process is what its labels say, but for those that tell the parts of one metric apart.
_PARTS = frozenset({"space", "version", "major", "minor", "patch"})

_LINE = re.compile(
    r"\s{0,8}(?P<metric>[A-Za-z_:][\w:]{0,199}+)\s{0,4}(?:\{(?P<labels>(?:[^\"}]|\"(?:[^\"\\]|\\.)*+\")*+)\})?"
    r"[ \t]{1,8}(?P<value>[^\s#]{1,40}+)"
    r"(?:[ \t]{1,8}(?P<at>-?[0-9]{1,20}(?:\.[0-9]{1,9})?))?[ \t]*+(?:#.*)?"
)
_LABEL = re.compile(r"(\w{1,60}+)\s?=\s?\"((?:[^\"\\]|\\.){0,200}+)\"")
_LONGEST_LINE = 10_000
_SAME_SCRAPE = 1.0  # seconds; old versions of prom-client stamp each metric by itself
_MOST_SPACES = 64
_MOST_OPEN = 100_000  # scrapes at once, which take 1 KiB each


def read(opened: Opened) -> Iterator[Sample | Problem]:
    """Yield a sample for each scrape of each process.

    Raises InputError if there is none of the metrics that tell of memory.
    """
    name = opened.source.name
    text, told = text_of(opened)
    yield from told
    records = _Scrapes(name).read(text)
    yield from bounded(records, name, "metrics, but none of memory", "scrape the default metrics too")


@dataclass(slots=True)
class _Scrape:
    """One look at one process: what was seen of it so far."""

    draft: Draft
    place: str
    stamp: float | None = None
    start: float | None = None
    start_place: str = ""
    seen: set[str] = field(default_factory=set)
    spaces: dict[str, dict[str, int]] = field(default_factory=dict)

    def accepts(self, key: str, stamp: float | None) -> bool:
        """Whether a metric can belong to this scrape: not seen yet, and of the same time."""
        same = stamp is None or self.stamp is None or abs(stamp - self.stamp) < _SAME_SCRAPE
        return key not in self.seen and same

    def finish(self, series: str) -> Iterator[Sample | Problem]:
        """Yield the sample; with a start and a time its age is known too."""
        if self.start is not None and self.stamp is not None and self.stamp >= self.start:
            self.draft.take("uptime", round(self.stamp - self.start, 3), values.number, self.start_place)
        spaces = tuple(
            Space(label, sizes.get("size"), sizes.get("used"), sizes.get("available"))
            for label, sizes in self.spaces.items()
        )
        yield from self.draft.finish(self.place, series=series, document="Prometheus text", spaces=spaces)


@dataclass(slots=True)
class _Process:
    """The scrapes of one process that may still get lines: all lines of one metric stand together."""

    scrapes: list[_Scrape] = field(default_factory=list)
    by_stamp: dict[float, _Scrape] = field(default_factory=dict)

    def scrape(self, key: str, stamp: float | None) -> _Scrape | None:
        """Return the scrape that a metric of this time belongs to, or None for a new one."""
        if stamp is not None:
            exact = self.by_stamp.get(stamp)
            if exact and key not in exact.seen:
                return exact
        latest = self.scrapes[-1] if self.scrapes else None
        return latest if latest and latest.accepts(key, stamp) else None

    def stamp(self, scrape: _Scrape, stamp: float | None) -> None:
        """Say when a scrape was."""
        if stamp is not None:
            scrape.stamp = stamp if scrape.stamp is None else scrape.stamp
            self.by_stamp[stamp] = scrape


@dataclass(slots=True)
class _Scrapes:
    """All the scrapes of a text, by the labels of their process."""

    name: str
    open: dict[str, _Process] = field(default_factory=dict)
    series: dict[object, str] = field(default_factory=dict)
    declared: set[str] = field(default_factory=set)
    waiting: int = 0  # scrapes that are open

    def read(self, text: str) -> Iterator[Sample | Problem]:
        """Yield the samples, scrape by scrape where the text says where one ends."""
        for number, line in numbered(text):
            if line.lstrip().startswith("#"):
                if self._is_new_scrape(line):
                    yield from self._finish()
            elif any(metric in line[:300] for metric in _KNOWN):
                # Only lines of known metrics are looked at: the rest may be anything.
                yield from self._take(line, f"{self.name}:{number}")
                if self.waiting >= _MOST_OPEN:
                    message = f"{_MOST_OPEN} scrapes without an end: one may come as several from here on"
                    yield Problem(self.name, message, place=f"{self.name}:{number}")
                    yield from self._finish()
        yield from self._finish()

    def _is_new_scrape(self, line: str) -> bool:
        """Whether a comment shows that another exposition begins: each metric is declared once in one."""
        words = line[:300].split()
        if words[:2] == ["#", "EOF"]:
            self.declared.clear()
            return True
        if len(words) < 3 or words[1] not in {"TYPE", "HELP"}:
            return False
        declaration = f"{words[1]} {words[2]}"
        repeated = declaration in self.declared
        if repeated:
            self.declared.clear()
        self.declared.add(declaration)
        return repeated

    def _finish(self) -> Iterator[Sample | Problem]:
        processes, self.open, self.waiting = self.open, {}, 0
        for labels, process in processes.items():
            for scrape in process.scrapes:
                yield from scrape.finish(self._series((labels, scrape.start)))

    def _take(self, line: str, place: str) -> Iterator[Problem]:
        match = _LINE.fullmatch(line) if len(line) <= _LONGEST_LINE else None
        if match is None:
            yield Problem(self.name, "not a line of the format: not read", place=place)
            return
        metric = next((known for known in _KNOWN if _is(match["metric"], known)), None)
        if metric is None:
            return
        labels = dict(_LABEL.findall(match["labels"] or ""))
        try:
            stamp = None if match["at"] is None else _stamp(match["at"])
            value = _number(match["value"])
        except WrongKindError as error:
            yield Problem(self.name, f"{metric}: {error}: not read", place=place)
            return
        scrape = self._scrape(labels, f"{metric} {labels.get('space', '')}", stamp, place)
        _put(scrape, metric, labels, value, place)

    def _scrape(self, labels: dict[str, str], key: str, stamp: float | None, place: str) -> _Scrape:
        """Return the scrape that a line belongs to."""
        named = repr(sorted(item for item in labels.items() if item[0] not in _PARTS))
        process = self.open.setdefault(named, _Process())
        scrape = process.scrape(key, stamp)
        if scrape is None:
            scrape = _Scrape(Draft(self.name), place)
            process.scrapes.append(scrape)
            self.waiting += 1
            if re.fullmatch("[0-9]{1,9}", labels.get("pid", "")):
                scrape.draft.take("pid", int(labels["pid"]), values.whole, place)
        scrape.seen.add(key)
        process.stamp(scrape, stamp)
        scrape.draft.take("at", stamp, _moment, place)
        return scrape

    def _series(self, process: tuple[str, float | None]) -> str:
        """Return the name of a process's list. Labels may name hosts, so it is a number."""
        count = len(self.series)
        return self.series.setdefault(process, f"{self.name} ({count + 1})" if count else self.name)


def _put(scrape: _Scrape, metric: str, labels: dict[str, str], value: float, place: str) -> None:
    draft = scrape.draft
    if metric in _METRICS:
        target, convert = _METRICS[metric]
        draft.take(target, value, convert, place)
    elif metric == _START:
        scrape.start, scrape.start_place = value, place
    elif metric == _VERSION:
        draft.take("node_version", labels.get("version"), _version, place)
    elif "space" in labels and len(scrape.spaces) < _MOST_SPACES:
        amount = values.whole_or_none(value)
        if amount is not None:
            scrape.spaces.setdefault(beginning(labels["space"], 60), {})[_SPACES[metric]] = amount


def _is(metric: str, known: str) -> bool:
    # prom-client can be told to put a prefix before all names.
    return metric == known or metric.endswith(f"_{known}")


def _number(text: str) -> float:
    try:
        number = float(text.replace("_", "?"))  # Python reads 1_000, Prometheus does not
    except ValueError as error:
        raise WrongKindError("no number") from error
    if not math.isfinite(number):
        raise WrongKindError("not a finite number")
    return number


def _stamp(text: str) -> float:
    """Return milliseconds since the epoch, or in OpenMetrics seconds, as seconds."""
    number = float(text)
    for unit in (1000.0, 1.0):
        if 1e9 <= number / unit < 1e10:
            return number / unit
    raise WrongKindError("a timestamp of no time of this century")


def _moment(stamp: Any) -> datetime:
    return datetime.fromtimestamp(stamp, UTC)


def _version(raw: Any) -> str:
    version = values.text(raw)
    if not re.fullmatch(r"v?[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4}[\w.+-]{0,40}", version):
        raise WrongKindError("no version")
    return version
