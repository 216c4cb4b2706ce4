"""What of that which `memdoctor ps` found is to be ended, and why the rest is not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from memdoctor.analysis.processes.costs import cost
from memdoctor.analysis.processes.leaked import LEAST, Leak
from memdoctor.analysis.processes.machine import Machine
from memdoctor.analysis.processes.overview import processes_overview
from memdoctor.endings import Asked, Plan, Spared, Target, Why
from memdoctor.findings import Confidence
from memdoctor.live.ending.guards import Me, Refusal, refusal
from memdoctor.live.ending.managers import Manager, manager_above, manager_of
from memdoctor.model import Process

_BY_PID = "to end it nevertheless, name it by its pid"


@dataclass(frozen=True, slots=True)
class _Root:
    """A process that is to be ended with all that it started; `named` by its pid."""

    process: Process
    named: bool = False


def planned(machine: Machine, asked: Asked, who: Me, *, show_arguments: bool = False) -> Plan:
    """Return what is to be ended of what was asked for, parents first, those that cost most first.

    Without a pid only what the analyses are certain of. What a process started is ended with it.
    """
    return _Planning(machine, asked, who, show_arguments=show_arguments).plan()


class _Planning:
    """One plan in the making."""

    def __init__(self, machine: Machine, asked: Asked, who: Me, *, show_arguments: bool) -> None:
        self._machine, self._tree, self._asked, self._who = machine, machine.tree, asked, who
        overview = processes_overview(machine, show_arguments=show_arguments)
        self._rows = {row.pid: row for row in overview.processes}
        self._spared: dict[int, Spared] = {}
        self._notes: list[str] = []

    def plan(self) -> Plan:
        found = [*self._named(), *self._orphans(), *self._leaked()]
        roots = {root.process.pid: root for root in reversed(found)}  # what is named, is so first of all
        groups: list[tuple[_Root, tuple[Process, ...]]] = []
        taken: set[int] = set()
        for root in sorted(roots.values(), key=lambda one: self._tree.number(one.process.pid)):
            if root.process.pid in taken:
                continue
            members = self._members(root.process)
            if self._may_be_ended(root, members):
                groups.append((root, members))
                taken |= {one.pid for one in members}
        groups.sort(key=lambda group: -(cost(group[1]).held))
        targets = tuple(target for group in groups for target in self._targets(*group))
        spared = tuple(one for pid, one in self._spared.items() if pid not in taken)
        return Plan(self._asked, targets, spared, tuple(self._notes), self._who.user)

    def _named(self) -> Iterator[_Root]:
        for pid in dict.fromkeys(self._asked.pids):
            process = self._tree.by_pid.get(pid)
            if process is None:
                self._spare(pid, Why.REFUSED, f"there is no process {pid}", named=True)
            else:
                yield _Root(process, named=True)

    def _orphans(self) -> Iterator[_Root]:
        for orphan in self._machine.told_orphans if self._asked.orphans else ():
            if orphan.confidence is Confidence.CERTAIN:
                yield _Root(orphan.process)
            else:
                self._doubt(orphan.process, f"only {orphan.confidence}")

    def _leaked(self) -> Iterator[_Root]:
        for pid in dict.fromkeys(self._asked.leaked):
            parent = self._tree.by_pid.get(pid)
            if parent is None:
                self._spare(pid, Why.REFUSED, f"there is no process {pid}", named=True)
                continue
            found = [leak for leak in self._machine.leaks if leak.parent.pid == pid]
            if not found:
                name = self._machine.program(parent).name
                rule = f"at least {LEAST} of one kind that were not all started for one job"
                self._notes.append(f"{name} (pid {pid}) has no children that look leaked: {rule}")
            for leak in found:
                yield from self._children(leak)

    def _children(self, leak: Leak) -> Iterator[_Root]:
        """Yield the children that are certainly leaked: idle, and there since before it was watched."""
        looks = self._machine.looks
        for child in leak.children:
            if leak.confidence is not Confidence.CERTAIN:
                self._doubt(child, f"only {leak.confidence}")
            elif not looks.is_idle(child):
                self._doubt(child, "it is at work: it uses CPU")
            elif (child.age or 0) < (looks.span or 0):
                self._doubt(child, "it was started only now")
            else:
                yield _Root(child)

    def _doubt(self, process: Process, reason: str) -> None:
        """Note what is not certain; what could not be ended by its pid either, is said to be that."""
        found = refusal(self._tree, process, self._who)
        if found is None:
            self._spare(process.pid, Why.UNSURE, reason, _BY_PID)
        else:
            self._spare(process.pid, Why.REFUSED, found.reason, found.help)

    def _members(self, root: Process) -> tuple[Process, ...]:
        """Return a process and what it started, parents first; what has ended already is not counted."""
        below = (one for one in self._tree.descendants(root) if one.state != "Z")
        return (root, *sorted(below, key=lambda one: self._tree.number(one.pid)))

    def _may_be_ended(self, root: _Root, members: Sequence[Process]) -> bool:
        """Whether nothing speaks against it; if something does, that is noted."""
        for one in members:
            found = refusal(self._tree, one, self._who) or self._managed(root, one, members)
            if found is None:
                continue
            reason = found.reason
            if one is not root.process:
                reason = f"{self._machine.program(one).name} (pid {one.pid}), which it started: {reason}"
            self._spare(root.process.pid, Why.REFUSED, reason, found.help, named=root.named)
            return False
        return True

    def _managed(self, root: _Root, one: Process, members: Sequence[Process]) -> Refusal | None:
        """Return that a process manager is concerned, which only who names it by pid can want to end."""
        if root.named:
            return None
        manager = manager_of(self._tree, one)
        if manager is not None:
            words = f"it is {manager.name}, which runs others; {manager.shutdown} ends it"
            return Refusal(words, _BY_PID)
        manager = self._manager_of_worker(one, members)
        return None if manager is None else Refusal(_started_again(manager), _BY_PID)

    def _manager_of_worker(self, one: Process, members: Sequence[Process]) -> Manager | None:
        """Return the manager that would start a process again.

        One that takes in orphans runs others, too; and one that is ended as well starts nothing.
        """
        manager = manager_above(self._tree, one)
        if manager is None or self._tree.is_adopter(manager.process):
            return None
        return None if any(manager.process.pid == other.pid for other in members) else manager

    def _targets(self, root: _Root, members: Sequence[Process]) -> Iterator[Target]:
        depths: dict[int, int] = {}
        for one in members:
            depths[one.pid] = depths.get(one.ppid or 0, -1) + 1
            row = replace(self._rows[one.pid], depth=depths[one.pid])
            warnings = tuple(self._warnings(root, one, members)) if one is root.process else ()
            yield Target(one, row, root.process.pid, warnings)

    def _warnings(self, root: _Root, one: Process, members: Sequence[Process]) -> Iterator[str]:
        if not root.named:
            return
        worker_of, manager = self._manager_of_worker(one, members), manager_of(self._tree, one)
        if worker_of is not None:
            yield _started_again(worker_of)
        if manager is not None:
            yield f"it is {manager.name}, which runs others: better {manager.shutdown}"
        verdict = self._machine.verdicts.get(one.pid)
        if verdict is None:
            yield "memdoctor ps finds nothing wrong with it"

    def _spare(self, pid: int, why: Why, reason: str, help_line: str = "", *, named: bool = False) -> None:
        row = self._rows.get(pid)
        self._spared.setdefault(pid, Spared(pid, why, reason, help_line, row, named))


def _started_again(manager: Manager) -> str:
    return f"{manager.name} (pid {manager.process.pid}) starts it again: {manager.stop} keeps it from that"
