"""Several looks at the processes of one machine: the last one is now, the others show what changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from memdoctor.analysis.processes.likeness import seconds_between
from memdoctor.analysis.processes.moments import in_time_order, merged
from memdoctor.analysis.processes.tree import Tree
from memdoctor.model import LAST_CHANGE, Process, ProcessTable

_SHORTEST = 2.0  # seconds that CPU must be measured over
_IDLE = 0.01  # of one core

Identity = tuple[int, object]


def identity_of(process: Process) -> Identity:
    """Return what tells a process from all others, also from a later one with its pid."""
    if process.start_ticks is not None:
        return process.pid, process.start_ticks
    if process.started_at is not None:
        return process.pid, process.started_at.replace(microsecond=0)
    return process.pid, process.argv or process.name


@dataclass(frozen=True, slots=True)
class Cpu:
    """CPU as a share of one core, None where it is not known; of now, or an average since the start."""

    share: float | None
    is_recent: bool = False

    @property
    def known(self) -> float:
        """The share, 0 where it is not known."""
        return self.share or 0.0


class Looks:
    """The tables of one machine in time order."""

    def __init__(self, tables: Sequence[ProcessTable]) -> None:
        self.listings = in_time_order(_with_usable_times(tables))
        self.tables, self.merged = merged(self.listings)

    @property
    def now(self) -> ProcessTable:
        """The last look."""
        return self.tables[-1]

    @cached_property
    def tree(self) -> Tree:
        """Who started whom, now."""
        return Tree(self.now)

    def earlier(self) -> Iterator[tuple[Tree, float]]:
        """Yield each earlier look, and the seconds from it to now, the latest first."""
        yield from reversed(self._before)

    @cached_property
    def _before(self) -> list[tuple[Tree, float]]:
        last = self.tables[-1]
        timed = [
            (table, seconds)
            for table in self.tables[:-1]
            if (seconds := seconds_between(table, last)) is not None
        ]
        return [(Tree(table), seconds) for table, seconds in timed if seconds > 0]

    @cached_property
    def window(self) -> tuple[ProcessTable, ...]:
        """The looks of which it is known how long before the last they were taken, and the last."""
        last = self.tables[-1]
        before = (table for table in self.tables[:-1] if seconds_between(table, last) is not None)
        return (*before, last)

    @property
    def span(self) -> float | None:
        """The seconds from the first look of the window to the last, None where there is one alone."""
        return seconds_between(self.window[0], self.window[-1]) if len(self.window) > 1 else None

    def is_idle(self, process: Process) -> bool:
        """Whether a process has used no CPU: in the window, else on average since its start."""
        share = self.cpu(process).share
        return share is not None and share < _IDLE

    def cpu(self, process: Process) -> Cpu:
        """Return the CPU of a process: measured in the window, else as reported, else its average."""
        measured = self.measured_cpu.get(process.pid)
        if measured is not None:
            return Cpu(measured, is_recent=True)
        if process.cpu_share is not None:
            return Cpu(process.cpu_share, is_recent=process.cpu_is_recent)
        if process.cpu_seconds == 0:
            return Cpu(0.0)
        if process.cpu_seconds is None or not process.age:
            return Cpu(None)
        return Cpu(process.cpu_seconds / process.age)

    @cached_property
    def measured_cpu(self) -> dict[int, float]:
        """CPU between two looks at least two seconds apart, as a share of one core, by pid."""
        last = self.tables[-1]
        for table in self.tables[:-1]:
            seconds = seconds_between(table, last)
            if seconds is None or seconds < _SHORTEST:
                continue
            before = {identity_of(process): process for process in table.processes}
            found = {}
            for process in last.processes:
                old = before.get(identity_of(process))
                if old is None or old.cpu_seconds is None or process.cpu_seconds is None:
                    continue
                if _is_fine(old.cpu_seconds) or _is_fine(process.cpu_seconds) or seconds > 60:
                    found[process.pid] = max(process.cpu_seconds - old.cpu_seconds, 0) / seconds
            if found:
                return found
        return {}

    def idle_words(self, idle: int, of: int) -> str:
        """Return in words how idleness was told."""
        over = "in the window" if self.measured_cpu else "on average since their start"
        return f"{idle} of {of} use less than 1 % of a core {over}"


def _is_fine(cpu_seconds: float) -> bool:
    """Whether a CPU time has parts of a second: whole seconds over a short window show nothing."""
    return cpu_seconds != int(cpu_seconds)


def _with_usable_times(tables: Sequence[ProcessTable]) -> Sequence[ProcessTable]:
    """Return listings without times of last changes where these tell no order: of one, or equal ones."""
    changed = [table.at for table in tables if table.time_from == LAST_CHANGE]
    if len(changed) > 1 and len(set(changed)) == len(changed):
        return tables
    return [
        replace(one, at=None, time_from=None) if one.time_from == LAST_CHANGE else one for one in tables
    ]
