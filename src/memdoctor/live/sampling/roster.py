"""Who is watched: the processes that were named, what they start, and what takes their place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from memdoctor.analysis.processes.looks import Identity, identity_of
from memdoctor.analysis.processes.program import program_of
from memdoctor.analysis.processes.tree import Tree
from memdoctor.live.sampling.names import called
from memdoctor.model import Process, ProcessTable
from memdoctor.progress import note

_INIT = frozenset({0, 1})


@dataclass(frozen=True, slots=True)
class Member:
    """A process that is watched, and the one that it is watched for.

    `processes` is how many it and what it started are, None where it was not named itself.
    """

    process: Process
    root: Process
    processes: int | None = None


class Roster:
    """The processes that are watched, look by look.

    A process that has left its parent stays. One that ended is followed by one that was started since, with
    the same command line, for the same user and parent, or by the system; of a name, everything that is
    called so belongs to it.
    """

    def __init__(self, roots: Sequence[Process], names: Sequence[str], table: ProcessTable) -> None:
        """Take the processes that were named at a look, and the names that stand for more to come."""
        self._roots, self._names = list(roots), tuple(names)
        self._seen = {identity_of(one) for one in table.processes}
        self._members: dict[Identity, Process] = {}  # to the root that each is watched for

    def members(self, table: ProcessTable) -> list[Member]:
        """Return who is there at a look, roots before what they started."""
        tree = Tree(table)
        alive = {identity_of(one): one for one in table.processes if one.state != "Z"}
        self._roots = list(self._followed(alive))
        self._roots += self._newly_called(tree, alive)
        self._seen = {identity_of(one) for one in table.processes}
        found: dict[Identity, Member] = {}
        for root in self._roots:
            now = alive.get(identity_of(root))
            if now is not None:
                below = [one for one in tree.descendants(now) if identity_of(one) in alive]
                found[identity_of(root)] = Member(now, root, 1 + len(below))
                for one in below:
                    found.setdefault(identity_of(one), Member(one, root))
        for key, root in self._members.items():
            if key in alive:
                found.setdefault(key, Member(alive[key], root))
        self._members = {key: member.root for key, member in found.items()}
        return list(found.values())

    def _followed(self, alive: dict[Identity, Process]) -> Iterator[Process]:
        """Yield the roots; one that has ended is replaced by what took its place, if anything did."""
        fresh = [one for key, one in alive.items() if key not in self._seen]
        for root in self._roots:
            heir = None
            if identity_of(root) not in alive:
                heir = next((one for one in fresh if _takes_place(one, root)), None)
            if heir is not None:
                fresh.remove(heir)
                note(f"{_named(heir)} has taken the place of pid {root.pid}")
            elif identity_of(root) in self._members and identity_of(root) not in alive:
                note(f"{_named(root)} has ended")
            yield heir or root

    def _newly_called(self, tree: Tree, alive: dict[Identity, Process]) -> Iterator[Process]:
        known = {identity_of(root) for root in self._roots} | self._members.keys()
        for name in self._names:
            for one in called(name, tree):
                above = {identity_of(parent) for parent in tree.ancestors(one)}
                if identity_of(one) in alive and identity_of(one) not in known and not above & known:
                    known.add(identity_of(one))
                    note(f"{_named(one)} is watched, too: it is called {name}")
                    yield one


def _named(process: Process) -> str:
    return f"{program_of(process).name} (pid {process.pid})"


def _takes_place(one: Process, ended: Process) -> bool:
    """Whether a process that was just started runs in the place of one that has ended."""
    same_parent = one.ppid == ended.ppid or one.ppid in _INIT
    return same_parent and bool(one.argv) and (one.argv, one.user) == (ended.argv, ended.user)
