"""The machines that the listings of a case are of: processes of two are never judged as those of one."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from memdoctor.analysis.processes.likeness import Listing, is_told, share_a_machine
from memdoctor.analysis.processes.machine import Machine
from memdoctor.model import LAST_CHANGE, NO_PARENTS, App, Case, Problem, ProcessTable
from memdoctor.text import file_names
from memdoctor.units import grouped

_NAMED = 3


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
    found = [len(pids & _pids(group)) for group in groups]
    return found.index(max(found))


def _pids(tables: Sequence[ProcessTable]) -> set[int]:
    return {one.pid for table in tables for one in table.processes}


def doubts(machines: Sequence[Machine], apps: Sequence[App], of_apps: Machine | None) -> Iterator[Problem]:
    """Yield what was assumed of listings, and whose the apps of PM2 are: nobody must take it for told."""
    if len(machines) > 1:
        yield from _apart(machines)
        yield from _of_apps(apps, of_apps)
    for machine in machines:
        yield from _of_times(machine)
        for step in machine.looks.merged:
            words = f"taken for the same moment as {step.source}: {step.same} processes are in both"
            added = f", {step.added} only in this one" if step.added else ""
            yield Problem(step.other.source, f"{words}{added}", place=step.other.place)


def still_true(problems: Sequence[Problem], machines: Sequence[Machine]) -> Iterator[Problem]:
    """Yield what was found wrong with inputs, less what listings of the same moment tell together."""
    untold = {place: parents for machine in machines for place, parents in _untold_parents(machine)}
    for problem in problems:
        missing = untold.get(problem.place or "") if problem.message == NO_PARENTS else None
        if missing is None:
            yield problem
        elif missing:
            message = "it does not name parents: another listing of its moment does, but not those of"
            yield replace(problem, message=f"{message} {missing} processes")


def _untold_parents(machine: Machine) -> Iterator[tuple[str, int]]:
    """Yield the place of each listing whose look is made of several and names parents, and how many not."""
    for index, look in enumerate(machine.looks.tables):
        others = [step.other for step in machine.looks.merged if step.look == index]
        untold = sum(process.ppid is None for process in look.processes)
        if others and untold < len(look.processes):
            yield from ((listing.place, untold) for listing in (look, *others))


def _apart(machines: Sequence[Machine]) -> Iterator[Problem]:
    """Yield that each machine is judged by itself, and whose what was brought beside them is taken for."""
    listings = sum(len(machine.looks.listings) for machine in machines)
    names = list(file_names([machine.looks.now.source for machine in machines]).values())
    more = f" and {len(names) - _NAMED} more" if names[_NAMED:] else ""
    which, each = "share no process", "each is judged as a machine of its own"
    if listings > len(machines):
        which, each = f"are of {len(machines)} machines that share no process", "each is judged by itself"
    message = f"{listings} listings {which} ({', '.join(names[:_NAMED])}{more}): {each}"
    yield Problem(machines[0].looks.now.source, message, place=machines[0].looks.now.place)
    for machine in machines:
        yield from _beside(machine, machines)


def _beside(machine: Machine, machines: Sequence[Machine]) -> Iterator[Problem]:
    """Yield how many pids of each file that was brought beside the listings are on its machine."""
    files: dict[str, set[int]] = {}
    for listener in machine.case.listeners:
        files.setdefault(listener.source, set()).add(listener.pid)
    for file in machine.case.pid_files:
        files.setdefault(file.place, set()).add(file.pid)
    here, source = _pids(machine.looks.listings), machine.looks.now.source
    anywhere = set[int]().union(*(_pids(one.looks.listings) for one in machines))
    for place, pids in files.items():
        found, count = len(pids & here), grouped(len(pids))
        if not pids & anywhere:
            its = "its pid" if len(pids) == 1 else f"one of its {count} pids"
            yield Problem(place, f"no listing shows {its}: compared with {source}, on no evidence")
            continue
        shown = "its pid" if found == len(pids) == 1 else f"{grouped(found)} of its {count} pids"
        yield Problem(place, f"taken for the machine of {source}, which lists {shown}")


def _of_apps(apps: Sequence[App], machine: Machine | None) -> Iterator[Problem]:
    """Yield on which machine the apps of PM2 are taken to run, or that nothing tells."""
    if machine is not None and apps:
        now = machine.looks.now
        yield Problem(now.source, "the apps of PM2 are taken for those of this machine", place=now.place)
    elif apps:
        message = "on which of the machines its apps run is not known: they are compared with no listing"
        yield Problem(apps[0].source, message, place=apps[0].place)


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
