"""How far two listings show the same processes: by pid, command line and start."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from statistics import median_low

from memdoctor.analysis.processes import known
from memdoctor.analysis.processes.program import program_of
from memdoctor.model import LAST_CHANGE, App, Process, ProcessTable
from memdoctor.text import file_name

_GRAIN = 2.0  # seconds: listings show whole ones, and reckon starts from the time since boot
_QUARTER, _FARTHEST_ZONES = 15 * 60.0, 26 * 3600.0  # listings show local times of a zone that they hide
_ALIKE = 0.8  # of the processes of the smaller listing


@dataclass(frozen=True, slots=True)
class Likeness:
    """What two listings show of the pids that are in both.

    `same` are the processes that are in both by all that is told, `others` pids of which one is another
    process than the other. What neither a command line nor a start tells is in none of them.
    """

    same: frozenset[int]
    others: frozenset[int]
    share: float  # of the smaller listing that is the same
    apart: float | None  # seconds by which what is the same is older in the later one

    @property
    def most(self) -> bool:
        """Whether most of the pids that are in both are the same processes."""
        return len(self.same) > len(self.others)

    @property
    def all_but_few(self) -> bool:
        """Whether nearly all of the smaller listing is in the other one, of the same age where told."""
        return self.share >= _ALIKE and (self.apart is None or abs(self.apart) <= _GRAIN)


def is_told(look: ProcessTable | App) -> bool:
    """Whether the time of a look is told by itself or its name: a file's last change may be a copy's."""
    return look.at is not None and look.time_from != LAST_CHANGE


def seconds_between(before: ProcessTable, after: ProcessTable) -> float | None:
    """Return the seconds from one look to another, None where they are not known, or by two clocks."""
    if before.at is not None and after.at is not None:
        return (after.at - before.at).total_seconds() if is_told(before) == is_told(after) else None
    if before.elapsed is not None and after.elapsed is not None:
        return after.elapsed - before.elapsed
    return None


class Listing:
    """A listing that is compared with many others: what is asked of it each time is made once."""

    def __init__(self, table: ProcessTable) -> None:
        self.table = table

    @cached_property
    def by_pid(self) -> dict[int, Process]:
        """Its processes by their pids, without threads of the kernel."""
        return {process.pid: process for process in self.table.processes if not process.is_kernel}

    @cached_property
    def children(self) -> set[tuple[int, str]]:
        """What runs below which parent; below init everything that was left does."""
        return {
            (one.ppid, program_of(one).same_service)
            for one in self.table.processes
            if not one.is_kernel and one.argv and one.ppid is not None and one.ppid > 1
        }


def likeness(one: ProcessTable, other: ProcessTable) -> Likeness:
    """Return how far two listings show the same processes."""
    return _likeness(Listing(one), Listing(other))


def _likeness(first: Listing, second: Listing) -> Likeness:
    one, other, mine, others = first.table, second.table, first.by_pid, second.by_pid
    shared = sorted(mine.keys() & others.keys())
    commands = {pid: _same_command(mine[pid], others[pid]) for pid in shared}
    alike = [pid for pid in shared if commands[pid] is not False]
    later = {
        pid: seconds
        for pid in alike
        if (seconds := _seconds(start_of(one, mine[pid]), start_of(other, others[pid]))) is not None
    }
    older = {
        pid: other_age - age
        for pid in alike
        if (age := mine[pid].age) is not None and (other_age := others[pid].age) is not None
    }
    shift, apart = _shift(later), median_low(older.values()) if older else None
    starts = {pid: _same_start(mine[pid], others[pid], later.get(pid), shift) for pid in alike}
    for pid, seconds in older.items():  # what stays grows older by the same time
        if starts[pid] is None and apart is not None and abs(seconds - apart) > _GRAIN:
            starts[pid] = False
    same = frozenset(pid for pid in alike if _is_same(mine[pid], commands[pid], starts[pid]))
    differ = frozenset(pid for pid in shared if commands[pid] is False or starts[pid] is False)
    fewest = min(len(mine), len(others))
    return Likeness(same, differ, len(same) / fewest if fewest else 0.0, apart)


def _is_same(process: Process, command: bool | None, start: bool | None) -> bool:
    """Whether enough tells that it is one process; of init, which any machine has, its start must."""
    if start is False or (command is None and start is None):
        return False
    return start is True or not (process.pid == 1 and known.is_adopter(program_of(process).name))


def _same_command(one: Process, other: Process) -> bool | None:
    """Whether two rows show one command line, None where that cannot be told."""
    if "Z" in (one.state, other.state):
        return None  # it has none any more
    mine, others = (" ".join(word for word in process.argv or () if word) for process in (one, other))
    if mine and others:
        if one.cut or other.cut:
            return mine.startswith(others) or others.startswith(mine)
        return mine.split() == others.split()
    if not mine and not others:
        return None if one.name is None or other.name is None else one.name == other.name
    name = one.name or other.name if not (one.name and other.name) else (other.name if mine else one.name)
    program = file_name((mine or others).split(" ", 1)[0])
    return True if name == program else None  # a name may be a thread's


def _same_start(one: Process, other: Process, seconds: float | None, shift: float) -> bool | None:
    if seconds is not None:
        # An age that stands still is shown in long steps, as busybox does: it tells no start.
        stands_still = one.age == other.age and one.started_at is None and other.started_at is None
        return True if abs(seconds - shift) <= _GRAIN else None if stands_still else False
    if one.start_ticks is not None and other.start_ticks is not None and one.pid > 1:
        return one.start_ticks == other.start_ticks
    return None


def _shift(later: dict[int, float]) -> float:
    """Return by how many seconds all starts are later in one: of other zones if it is full quarters."""
    if not later:
        return 0.0
    shift = median_low(later.values())
    quarters = round(shift / _QUARTER) * _QUARTER
    return quarters if abs(shift) <= _FARTHEST_ZONES and abs(shift - quarters) <= _GRAIN else 0.0


def start_of(table: ProcessTable, process: Process) -> datetime | None:
    """Return when a process started: as it says, or by its age at a look that tells its time."""
    if process.started_at is not None or process.age is None or table.at is None or not is_told(table):
        return process.started_at
    try:
        return table.at - timedelta(seconds=process.age)
    except OverflowError:
        return None


def _seconds(before: datetime | None, after: datetime | None) -> float | None:
    return None if before is None or after is None else (after - before).total_seconds()


def share_a_machine(first: Listing, second: Listing) -> bool:
    """Whether two listings are of one machine, as far as their processes tell.

    They are if most pids that both show are the same processes. Where they share no pid at all, children of
    one parent that run the same tell it: what ends and is started again.
    """
    one, other = first.table, second.table
    if one.live and other.live:
        return True
    if one.system and other.system and one.system != other.system:
        return False
    alike = _likeness(first, second)
    if alike.most:
        return True
    return not (alike.same or alike.others) and bool(first.children & second.children)
