"""All inputs of a call as one case. What cannot be read becomes a problem; the rest is still read."""

import re
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from memdoctor.errors import InputError
from memdoctor.model import (
    App,
    Case,
    Event,
    Listener,
    Log,
    PidFile,
    Problem,
    ProcessTable,
    Sample,
    Snapshot,
    Source,
)
from memdoctor.readers import sniff
from memdoctor.readers.opening import Opened, open_input
from memdoctor.readers.parts.app_times import with_app_times
from memdoctor.readers.parts.copies import without_copies
from memdoctor.readers.parts.log_zones import in_told_zone
from memdoctor.readers.parts.thinning import Thinned
from memdoctor.readers.parts.timing import with_file_times, with_look_times, with_times
from memdoctor.readers.snapshot import snapshot_in
from memdoctor.units import grouped

# What makes two samples the same look: everything but where it was found. (Counts cannot be hashed.)
_IDENTITY = tuple(
    item.name
    for item in fields(Sample)
    if item.name not in {"source", "place", "places", "series", "document", "marks"}
    and not item.name.endswith("_counts")
)


def read_case(inputs: Sequence[str], every: float | None = None, columns: str | None = None) -> Case:
    """Read every input: paths, folders, and `-` for standard input.

    `every` is the time in seconds between samples that carry none. With `columns` every input is a listing
    of processes without a heading, with these columns.

    Nothing is raised for an input that cannot be read: it becomes a problem marked `unread`.
    """
    reading = _Reading(columns)
    for name in dict.fromkeys(inputs):  # a file named twice is one file
        for path, in_folder in _expand(name, reading.problems):
            reading.read(path, in_folder)
    if not reading.sources and not any(problem.unread for problem in reading.problems):
        help_line = "name the files that are diagnostics, or their folder"
        given = ", ".join(inputs) or "no input"
        reading.problems.append(Problem(given, "nothing in it could be read", help_line, unread=True))
    _excuse_quiet_logs(reading)
    heaps = with_file_times(reading.heaps, reading.samples)
    samples = list(with_times(reading.samples, every, reading.problems))
    samples = list(_without_duplicates(samples, reading.problems))
    apps = with_app_times(reading.apps, every, reading.problems)
    events, logs = in_told_zone(reading.events, reading.logs)
    events = tuple(without_copies(events, reading.problems))
    return Case(
        tuple(reading.sources),
        tuple(samples),
        heaps,
        tables=with_look_times(reading.tables, every),
        listeners=tuple(reading.listeners),
        pid_files=tuple(reading.pid_files),
        apps=apps,
        events=events,
        logs=logs,
        problems=tuple(reading.problems),
        every=every,
    )


_MOST_REASONS = 3  # of why an input was not read
_LOG_NAME = re.compile(r"\.(?:log|err|out|stderr|stdout)(?:[.-]\d{1,8}){0,3}(?:\.(?:gz|xz|zst))?\Z")
_ALSO_LOGS = frozenset({"lines", "pasted", "size_lines"})  # readers of figures in what may be a log

_Record = Sample | ProcessTable | Listener | PidFile | App | Event | Log


@dataclass(slots=True)
class _Reading:
    """The case on its way."""

    columns: str | None
    sources: list[Source] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    heaps: list[Snapshot] = field(default_factory=list)
    tables: list[ProcessTable] = field(default_factory=list)
    listeners: list[Listener] = field(default_factory=list)
    pid_files: list[PidFile] = field(default_factory=list)
    apps: list[App] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    logs: list[Log] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def read(self, path: str, in_folder: bool) -> None:
        """Read one input; what was read before an error in it is kept."""
        name = "stdin" if path == "-" else path
        source, taken = Source(name, "path"), _Taken()
        declined: list[Problem] = []  # by the likeliest reader, which knows best what is wrong
        try:
            with open_input(path) as opened:
                if snapshot := sniff.snapshot_reader(opened.head):
                    self.heaps.append(replace(snapshot_in(path, opened, snapshot), named=not in_folder))
                    self.sources.append(self.heaps[-1].source)
                    return
                for reader in sniff.candidates(opened.head) if self.columns is None else ("ps_table",):
                    source = replace(opened.source, format=reader)
                    problems = _merged(_try(reader, opened, taken, self.columns))
                    if taken.is_read:
                        self.sources.append(source)
                        self.problems += problems
                        if reader in _ALSO_LOGS:
                            self._read_events(opened, taken)
                        break
                    declined = declined or problems
        except InputError as error:
            declined = declined or [Problem(name, error.message, error.help, error.place)]
        if not taken.is_read:
            reason = declined[-1] if declined else Problem(name, "nothing in it could be read")
            # A folder may hold other files too; a file that was named is meant.
            self.problems.append(replace(reason, unread=not in_folder))
            self.problems += declined[:-1][:_MOST_REASONS]
        self.samples += taken.samples.samples()
        self.problems += taken.samples.problems(name)
        for record in taken.others:
            self._kept(type(record)).append(record)

    def _read_events(self, opened: Opened, taken: "_Taken") -> None:
        """Take what a log tells besides the figures in its lines."""
        if not opened.repeatable:
            from memdoctor.readers.parts.logs.heads import has_signal

            if has_signal(opened.head):
                message = "what else its lines tell was not read: it came through a pipe"
                self.problems.append(Problem(opened.source.name, message, "save it, and name the file"))
            return
        found = _Taken()
        problems = _merged(_try("log", opened, found, None))
        if any(isinstance(one, Event) for one in found.others):
            taken.others += found.others
            self.problems += problems

    def _kept(self, kind: type) -> list[Any]:
        """Return where records of a kind are kept."""
        kept: dict[type, list[Any]] = {
            ProcessTable: self.tables,
            Listener: self.listeners,
            PidFile: self.pid_files,
            App: self.apps,
            Event: self.events,
            Log: self.logs,
        }
        return kept[kind]


