"""Who started whom: the processes of one look as trees, safe against loops and pids used again."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cached_property

from memdoctor.analysis.processes import known
from memdoctor.analysis.processes.likeness import start_of
from memdoctor.analysis.processes.program import Program, program_of
from memdoctor.model import PRESENT, Process, ProcessTable

_SLACK = timedelta(seconds=2)  # start times have a grain, and clocks are set


class Tree:
    """The processes of one look by pid, with their programs, parents and children."""

    def __init__(self, table: ProcessTable) -> None:
        self.table = table
        self.by_pid = {process.pid: process for process in table.processes}
        self.programs = {pid: program_of(process) for pid, process in self.by_pid.items()}

    @cached_property
    def children(self) -> dict[int, tuple[Process, ...]]:
        """The children of each process, by its pid."""
        found: dict[int, list[Process]] = defaultdict(list)
        for process in self.table.processes:
            parent = self.parent(process)
            if parent is not None:
                found[parent.pid].append(process)
        return {pid: tuple(processes) for pid, processes in found.items()}

    def parent(self, process: Process) -> Process | None:
        """Return the parent, None where it is not listed or its pid is somebody else's by now."""
        parent = None if process.ppid is None else self.by_pid.get(process.ppid)
        if parent is None or parent.pid == process.pid or self._is_another(parent, process):
            return None
        return parent

    def _is_another(self, parent: Process, child: Process) -> bool:
        """Whether what has the parent's pid started after the child, so that it is somebody else.

        Only Windows leaves a process with the pid of a parent that has ended.
        """
        if self.table.system != "windows":
            return False
        if parent.started_at is not None and child.started_at is not None:
            return parent.started_at > child.started_at + _SLACK
        if parent.age is None or child.age is None:
            return False
        return parent.age < child.age - _SLACK.total_seconds()

    def ancestors(self, process: Process) -> Iterator[Process]:
        """Yield the parent, its parent, and so on."""
        seen = {process.pid}
        parent = self.parent(process)
        while parent is not None and parent.pid not in seen:
            yield parent
            seen.add(parent.pid)
            parent = self.parent(parent)

    def descendants(self, process: Process) -> Iterator[Process]:
        """Yield what a process started, and what that started, parents first."""
        seen, open_ = {process.pid}, list(self.children.get(process.pid, ()))
        while open_:
            one = open_.pop()
            if one.pid in seen:
                continue
            seen.add(one.pid)
            yield one
            open_ += self.children.get(one.pid, ())

    @cached_property
    def in_use(self) -> frozenset[int]:
        """The pids of memdoctor and of all that it runs below: somebody works there, however it looks."""
        looker = self.by_pid.get(self.table.looker or 0)
        return (
            frozenset()
            if looker is None
            else frozenset(one.pid for one in (looker, *self.ancestors(looker)))
        )

    def started_at(self, process: Process) -> datetime | None:
        """Return when a process started, as it says or by its age at the look, if that tells its time."""
        return start_of(self.table, process)

    def program(self, process: Process) -> Program:
        """Return which program a process runs."""
        return self.programs[process.pid]

    def is_adopter(self, process: Process) -> bool:
        """Whether a process is init, or known to take in what has lost its parent."""
        return process.pid == 1 or self.is_made_for_adoption(process)

    def is_at_terminal(self, process: Process) -> bool:
        """Whether a process has a terminal that is there, so that somebody may sit before it."""
        streams = process.streams.values()
        return bool(process.tty) or any(one.kind == "terminal" and one.peer == PRESENT for one in streams)

    def heads_container(self, process: Process) -> bool:
        """Whether a process is PID 1 of a namespace; or PID 1, and no program that is made for that."""
        if process.pid == 1:
            return not self.is_made_for_adoption(process)
        return len(process.namespace_pids) > 1 and process.namespace_pids[-1] == 1

    def is_made_for_adoption(self, process: Process) -> bool:
        """Whether a process runs what is known to take in orphans."""
        return known.is_adopter(self.program(process).name)

    def container(self, process: Process) -> int:
        """Return the pid of the shim above a process, 0 for none: containers have paths of their own."""
        above = (one.pid for one in self.ancestors(process) if self._is_shim(one))
        return next(above, 0)

    def _is_shim(self, process: Process) -> bool:
        return known.is_container_shim(self.program(process).name)

    def leader_is_gone(self, process: Process) -> bool | None:
        """Return whether the process that began its session has ended; None where that cannot be told."""
        if not process.sid or not self.table.whole:
            return None
        leader = self.by_pid.get(process.sid)
        return leader is None or leader.state == "Z"

    def is_cut_off(self, process: Process) -> bool:
        """Whether it must have lost its parent: its session was begun by somebody it does not descend from.

        Sessions are inherited. Who leads none, and has a leader that is none of its ancestors, was born to
        another parent than it has.
        """
        if not process.sid or process.sid == process.pid or self.leader_is_gone(process) is not False:
            return False
        return not self.is_below(process.pid, process.sid)

    def number(self, pid: int) -> int:
        """Return the place of a process in the forest: parents first, and all below one in a row."""
        return self._forest[pid][0]

    def is_below(self, pid: int, ancestor: int) -> bool:
        """Whether a process descends from another one."""
        entered, left = self._forest.get(ancestor, (0, -1))
        return entered < self._forest[pid][0] <= left

    @cached_property
    def _forest(self) -> dict[int, tuple[int, int]]:
        """Of each process its number, parents first, and the last number below it."""
        numbers: dict[int, int] = {}
        last: dict[int, int] = {}
        tops = [one.pid for one in self.table.processes if self.parent(one) is None]
        for top in (*tops, *self.by_pid):  # what is in a ring of parents hangs on none of the tops
            open_ = [top]
            while open_:
                pid = open_[-1]
                if pid in numbers:  # all below it has been seen
                    last.setdefault(pid, len(numbers))
                    open_.pop()
                    continue
                numbers[pid] = len(numbers) + 1
                open_ += [child.pid for child in self.children.get(pid, ()) if child.pid not in numbers]
        return {pid: (number, last[pid]) for pid, number in numbers.items()}
