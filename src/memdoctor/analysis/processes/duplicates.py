"""Processes that run more than once where one is meant: daemons, sessions, users of one data directory."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from memdoctor.analysis.processes import known
from memdoctor.analysis.processes.looks import Looks
from memdoctor.analysis.processes.program import Program, option
from memdoctor.analysis.processes.tree import Tree
from memdoctor.findings import Confidence
from memdoctor.model import Process

_SINGLE = frozenset({"--daemon", "--daemonize", "--singleton"}) | known.PID_FILE_OPTIONS
_SERVES = frozenset({"serve", "daemon"})
_SESSION = frozenset({"--resume", "--session-id", "--session", "--conversation"})
_DATA = frozenset(
    {"--data-dir", "--datadir", "--data-path", "--dbpath", "--db-path", "--db-dir", "--database-dir"}
)
_LEAST_ID = 8  # characters: shorter ones are names of something else
_YOUNG = 5  # seconds: a daemon that just takes over from another


@dataclass(frozen=True, slots=True)
class Group:
    """Processes that share what only one of them should have."""

    shared: str  # what it is, in words
    members: tuple[Process, ...]
    confidence: Confidence
    signs: tuple[str, ...]
    keeper: Process | None = None  # the one that is meant to run, where that can be told

    @property
    def superfluous(self) -> tuple[Process, ...]:
        """The members without the one that is meant to run."""
        return tuple(one for one in self.members if one is not self.keeper)


def duplicate_daemons(looks: Looks) -> tuple[Group, ...]:
    """Return programs that are meant to run once, and run several times with the same arguments."""
    tree = looks.tree

    def key(process: Process) -> object | None:
        program = tree.program(process)
        if process.cut or not _is_single(program) or program.is_durable or known.is_service(process.cgroup):
            return None
        if process.age is not None and process.age < _YOUNG:
            return None
        where = process.cwd if _serves_only(program) or not _is_absolute(program.path) else None
        return program.same_service, process.user, where, tree.container(process)

    groups = []
    for members in _apart(tree, _grouped(tree.table.processes, key)):
        if _is_pool(tree, members):
            continue
        program = tree.program(members[0])
        weak = _serves_only(program) and members[0].cwd is None
        signs = ["the same program and arguments", "its arguments say that one is meant to run"]
        keeper = _keeper(tree, members)
        if keeper is not None:
            signs.append(f"pid {keeper.pid} alone has children, so it is the one at work")
        level = Confidence.POSSIBLE if weak else Confidence.LIKELY
        groups.append(Group(program.name, members, level, tuple(signs), keeper))
    return tuple(groups)


def same_sessions(looks: Looks) -> tuple[Group, ...]:
    """Return sessions that several processes have resumed, by the id on their command lines."""
    tree = looks.tree

    def key(process: Process) -> str | None:
        program = tree.program(process)
        if process.cut or program.family not in known.AGENTS:
            return None
        session = option(program.words, _SESSION) or ""
        return session if len(session) >= _LEAST_ID and any(c.isdigit() for c in session) else None

    groups = _apart(tree, _grouped(tree.table.processes, key))
    sign = ("the same session id on each command line",)
    return tuple(Group(str(key(members[0])), members, Confidence.LIKELY, sign) for members in groups)


def shared_data(looks: Looks) -> tuple[Group, ...]:
    """Return data directories that several processes have been told to work on."""
    tree = looks.tree

    def key(process: Process) -> object | None:
        place = None if process.cut else option(tree.program(process).words, _DATA)
        if place is None or (process.cwd is None and not _is_absolute(place)):
            return None
        where = None if _is_absolute(place) else process.cwd
        return place.rstrip("/\\"), where, tree.container(process)

    groups = []
    for members in _apart(tree, _grouped(tree.table.processes, key)):
        place = option(tree.program(members[0]).words, _DATA) or ""
        signs = ("the same directory on each command line",)
        groups.append(Group(place, members, Confidence.LIKELY, signs))
    return tuple(groups)


def _is_single(program: Program) -> bool:
    words = program.words
    if known.needs_parent(words):
        return False
    return any(word.partition("=")[0] in _SINGLE for word in words) or _serves_only(program)


def _is_absolute(path: str) -> bool:
    return path.startswith(("/", "\\")) or path[1:3] in (":\\", ":/")


def _serves_only(program: Program) -> bool:
    """Whether only a verb says that it is meant to run once: `serve` may serve many folders."""
    words = program.words
    return not any(word.partition("=")[0] in _SINGLE for word in words) and any(w in _SERVES for w in words)


def _grouped(processes: Iterable[Process], key: Callable[[Process], object | None]) -> list[list[Process]]:
    groups: dict[object, list[Process]] = defaultdict(list)
    for process in processes:
        if process.is_kernel or process.state == "Z":
            continue
        found = key(process)
        if found is not None:
            groups[found].append(process)
    return [group for group in groups.values() if len(group) > 1]


def _apart(tree: Tree, groups: list[list[Process]]) -> list[tuple[Process, ...]]:
    """Keep of each group what no other member started: a wrapper and what it runs are one."""
    found = []
    for group in groups:
        tops: list[Process] = []
        for one in sorted(group, key=lambda member: tree.number(member.pid)):  # parents first
            if not tops or not tree.is_below(one.pid, tops[-1].pid):
                tops.append(one)
        if len(tops) > 1:
            found.append(tuple(sorted(tops, key=lambda member: member.pid)))
    return found


def _is_pool(tree: Tree, members: tuple[Process, ...]) -> bool:
    """Whether one live parent started all of them on purpose: several workers of one supervisor."""
    parents = {process.ppid for process in members}
    if len(parents) > 1:
        return False
    parent = tree.parent(members[0])
    return parent is not None and not tree.is_adopter(parent)


def _keeper(tree: Tree, members: tuple[Process, ...]) -> Process | None:
    """Return the only member that has children at work."""
    busy = [one for one in members if tree.children.get(one.pid)]
    return busy[0] if len(busy) == 1 else None
