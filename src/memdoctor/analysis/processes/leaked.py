"""Children that a live parent started and never ended: many of one kind that do nothing."""

from collections import defaultdict
from dataclasses import dataclass

from memdoctor.analysis.processes.known import AGENTS
from memdoctor.analysis.processes.looks import Looks, identity_of
from memdoctor.analysis.processes.program import Program
from memdoctor.analysis.processes.tree import Tree
from memdoctor.findings import Confidence
from memdoctor.model import Process
from memdoctor.units import count_of, duration

LEAST = 8  # children of one kind: fewer are a pool, or what the parent works on
_SPREAD = 30 * 60  # seconds between the first and the last start
APART = 60  # seconds between two looks that can show growth


@dataclass(frozen=True, slots=True)
class Leak:
    """Children of one kind under one parent."""

    parent: Process
    children: tuple[Process, ...]
    confidence: Confidence
    signs: tuple[str, ...]


def leaks(looks: Looks) -> tuple[Leak, ...]:
    """Return the parents with leaked children, those with most children first."""
    tree = looks.tree
    found: list[Leak] = []
    for parent_pid, children in tree.children.items():
        parent = tree.by_pid[parent_pid]
        if tree.is_adopter(parent) or tree.program(parent).is_durable:
            continue
        groups: dict[str, list[Process]] = defaultdict(list)
        for child in children:
            if _may_be_leaked(tree, parent, child):
                groups[_kind_of_job(tree.program(child))].append(child)
        many = (group for group in groups.values() if len(group) >= LEAST)
        found += [leak for group in many if (leak := _judge(looks, parent, group))]
    return tuple(sorted(found, key=lambda leak: -len(leak.children)))


def _may_be_leaked(tree: Tree, parent: Process, child: Process) -> bool:
    """Whether a child may be left over: not one of a pool of its parent's own program, and not in use."""
    if child.is_kernel or child.state == "Z" or child.tty or child.pid in tree.in_use:
        return False
    return tree.program(child).name != tree.program(parent).name


def _kind_of_job(program: Program) -> str:
    """Return what children of one kind share: an agent has a job each, of others the arguments tell."""
    return program.name if program.family in AGENTS else program.same_kind_of_job


def _judge(looks: Looks, parent: Process, group: list[Process]) -> Leak | None:
    tree = looks.tree
    idle = [child for child in group if looks.is_idle(child)]
    spread = _spread(group)
    signs = [f"{count_of(len(group), 'child runs', 'children run')} {tree.program(group[0]).name}"]
    if len(idle) * 10 >= len(group) * 9:
        signs.append(looks.idle_words(len(idle), len(group)))
    elif any(looks.cpu(child).share is None for child in group):
        signs.append("whether they are idle is not shown")
        return Leak(parent, tuple(group), Confidence.POSSIBLE, tuple(signs))
    elif spread < _SPREAD:
        return None
    if spread >= _SPREAD:
        signs.append(f"started over {duration(spread)}")
    tooling = tree.program(group[0]).family is not None
    jobs = len({job for child in group if (job := tree.program(child).job)})
    if jobs > 1:
        signs.append(f"{jobs} different ids of jobs on their command lines")
    if tooling:
        signs.append("a session starts one of them for itself")
    grown = _grown(looks, parent, group)
    if grown:
        signs.append(f"{grown[0]} more than {grown[1]:.0f} s before, and none of them ended")
        return Leak(parent, tuple(group), Confidence.CERTAIN, tuple(signs))
    likely = tooling or jobs > 1
    level = Confidence.LIKELY if likely else Confidence.POSSIBLE
    return Leak(parent, tuple(group), level, tuple(signs))


def _spread(group: list[Process]) -> float:
    """Return the seconds between the first and the last start, 0 where that is not known."""
    ages = [child.age for child in group if child.age is not None]
    if len(ages) > 1:
        return max(ages) - min(ages)
    starts = [child.started_at for child in group if child.started_at is not None]
    return (max(starts) - min(starts)).total_seconds() if len(starts) > 1 else 0


def _grown(looks: Looks, parent: Process, group: list[Process]) -> tuple[int, float] | None:
    """Return by how many children the group grew, and in how many seconds, if none of them ended."""
    kind = _kind_of_job(looks.tree.program(group[0]))
    now = {identity_of(child) for child in group}
    for earlier, seconds in looks.earlier():
        if seconds < APART:
            continue
        same = [
            child
            for child in earlier.children.get(parent.pid, ())
            if _kind_of_job(earlier.program(child)) == kind and child.state != "Z"
        ]
        before = {identity_of(child) for child in same}
        if before and before < now:
            return len(now) - len(before), seconds
    return None
