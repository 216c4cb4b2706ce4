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

    source: str  # of that other one, or its place where both are of one source
    other: ProcessTable
    look: int  # that both are in, counted in time order
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
        shown = _Listing(table, _form(table), any(process.cut for process in table.processes))
        nearest = _nearest(moments, table)
        twin = next((one for one in reversed(nearest) if one.takes(shown)), None)
        if twin is None:
            moments.append(_Moment([shown]))
            continue
        moments.remove(twin)
        moments.append(_Moment([*twin.listings, shown]))
    found: list[Merged] = []
    looks = tuple(
        _together([one.table for one in moment.listings], index, found)
        for index, moment in enumerate(moments)
    )
    return looks, tuple(found)


@dataclass(eq=False, frozen=True, slots=True)
class _Listing:
    """A listing, with what it tells of processes."""

    table: ProcessTable
    form: frozenset[str]
    is_cut: bool


@dataclass(eq=False, frozen=True, slots=True)
class _Moment:
    """Listings of one moment."""

    listings: list[_Listing]

    @property
    def is_told(self) -> bool:
        """Whether one of them tells when that was."""
        return any(is_told(one.table) for one in self.listings)

    def takes(self, other: _Listing) -> bool:
        """Whether a listing is of this moment."""
        if any(_is_next_look(one, other) for one in self.listings):
            return False
        return any(_one_moment(one.table, other.table) for one in self.listings)


def _nearest(moments: Sequence[_Moment], table: ProcessTable) -> Sequence[_Moment]:
    """Return the moments that a listing may be of: where an order is known, the last one alone."""
    last = moments[-1:]
    if is_told(table) and last and last[0].is_told:
        return last
    before = (one for one in moments[:-1] if all(its.table.source != table.source for its in one.listings))
    return (*before, *last)


def _is_next_look(one: _Listing, other: _Listing) -> bool:
    """Whether two listings are of two looks, by their form: the same one again, however soon it was.

    Unless that was cut off at the edge of a terminal, and nothing in it has gone on.
    """
    if one.form == other.form:
        if not (one.is_cut or other.is_cut) or _are_far_apart(one.table, other.table):
            return True
        return not (_are_cut_apart(one.table, other.table) and _stands_still(one.table, other.table))
    # In a recording, what is costly is not looked up each time.
    in_recording = one.table.source == other.table.source and is_told(other.table)
    return in_recording and (one.form < other.form or other.form < one.form)


def _one_moment(one: ProcessTable, other: ProcessTable) -> bool:
    """Whether two listings show one moment in two forms, as `ps aux` and `ps -ef` taken together do.

    Times that lie together are not enough: files that were copied together have one, too.
    """
    if one.live or other.live:
        return False
    told = is_told(one) and is_told(other)
    if _are_far_apart(one, other):
        return False
    alike = likeness(one, other)
    return alike.most if told else alike.most and alike.all_but_few


def _are_far_apart(one: ProcessTable, other: ProcessTable) -> bool:
    """Whether the times of two listings are those of two moments, as far as they are known."""
    apart = seconds_between(one, other)
    return apart is not None and abs(apart) > _SAME_MOMENT


def _are_cut_apart(one: ProcessTable, other: ProcessTable) -> bool:
    """Whether command lines that are cut off in one of two listings go on in the other."""
    others = {process.pid: process for process in other.processes}
    pairs = ((mine, others[mine.pid]) for mine in one.processes if mine.pid in others)
    return any(_goes_on(mine, its) or _goes_on(its, mine) for mine, its in pairs)


def _goes_on(process: Process, other: Process) -> bool:
    """Whether another listing shows more of a command line that is cut off."""
    return process.cut and bool(other.argv) and (not other.cut or _width(other) > _width(process))


def _width(process: Process) -> int:
    return len(" ".join(process.argv or ()))


def _stands_still(one: ProcessTable, other: ProcessTable) -> bool:
    """Whether nearly all is the same in two listings, and none has used CPU for longer than a moment."""
    alike = likeness(one, other)
    before = {process.pid: process.cpu_seconds for process in one.processes if process.pid in alike.same}
    used = (
        abs(process.cpu_seconds - seconds)
        for process in other.processes
        if process.cpu_seconds is not None and (seconds := before.get(process.pid)) is not None
    )
    return alike.all_but_few and max(used, default=0.0) <= _SAME_MOMENT


def _together(listings: Sequence[ProcessTable], index: int, found: list[Merged]) -> ProcessTable:
    """Return listings of one moment as one: that which tells most, completed by the others."""
    look, *others = sorted(listings, key=_telling_most)
    for other in others:
        look = _with(look, other, index, found)
    return look


def _telling_most(table: ProcessTable) -> tuple[bool, bool, int, int, str]:
    is_cut = any(process.cut for process in table.processes)
    shown = sum(map(_width, table.processes))
    return not is_told(table), is_cut, -len(_form(table)), -shown, table.source


def _with(base: ProcessTable, more: ProcessTable, index: int, found: list[Merged]) -> ProcessTable:
    """Return a listing with what another one of the same moment tells more, also of further processes."""
    others = {process.pid: process for process in more.processes}
    same = likeness(base, more).same | _zombies_in_both(base, others)
    processes = [
        _completed(process, others[process.pid]) if _is_in(process, same, others) else process
        for process in base.processes
    ]
    pids = {process.pid for process in base.processes}
    added = [process for process in more.processes if process.pid not in pids]
    twin = base.place if base.source == more.source else base.source
    found.append(Merged(twin, more, index, len(same), len(added)))
    facts = {name: getattr(more, name) for name in _OF_MACHINE if getattr(base, name) is None}
    whole = True if more.whole else base.whole
    if base.at is None:
        facts |= {"at": more.at, "time_from": more.time_from}
    return replace(base, processes=(*processes, *added), whole=whole, **facts)


def _zombies_in_both(base: ProcessTable, others: dict[int, Process]) -> frozenset[int]:
    """Return the pids of zombies that another listing of the moment shows: they have no command line."""
    zombies = (process for process in base.processes if process.state == "Z")
    return frozenset(
        one.pid
        for one in zombies
        if (other := others.get(one.pid)) is not None and (other.state, other.name) == ("Z", one.name)
    )


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
    if _goes_on(process, other):
        missing |= {"argv": other.argv, "cut": other.cut, "exact": other.exact}
    return replace(process, **missing) if missing else process


def _form(table: ProcessTable) -> frozenset[str]:
    """Return what a listing tells of its processes."""
    return frozenset(
        name for name in _TOLD if any(getattr(one, name) is not None for one in table.processes)
    )
