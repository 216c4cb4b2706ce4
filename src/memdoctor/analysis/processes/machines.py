"""The machines that the listings of a case are of: processes of two are never judged as those of one."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from memdoctor.analysis.processes.likeness import Listing, is_told, share_a_machine
from memdoctor.analysis.processes.machine import Machine
from memdoctor.model import LAST_CHANGE, Case, Problem, ProcessTable


def machines_of(case: Case) -> tuple[Machine, ...]:
    """Return each machine of a case, in the order of their sources; one if there is no listing at all.

    Sockets and pid files that were brought beside listings are of the machine that has most of their pids.
    """
    if not (case.tables or case.listeners or case.pid_files):
        return ()
    groups = sorted(_groups(case.tables), key=lambda group: min(table.source for table in group))
    if len(groups) < 2:
        return (Machine(case),)
    pids = {one.pid for one in case.listeners} | {one.pid for one in case.pid_files}
    beside = _with_most_pids(groups, pids)
    return tuple(
        Machine(replace(case, tables=tuple(group)))
        if index == beside
        else Machine(replace(case, tables=tuple(group), listeners=(), pid_files=()))
        for index, group in enumerate(groups)
    )


def _groups(tables: Sequence[ProcessTable]) -> list[list[ProcessTable]]:
    """Return listings by machine: each shares processes with one other of it at least."""
    groups: list[list[Listing]] = []
    for listing in map(Listing, tables):
        # The last ones are likeliest to show the same processes.
        linked = [group for group in groups if any(share_a_machine(one, listing) for one in group[::-1])]
        groups = [group for group in groups if not any(group is one for one in linked)]
        groups.append([*(one for group in linked for one in group), listing])
    return [[one.table for one in group] for group in groups]


def _with_most_pids(groups: Sequence[Sequence[ProcessTable]], pids: set[int]) -> int:
    """Return the index of the machine that lists most of some pids, the first of several."""
    found = [len(pids & {one.pid for table in group for one in table.processes}) for group in groups]
    return found.index(max(found))


def doubts(machines: Sequence[Machine], of_apps: Machine | None) -> Iterator[Problem]:
    """Yield what was assumed of listings, and whose the apps of PM2 are: nobody must take it for told."""
    if len(machines) > 1:
        yield from _apart(machines)
        if of_apps is not None:
            now = of_apps.looks.now
            yield Problem(
                now.source, "the apps of PM2 are taken for those of this machine", place=now.place
            )
    for machine in machines:
        yield from _of_times(machine)
        for step in machine.looks.merged:
            words = f"taken for the same moment as {step.source}: {step.same} processes are in both"
            added = f", {step.added} only in this one" if step.added else ""
            yield Problem(step.other.source, f"{words}{added}", place=step.other.place)


def _apart(machines: Sequence[Machine]) -> Iterator[Problem]:
    """Yield that each machine is judged by itself."""
    for machine in machines:
        now, listings = machine.looks.now, machine.looks.listings
        beside = f", with {len(listings) - 1} more" if len(listings) > 1 else ""
        message = "its processes are not those of the other listings: judged as a machine of its own"
        yield Problem(now.source, f"{message}{beside}", place=now.place)
        case, source = machine.case, machine.looks.now.source
        beside_it = [one.place for one in case.pid_files]
        beside_it += dict.fromkeys(one.source for one in case.listeners)
        for place in beside_it:
            yield Problem(place, f"taken for the machine of {source}, which lists most of its pids")


def _of_times(machine: Machine) -> Iterator[Problem]:
    """Yield which looks are timed by what is no word of theirs, or not at all."""
    looks = machine.looks
    if len(looks.tables) < 2:
        return
    told = any(is_told(table) for table in looks.tables)
    for table in looks.tables:
        if is_told(table) or table.elapsed is not None:
            continue
        before = ": taken for earlier than those that tell theirs" if told else ""
        if table.time_from == LAST_CHANGE:
            message = f"its time is that of {LAST_CHANGE}{before}"
        else:
            message = (
                f"nothing tells its time{before or ': looks are in the order in which they were named'}"
            )
        yield Problem(table.source, message, place=table.place)
