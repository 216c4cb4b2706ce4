"""The machine at hand as a case: its processes once, or again and again for a while."""

import os
from collections.abc import Collection, Iterator
from dataclasses import replace

from memdoctor.analysis.processes.machine import Machine
from memdoctor.live.pid_files import pid_files
from memdoctor.live.system import Watched, system
from memdoctor.live.window import looks
from memdoctor.model import ARGUMENTS, MEMORY, STREAMS, Case, Problem, ProcessTable, Source

_MOST_LOOKS = 400  # in a window: all of them are kept until its end


def watched() -> Watched:
    """Return what looks at the processes of this machine, again and again."""
    return system().Watched()


def one_look() -> ProcessTable:
    """Return the processes of this machine at this moment, without what takes long to find out."""
    return watched().look()


def this_machine(
    seconds: float | None = None, *, pss: bool = False, also: Collection[int] = frozenset()
) -> Case:
    """Return the processes of this machine: of one moment, or of a window of so many seconds.

    PSS and USS are read of those that something is wrong with, and of those with the pids `also` and what
    they started; with `pss` of all.
    """
    *before, last = looks(watched().look, seconds, (seconds or 0) / _MOST_LOOKS)
    last = system().deeper(last)
    files = pid_files(last.processes)
    sources = (Source(last.source, "live", format=last.system),)
    case = Case(sources, tables=(*before, last), pid_files=files)
    weighed = system().weighed(last, {one.pid for one in last.processes} if pss else suspects(case, also))
    return replace(case, tables=(*before, weighed), problems=tuple(_unseen(weighed)))


def looked_again(case: Case) -> Case:
    """Return a case of this machine with one more look, as deep as the last one; nothing is weighed."""
    return replace(case, tables=(*case.tables, system().deeper(one_look())))


def suspects(case: Case, also: Collection[int] = frozenset()) -> Collection[int]:
    """Return the pids of what something may be wrong with, and `also` others, and of what they started."""
    machine = Machine(case)
    by_pid = machine.tree.by_pid
    found = [by_pid[pid] for pid in (*machine.verdicts, *also) if pid in by_pid]
    for group in (*machine.sessions, *machine.shared_data, *machine.duplicates):
        found += group.members
    for leak in machine.leaks:
        found.append(leak.parent)
    return {one.pid for one in machine.with_descendants(found)}


def _unseen(table: ProcessTable) -> Iterator[Problem]:
    """Yield what the system did not show, so that nobody takes it for nothing."""
    kinds = {
        STREAMS: "standard streams and ports",
        "exe": "programs and folders",
        MEMORY: "PSS and USS",
        ARGUMENTS: "arguments",
    }
    for what, words in kinds.items():
        count = sum(what in one.unseen for one in table.processes)
        if count:
            several = "process" if count == 1 else "processes"
            message = f"{words} of {count} {several} are not visible: not judged by them"
            yield Problem(table.source, message, _help())
    if not table.whole:
        yield Problem(table.source, "processes of other users are hidden (hidepid)", _help())


def _help() -> str:
    """Return what would show more, nothing where this is root already."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return "" if is_root else "run it as root to see them"
