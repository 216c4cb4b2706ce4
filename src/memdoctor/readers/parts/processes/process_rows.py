"""Rows of processes on their way into a table, and what of them was left out: each reason told once."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from memdoctor.model import NO_PARENTS, Problem, Process, ProcessTable
from memdoctor.readers.parts.plain import MOST_PROBLEMS
from memdoctor.readers.parts.processes.process_fields import process_id
from memdoctor.readers.parts.values import WrongKindError

BEST_LISTING = "ps -eo pid,ppid,sid,stat,rss,etime,args"
MOST_PROCESSES = 100_000  # records of so many take about 100 MB; no machine had more to show

# Every Windows runs these beside its kernel: a list that holds one of them has not been filtered.
_OF_WINDOWS = frozenset({"services.exe", "csrss.exe", "svchost.exe", "explorer.exe"})
_WINDOWS_KERNEL = 4

_Value = TypeVar("_Value")


@dataclass(slots=True)
class Left:
    """What was left out of an input; `rows` is how many processes are missing for it."""

    name: str
    rows: int = 0
    _told: dict[str, list[Any]] = field(default_factory=dict)  # message → times, place, help

    def row(self, reason: str, place: str, help_line: str = "", times: int = 1) -> None:
        """Note a process that was left out, or several."""
        self.rows += times
        self.note(reason, place, help_line, times)

    def note(self, message: str, place: str, help_line: str = "", times: int = 1) -> None:
        """Note something; what was noted before is only counted."""
        if message in self._told:
            self._told[message][0] += times
        elif len(self._told) < MOST_PROBLEMS:
            self._told[message] = [times, place, help_line]

    def problems(self) -> Iterator[Problem]:
        """Yield each thing once, with its first place and how often."""
        for message, (times, place, help_line) in self._told.items():
            often = f" ({times} times)" if times > 1 else ""
            yield Problem(self.name, message + often, help_line, place)


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one row, each taken only if it is of its kind."""

    row: Mapping[str, Any]
    place: str
    left: Left

    def take(self, key: str, convert: Callable[[Any], _Value]) -> _Value | None:
        """Return a field, or None where it is missing, empty or of the wrong kind."""
        raw = self.row.get(key)
        if raw is None or raw == "":
            return None
        try:
            return convert(raw)
        except WrongKindError:
            self.left.note(f"{key} is not what it should be: left out", self.place)
            return None

    def pid(self, key: str) -> int | None:
        """Return the id of the row's own process, None if there is none: id 0 is the idle time."""
        try:
            return process_id(self.row.get(key)) or None
        except WrongKindError:
            self.left.row("no process id in it: left out", self.place)
            return None


@dataclass(slots=True)
class Rows:
    """The processes of one listing."""

    name: str
    place: str
    left: Left
    processes: dict[int, Process] = field(default_factory=dict)

    def add(self, process: Process) -> None:
        """Take a process; the first counts where a listing names one twice."""
        if process.pid in self.processes:
            self.left.note("a process is listed again: left out", process.place)
        elif len(self.processes) >= MOST_PROCESSES:
            self.left.row(f"more than {MOST_PROCESSES} processes: the rest is left out", process.place)
        else:
            self.processes[process.pid] = process

    def table(self, system: str | None) -> ProcessTable:
        """Return the table of all processes."""
        listed = tuple(self.processes.values())
        return ProcessTable(self.name, self.place, listed, system=system, whole=self._whole(system))

    def lacking(self, help_line: str) -> Iterator[Problem]:
        """Yield what no process of the listing has, and so cannot be told of any."""
        listed = self.processes.values()
        if listed and all(process.ppid is None for process in listed):
            yield Problem(self.name, NO_PARENTS, help_line, self.place)
        if listed and all(process.argv is None for process in listed):
            message = "it has no arguments: which program runs cannot be told"
            yield Problem(self.name, message, help_line, self.place)

    def _whole(self, system: str | None) -> bool | None:
        if self.left.rows:
            return None
        if system == "windows":
            names = {(process.name or "").lower() for process in self.processes.values()}
            return _WINDOWS_KERNEL in self.processes and bool(names & _OF_WINDOWS)
        return 1 in self.processes or (None if system is None else False)
