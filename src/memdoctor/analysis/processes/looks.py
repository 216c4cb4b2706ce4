"""Several looks at the processes of one machine: the last one is now, the others show what changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

from memdoctor.analysis.processes.tree import Tree
from memdoctor.model import Process, ProcessTable

_SHORTEST = 2.0  # seconds that CPU must be measured over
_IDLE = 0.01  # of one core
_SAME_MOMENT = 2.0  # seconds: two listings in different forms, taken one after the other
# What another listing of the same moment may tell.
_TOLD = (
    *("ppid", "pgid", "sid", "user", "started_at", "start_ticks", "argv", "exe", "tty", "state", "age"),
    *("rss", "pss", "uss", "swap", "threads", "cpu_seconds", "cpu_share", "memory_share"),
)

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
    """The tables of a case in time order."""

    def __init__(self, tables: Sequence[ProcessTable]) -> None:
        self.tables = _merged(_in_time_order(tables))

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
            (table, seconds) for table in self.tables[:-1] if (seconds := _between(table, last)) is not None
        ]
        return [(Tree(table), seconds) for table, seconds in timed if seconds > 0]

    @property
    def span(self) -> float | None:
        """The seconds from the first look to the last, None where that is not known."""
        return _between(self.tables[0], self.tables[-1]) if len(self.tables) > 1 else None

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
            seconds = _between(table, last)
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


def _in_time_order(tables: Sequence[ProcessTable]) -> tuple[ProcessTable, ...]:
    timed = [(table.at, index) for index, table in enumerate(tables) if table.at is not None]
    return tuple(tables) if len(timed) < len(tables) else tuple(tables[index] for _, index in sorted(timed))


def _between(before: ProcessTable, after: ProcessTable) -> float | None:
    if before.at is not None and after.at is not None:
        return (after.at - before.at) / timedelta(seconds=1)
    if before.elapsed is not None and after.elapsed is not None:
        return after.elapsed - before.elapsed
    return None


def _completed(process: Process, other: Process) -> Process:
    """Return a process with what another listing of the same moment tells more of it."""
    if process.argv and other.argv and process.argv != other.argv and not (process.cut or other.cut):
        return process
    missing = {
        name: value
        for name in _TOLD
        if getattr(process, name) is None and (value := getattr(other, name)) is not None
    }
    if process.cut and not other.cut and other.argv:
        missing |= {"argv": other.argv, "cut": False, "exact": other.exact}
    return replace(process, **missing) if missing else process


def _merged(tables: Sequence[ProcessTable]) -> tuple[ProcessTable, ...]:
    """Return tables; listings of one moment in different forms are one, which tells what all of them do."""
    looks: list[ProcessTable] = []
    for table in tables:
        if looks and _is_same_moment(looks[-1], table):
            before = {process.pid: process for process in looks[-1].processes}
            processes = tuple(
                _completed(one, before[one.pid]) if one.pid in before else one for one in table.processes
            )
            looks[-1] = replace(table, processes=processes, at=table.at or looks[-1].at)
        else:
            looks.append(table)
    return tuple(looks)


def _is_same_moment(one: ProcessTable, other: ProcessTable) -> bool:
    """Whether two listings show one moment in two forms, as `ps aux` and `ps -ef` taken together do."""
    if one.live or one.source == other.source:
        return False
    if one.at is not None and other.at is not None:
        seconds = abs((one.at - other.at).total_seconds())
        # The same form again is another look, however soon it was taken.
        return seconds <= _SAME_MOMENT and _form(one) != _form(other)
    mine = {(process.pid, process.argv) for process in one.processes if process.argv}
    others = {(process.pid, process.argv) for process in other.processes if process.argv}
    enough = len(mine & others) * 10 >= min(len(mine), len(others)) * 8 > 0
    return enough and _form(one) != _form(other)


def _form(table: ProcessTable) -> frozenset[str]:
    """Return what a listing tells of its processes."""
    return frozenset(
        name for name in _TOLD if any(getattr(one, name) is not None for one in table.processes)
    )
