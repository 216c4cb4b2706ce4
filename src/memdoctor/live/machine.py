"""The machine at hand as a case: its processes once, or again and again for a while."""

import sys
import time
from collections.abc import Collection, Iterable
from types import ModuleType
from typing import Protocol

from memdoctor.analysis.processes.machine import Machine
from memdoctor.live.pid_files import pid_files
from memdoctor.model import Case, Problem, Process, ProcessTable, Source
from memdoctor.progress import tell

_SHORTEST = 0.25  # seconds between two looks: what lives shorter is not seen
_SHARE = 5  # a look takes at most one part in so many of the time


class Watched(Protocol):
    """Looks at all processes of a machine."""

    def look(self) -> ProcessTable:
        """Return all processes at this moment."""


def _system() -> ModuleType:
    from importlib import import_module

    return import_module("memdoctor.live.linux" if sys.platform == "linux" else "memdoctor.live.portable")


def this_machine(seconds: float | None = None, *, pss: bool = False) -> Case:
    """Return the processes of this machine: of one moment, or of a window of so many seconds.

    The streams are looked at of those that may be orphans, the memory that is really theirs of those that
    something is wrong with; with `pss` of all.
    """
    system = _system()
    tables = list(_looks(system.Watched(), seconds))
    last = tables[-1]
    last = system.deeper(last, candidates(last))
    tables[-1] = last
    files = pid_files(last.processes)
    name = last.source
    case = Case((Source(name, "live", format=last.system),), tables=tuple(tables), pid_files=files)
    chosen = {one.pid for one in last.processes} if pss else suspects(case)
    weighed = system.weighed(last, chosen)
    problems = tuple(_unseen(weighed, chosen))
    return Case(case.sources, tables=(*tables[:-1], weighed), pid_files=files, problems=problems)


def _looks(watched: Watched, seconds: float | None) -> Iterable[ProcessTable]:
    """Yield a look, and until the time is over more of them."""
    begin = time.monotonic()
    yield watched.look()
    if seconds is None:
        return
    while (passed := time.monotonic() - begin) < seconds:
        tell(f"watching for {seconds:.0f} s, {seconds - passed:.0f} s left")
        started = time.monotonic()
        time.sleep(min(_SHORTEST, seconds - passed))
        table = watched.look()
        took = time.monotonic() - started
        yield table
        time.sleep(max(0.0, min((took - _SHORTEST) * (_SHARE - 1), seconds - (time.monotonic() - begin))))


def candidates(table: ProcessTable) -> list[Process]:
    """Return the processes whose streams tell something: all that have a program of their own."""
    return [one for one in table.processes if not one.is_kernel and one.state != "Z"]


def suspects(case: Case) -> Collection[int]:
    """Return the pids of processes that something may be wrong with, and of what they started."""
    machine = Machine(case)
    found = [machine.tree.by_pid[pid] for pid in machine.verdicts]
    for group in (*machine.sessions, *machine.shared_data, *machine.duplicates):
        found += group.members
    for leak in machine.leaks:
        found.append(leak.parent)
    return {one.pid for one in machine.with_descendants(found)}


def _unseen(table: ProcessTable, weighed: Collection[int]) -> Iterable[Problem]:
    """Yield what the system did not show, so that nobody takes it for nothing."""
    kinds = {"streams": "standard streams", "PSS": "PSS and USS", "arguments": "arguments"}
    for what, words in kinds.items():
        count = sum(what in one.unseen and (what != "PSS" or one.pid in weighed) for one in table.processes)
        if count:
            several = "process" if count == 1 else "processes"
            message = f"{words} of {count} {several} of other users are not visible: not judged by them"
            yield Problem(table.source, message, "run it as root to see them")
