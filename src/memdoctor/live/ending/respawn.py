"""What comes back: the same program with the same arguments, started in the place of one that was ended."""

import time
from collections.abc import Callable, Collection, Sequence

from memdoctor.analysis.processes.looks import identity_of
from memdoctor.analysis.processes.machine import Machine
from memdoctor.analysis.processes.tree import Tree
from memdoctor.endings import Respawn, Target
from memdoctor.live.ending.managers import how_to_stop, manager_of, service_of
from memdoctor.live.machine import watched
from memdoctor.model import Process
from memdoctor.progress import tell

_REAP = "memdoctor reap {} ends it"
_PAUSE = 0.25  # seconds between two looks


def came_back(
    gone: Sequence[Target], before: Machine, seconds: float, sleep: Callable[[float], None] = time.sleep
) -> tuple[Respawn, ...]:
    """Watch for so many seconds; return what was started in the place of processes that were ended.

    That is one with the program, the arguments and the user of an ended one, which was not there `before`,
    and whose parent is the same, or one that starts processes for others. `sleep` waits so many seconds.
    """
    if not gone:
        return ()
    known = {identity_of(one) for one in before.processes}
    machine, found = watched(), dict[int, Respawn]()
    until = time.monotonic() + seconds
    while True:
        table = machine.look()
        tree = Tree(table)
        fresh = [one for one in table.processes if identity_of(one) not in known]
        for target in gone:
            stray = next((one for one in fresh if _is_left_behind(before, gone, target, one)), None)
            again = stray or next((one for one in fresh if _replaces(before, target, tree, one)), None)
            if again is not None:
                fresh.remove(again)
                found[target.pid] = (
                    _left_behind(tree, target, again)
                    if again is stray
                    else _respawn(tree, target, again, {one.pid for one in gone})
                )
        remaining = until - time.monotonic()
        if remaining <= 0 or len(found) == len(gone):
            break
        tell(f"watching {remaining:.0f} s for what comes back")
        sleep(min(_PAUSE, remaining))
    return tuple(found.values())


def _is_left_behind(before: Machine, gone: Sequence[Target], target: Target, process: Process) -> bool:
    """Whether an ended process started this one when it was asked to end: it is of its session alone."""
    session = target.process.sid
    if (
        session is None
        or process.sid != session
        or process.state == "Z"
        or process.ppid == target.process.ppid
    ):
        return False
    ended = {one.pid for one in gone}
    return all(one.pid in ended for one in before.processes if one.sid == session and one.state != "Z")


def _left_behind(tree: Tree, target: Target, process: Process) -> Respawn:
    name = f"{target.row.program} (pid {target.pid})"
    return _told(tree, target, process, name, _REAP.format(process.pid), is_left_behind=True)


def _replaces(before: Machine, target: Target, tree: Tree, process: Process) -> bool:
    """Whether a process stands where a target stood."""
    if process.state == "Z" or process.is_kernel or process.user != target.process.user:
        return False
    program, ended = tree.program(process), before.program(target.process)
    if process.ppid == target.process.ppid and program.path == ended.path:
        return True  # a loop may change an argument
    if program.same_service != ended.same_service:
        return False
    parent = tree.parent(process)
    starts_others = parent is not None and (tree.is_adopter(parent) or manager_of(tree, parent) is not None)
    return starts_others or service_of(tree, process) is not None


def _respawn(tree: Tree, target: Target, process: Process, gone: Collection[int]) -> Respawn:
    parent = tree.parent(process)
    name = f"pid {process.ppid}" if parent is None else f"{tree.program(parent).name} (pid {parent.pid})"
    help_line = how_to_stop(tree, process)
    if target.process.ppid in gone:  # it was quicker than the signal to its parent, which has ended since
        name, help_line = (
            f"its parent (pid {target.process.ppid}), which has ended now,",
            _REAP.format(process.pid),
        )
    return _told(tree, target, process, name, help_line)


def _told(
    tree: Tree,
    target: Target,
    process: Process,
    parent: str,
    help_line: str,
    *,
    is_left_behind: bool = False,
) -> Respawn:
    started, program = tree.started_at(process), tree.program(process).name
    return Respawn(
        process.pid, started, program, target.pid, process.ppid, parent, help_line, is_left_behind
    )
