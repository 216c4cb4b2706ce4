"""Processes that have ended and that their parent has not asked about."""

from collections import defaultdict
from dataclasses import dataclass

from memdoctor.analysis.processes.looks import Looks, identity_of
from memdoctor.model import Process

LEAST = 3  # fewer are about to be asked about


@dataclass(frozen=True, slots=True)
class Zombies:
    """The ended children of one parent; `grown` of them came since an earlier look."""

    parent: Process | None
    parent_pid: int | None
    children: tuple[Process, ...]
    grown: int | None

    @property
    def stay(self) -> bool:
        """Whether they are no ones that their parent is just about to ask about."""
        return len(self.children) >= LEAST or (len(self.children) > 1 and (self.grown or 0) > 0)


def zombies(looks: Looks) -> tuple[Zombies, ...]:
    """Return the zombies of each parent, most first."""
    groups: dict[int | None, list[Process]] = defaultdict(list)
    for process in looks.now.processes:
        if process.state == "Z":
            groups[process.ppid].append(process)
    found = []
    for parent_pid, group in groups.items():
        parent = looks.tree.by_pid.get(parent_pid or 0)
        found.append(Zombies(parent, parent_pid, tuple(group), _grown(looks, parent_pid, group)))
    return tuple(sorted(found, key=lambda one: -len(one.children)))


def _grown(looks: Looks, parent: int | None, group: list[Process]) -> int | None:
    """Return how many came since the first look in which the parent was there."""
    for earlier, _ in reversed(list(looks.earlier())):
        if parent in earlier.by_pid:
            before = {identity_of(one) for one in earlier.table.processes if one.state == "Z"}
            return sum(identity_of(one) not in before for one in group)
    return None
