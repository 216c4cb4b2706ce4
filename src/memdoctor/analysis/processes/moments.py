"""Listings of one machine in order; those of one moment in different forms are one look."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from memdoctor.analysis.processes.likeness import is_told, likeness, seconds_between
from memdoctor.model import Process, ProcessTable

_SAME_MOMENT = 2.0  # seconds: two listings in different forms, taken one after the other
# What another listing of the same moment may tell.
_TOLD = (
    *("ppid", "pgid", "sid", "user", "started_at", "start_ticks", "argv", "exe", "tty", "state", "age"),
    *("rss", "pss", "uss", "swap", "threads", "cpu_seconds", "cpu_share", "memory_share"),
)
_OF_MACHINE = ("system", "memory_total", "memory_available", "swap_total", "swap_used", "listeners")


@dataclass(frozen=True, slots=True)
class Merged:
    """A listing that was taken for the moment of another one, and completes it."""

    source: str  # of that other one
    other: ProcessTable
    same: int  # processes that are in both
    added: int  # that only the second one has


def in_time_order(tables: Sequence[ProcessTable]) -> tuple[ProcessTable, ...]:
    """Return listings in the order of their times; what tells none comes before what does.

    Told times and those of files' last changes are of two clocks, and are never put in one order.
    """
    told = sorted((table for table in tables if is_told(table)), key=_at_and_source)
    rest = [table for table in tables if not is_told(table)]
    if all(table.at is not None for table in rest):
        rest.sort(key=_at_and_source)
    return (*rest, *told)


def _at_and_source(table: ProcessTable) -> tuple[float, str]:
    return 0.0 if table.at is None else table.at.timestamp(), table.source


def merged(tables: Sequence[ProcessTable]) -> tuple[tuple[ProcessTable, ...], tuple[Merged, ...]]:
    """Return looks, made of listings in time order, and which of these were taken for one moment."""
    moments: list[_Moment] = []
    for table in tables:
        form = _form(table)
        # Times that are told are in order: only the last look can be of the same moment.
        nearest = moments[-1:] if is_told(table) and moments and moments[-1].is_told else moments
        twin = next((one for one in nearest if one.takes(table, form)), None)
        if twin is None:
            moments.append(_Moment([table], [form]))
            continue
        moments.remove(twin)
        moments.append(_Moment([*twin.listings, table], [*twin.forms, form]))
    found: list[Merged] = []
    looks = tuple(_together(moment.listings, found) for moment in moments)
    return looks, tuple(found)


@dataclass(eq=False, frozen=True, slots=True)
class _Moment:
    """Listings of one moment, and what each of them tells of processes."""

    listings: list[ProcessTable]
    forms: list[frozenset[str]]

    @property
    def is_told(self) -> bool:
        """Whether one of them tells when that was."""
        return any(is_told(table) for table in self.listings)

    def takes(self, table: ProcessTable, form: frozenset[str]) -> bool:
        """Whether a listing is of this moment; the same form again is another look, however soon it was."""
        if form in self.forms or any(one.source == table.source for one in self.listings):
            return False
        return any(_one_moment(one, table) for one in self.listings)


def _one_moment(one: ProcessTable, other: ProcessTable) -> bool:
    """Whether two listings show one moment in two forms, as `ps aux` and `ps -ef` taken together do.

    Times that lie together are not enough: files that were copied together have one, too.
    """
    if one.live or other.live:
        return False
    told = is_told(one) and is_told(other)
    apart = seconds_between(one, other)
    if apart is not None and abs(apart) > _SAME_MOMENT:
        return False
    alike = likeness(one, other)
    return alike.most if told else alike.most and alike.all_but_few


def _together(listings: Sequence[ProcessTable], found: list[Merged]) -> ProcessTable:
    """Return listings of one moment as one: that which tells most, completed by the others."""
    look, *others = sorted(listings, key=_telling_most)
    for other in others:
        look = _with(look, other, found)
    return look


def _telling_most(table: ProcessTable) -> tuple[bool, bool, int, str]:
    is_cut = any(process.cut for process in table.processes)
    return not is_told(table), is_cut, -len(_form(table)), table.source


def _with(base: ProcessTable, more: ProcessTable, found: list[Merged]) -> ProcessTable:
    """Return a listing with what another one of the same moment tells more, also of further processes."""
    same = likeness(base, more).same
    others = {process.pid: process for process in more.processes}
    processes = [
        _completed(process, others[process.pid]) if _is_in(process, same, others) else process
        for process in base.processes
    ]
    pids = {process.pid for process in base.processes}
    added = [process for process in more.processes if process.pid not in pids]
    found.append(Merged(base.source, more, len(same), len(added)))
    facts = {name: getattr(more, name) for name in _OF_MACHINE if getattr(base, name) is None}
    whole = True if more.whole else base.whole
    if base.at is None:
        facts |= {"at": more.at, "time_from": more.time_from}
    return replace(base, processes=(*processes, *added), whole=whole, **facts)


def _is_in(process: Process, same: frozenset[int], others: dict[int, Process]) -> bool:
    """Whether another listing shows this process; threads of the kernel are alike in all that they show."""
    other = others.get(process.pid)
    return other is not None and (process.pid in same or process.is_kernel or process.pid == 1)


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


def _form(table: ProcessTable) -> frozenset[str]:
    """Return what a listing tells of its processes."""
    return frozenset(
        name for name in _TOLD if any(getattr(one, name) is not None for one in table.processes)
    )
