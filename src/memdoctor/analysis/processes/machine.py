"""The processes of one machine: every analysis once and on demand, and one kind for each process."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from memdoctor.analysis.processes.costs import Cost, cost
from memdoctor.analysis.processes.duplicates import Group, duplicate_daemons, same_sessions, shared_data
from memdoctor.analysis.processes.leaked import Leak, leaks
from memdoctor.analysis.processes.looks import Looks
from memdoctor.analysis.processes.loops import Loop, loops
from memdoctor.analysis.processes.orphans import Orphan, orphans
from memdoctor.analysis.processes.ports import Conflict, StalePidFile, conflicts, stale_pid_files
from memdoctor.analysis.processes.program import Program
from memdoctor.analysis.processes.tree import Tree
from memdoctor.analysis.processes.zombies import Zombies, zombies
from memdoctor.findings import Confidence
from memdoctor.model import Case, Listener, Process, ProcessTable
from memdoctor.units import grouped

ORPHAN, DESCENDANT, LEAKED = "orphan", "orphan-descendant", "leaked-child"
DUPLICATE, ZOMBIE, RESPAWN = "duplicate", "zombie", "respawn-loop"

_NAMED = 3  # programs
_LEAST_SHARE = 0.01  # of the memory: less is too coarse to reckon with
_NONE = ProcessTable("no listing", "no listing", ())


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one process is, how sure, and why."""

    kind: str
    confidence: Confidence
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """Processes that run one program."""

    name: str
    processes: tuple[Process, ...]
    cost: Cost


class Machine:
    """What the tables of a case say together."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.looks = Looks(case.tables or (_NONE,))

    @property
    def tree(self) -> Tree:
        """Who started whom, at the last look."""
        return self.looks.tree

    @property
    def processes(self) -> tuple[Process, ...]:
        """All processes of the last look."""
        return self.looks.now.processes

    def program(self, process: Process) -> Program:
        """Return which program a process runs."""
        return self.tree.program(process)

    @cached_property
    def orphans(self) -> tuple[Orphan, ...]:
        """Processes whose parent has ended, surest first."""
        return orphans(self.tree)

    @property
    def told_orphans(self) -> tuple[Orphan, ...]:
        """The orphans that are nothing else: one kind for each process."""
        return tuple(one for one in self.orphans if self.verdicts[one.process.pid].kind == ORPHAN)

    @cached_property
    def memory_total(self) -> int | None:
        """The machine's memory in bytes; of a listing derived from RSS and share of the largest process.

        Shares have one decimal: the largest is the least wrong.
        """
        if self.looks.now.memory_total is not None:
            return self.looks.now.memory_total
        shares = [(one.memory_share, one.rss) for one in self.processes if one.memory_share and one.rss]
        share, rss = max(shares, default=(0.0, 0))
        return int(rss / share) if share >= _LEAST_SHARE else None

    @cached_property
    def leaks(self) -> tuple[Leak, ...]:
        """Parents with children that they never ended."""
        return leaks(self.looks)

    @cached_property
    def duplicates(self) -> tuple[Group, ...]:
        """Daemons that run more than once."""
        return duplicate_daemons(self.looks)

    @cached_property
    def sessions(self) -> tuple[Group, ...]:
        """Sessions that more than one process has resumed."""
        return same_sessions(self.looks)

    @cached_property
    def shared_data(self) -> tuple[Group, ...]:
        """Data directories with more than one user."""
        return shared_data(self.looks)

    @cached_property
    def zombies(self) -> tuple[Zombies, ...]:
        """Ended processes by the parent that has not asked about them."""
        return zombies(self.looks)

    @cached_property
    def loops(self) -> tuple[Loop, ...]:
        """What is started again and again."""
        return loops(self.looks)

    @property
    def listeners(self) -> tuple[Listener, ...]:
        """Sockets that wait for connections: of the machine, and brought beside it."""
        return (*(self.looks.now.listeners or ()), *self.case.listeners)

    @cached_property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Ports with listeners that do not belong together."""
        return conflicts(self.tree, self.listeners)

    @cached_property
    def stale_pid_files(self) -> tuple[StalePidFile, ...]:
        """Files that name a process which is not the one they mean."""
        return stale_pid_files(self.tree, self.case.pid_files, self.listeners)

    @cached_property
    def verdicts(self) -> dict[int, Verdict]:
        """What is wrong with each process, by pid; what is said first of one holds."""
        found: dict[int, Verdict] = {}
        for dead in self.zombies:
            for child in dead.children:
                reason = "it has ended, and its parent has not asked about it"
                found.setdefault(child.pid, Verdict(ZOMBIE, Confidence.CERTAIN, (reason,)))
        for orphan in self.orphans:
            if orphan.is_sure:
                self._tell(found, orphan)
        for leak in self.leaks:
            for child in leak.children:
                found.setdefault(child.pid, Verdict(LEAKED, leak.confidence, leak.signs))
        for group in self.duplicates:
            for one in group.superfluous:
                found.setdefault(one.pid, Verdict(DUPLICATE, group.confidence, group.signs))
        for loop in self.loops:
            words = (
                f"{loop.program.name} was started {grouped(len(loop.starts))} times in {loop.seconds:.0f} s"
            )
            pids = [start.pid for start in loop.starts]
            for pid in (loop.parent_pid, *pids):
                if pid in self.tree.by_pid:
                    found.setdefault(pid, Verdict(RESPAWN, loop.confidence, (words,)))
        for orphan in self.orphans:
            self._tell(found, orphan)
        return found

    def _tell(self, found: dict[int, Verdict], orphan: Orphan) -> None:
        """Note an orphan and what goes with it."""
        reasons = (*(sign.text for sign in orphan.signs), *orphan.caps)
        found.setdefault(orphan.process.pid, Verdict(ORPHAN, orphan.confidence, reasons))
        below = (f"an orphan started it (pid {orphan.process.pid})",)
        for one in orphan.descendants:
            found.setdefault(one.pid, Verdict(DESCENDANT, orphan.confidence, below))

    @cached_property
    def families(self) -> tuple[Family, ...]:
        """All processes by the program that they run, those that cost most first."""
        groups: dict[str, list[Process]] = {}
        for process in self.processes:
            if process.is_kernel:
                continue
            groups.setdefault(self.program(process).name, []).append(process)
        families = [Family(name, tuple(processes), cost(processes)) for name, processes in groups.items()]
        return tuple(sorted(families, key=lambda one: -one.cost.held))

    def names(self, processes: Sequence[Process]) -> str:
        """Return which programs some processes run, those that most of them run first."""
        if len(processes) == 1:
            return f"{self.program(processes[0]).name} (pid {processes[0].pid})"
        counted = Counter(self.program(one).name for one in processes).most_common()
        named = ", ".join(f"{count} {name}" for name, count in counted[:_NAMED])
        rest = sum(count for _, count in counted[_NAMED:])
        return f"{named} and {rest} {'other' if rest == 1 else 'others'}" if rest else named

    def with_descendants(self, processes: Sequence[Process]) -> tuple[Process, ...]:
        """Return processes and all that they started, each once."""
        found: dict[int, Process] = {}
        for process in processes:
            if process.pid not in found:
                found[process.pid] = process
                found |= {one.pid: one for one in self.tree.descendants(process)}
        return tuple(found.values())