@dataclass(slots=True)
class _Taken:
    """What was read of one input. `to_end`: without an error, though there may be no record in it."""

    samples: Thinned = field(default_factory=Thinned)
    others: list[_Record] = field(default_factory=list)
    to_end: bool = False

    @property
    def is_read(self) -> bool:
        """Whether a reader could make anything of it."""
        return self.to_end or bool(self.samples or self.others)

    def add(self, record: _Record) -> None:
        """Take a record in."""
        if isinstance(record, Sample):
            self.samples.add(record)
        else:
            self.others.append(record)


def _excuse_quiet_logs(reading: _Reading) -> None:
    """Count a log that tells nothing as read, where others tell of workers: it may well be empty."""
    if not (reading.apps or reading.events or reading.logs):
        return
    for index, problem in enumerate(reading.problems):
        if problem.unread and _LOG_NAME.search(problem.source) and _is_plain(problem.source):
            message = "a log that tells nothing of what memdoctor looks for"
            reading.problems[index] = Problem(problem.source, message)


def _is_plain(path: str) -> bool:
    """Whether a file is empty, or begins as text does."""
    try:
        with open_input(path) as opened:
            return b"\0" not in opened.head
    except InputError:
        return Path(path).is_file() and not Path(path).stat().st_size


def _try(reader: str, opened: Opened, taken: _Taken, columns: str | None) -> list[Problem]:
    """Let a reader read; what it read before an error is kept, and the error is the last problem."""
    problems: list[Problem] = []
    named = () if columns is None else (columns,)
    try:
        for record in import_module(f"memdoctor.readers.{reader}").read(opened, *named):
            if isinstance(record, Problem):
                problems.append(record)
            else:
                taken.add(record)
        taken.to_end = True
    except InputError as error:
        problems.append(Problem(opened.source.name, error.message, error.help, error.place))
    return problems


def _merged(problems: list[Problem]) -> list[Problem]:
    """Tell what happened in many places of one input once, with its first place and how often."""
    times = Counter(problem.message for problem in problems)
    first = {problem.message: problem for problem in reversed(problems)}
    return [
        replace(problem, message=f"{message} ({grouped(times[message])} times)")
        if times[message] > 1
        else problem
        for message, problem in reversed(first.items())
    ]


def _expand(name: str, problems: list[Problem]) -> Iterator[tuple[str, bool]]:
    """Yield the input, or for a folder the regular files in it, hidden ones and folders left out."""
    folder = Path(name)
    try:
        is_folder = bool(name) and name != "-" and folder.is_dir()
        entries = sorted(folder.iterdir()) if is_folder else None
    except (OSError, ValueError) as error:
        message = getattr(error, "strerror", None) or "cannot be opened"
        problems.append(Problem(name, message, unread=True))
        return
    if entries is None:
        yield name, False
        return
    left_out = []
    for entry in entries:
        if entry.name.startswith(".") or not _is_regular(entry):
            left_out.append(entry.name)
        else:
            yield str(entry), True
    if left_out:
        named = ", ".join(left_out[:5]) + (f" and {len(left_out) - 5} more" if left_out[5:] else "")
        problems.append(Problem(name, f"not opened: {named}"))


def _is_regular(path: Path) -> bool:
    # A pipe or a device in a folder could block for ever.
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False


def _without_duplicates(samples: list[Sample], problems: list[Problem]) -> Iterator[Sample]:
    """Drop a timed sample that was already brought: the same dump twice is one look."""
    seen: dict[tuple[object, ...], Sample] = {}
    for sample in samples:
        if sample.at is None and sample.uptime is None:
            yield sample
            continue
        first = seen.setdefault(tuple(getattr(sample, name) for name in _IDENTITY), sample)
        if first is sample:
            yield sample
        else:
            problems.append(Problem(sample.source, f"the same sample as in {first.place}: left out"))
