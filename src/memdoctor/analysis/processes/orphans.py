"""Which processes have lost the parent that they were made for, how sure that is, and from which signs.

Points are added up for each sign; CPU and memory are none of them. The table is in docs/processes.md.
"""

from dataclasses import dataclass

from memdoctor.analysis.processes.signs import SIGNS, Seen
from memdoctor.analysis.processes.tree import Tree
from memdoctor.findings import Confidence
from memdoctor.model import Process

CERTAIN, LIKELY, POSSIBLE = 75, 45, 25  # points
_YOUNG = 60  # seconds: a process that is just being made into a daemon looks like an orphan


@dataclass(frozen=True, slots=True)
class Reason:
    """One sign that holds, in words, with its points."""

    text: str
    points: int


@dataclass(frozen=True, slots=True)
class Orphan:
    """A process that may be an orphan; `descendants` go with it."""

    process: Process
    confidence: Confidence
    points: int
    signs: tuple[Reason, ...]
    caps: tuple[str, ...] = ()  # why it is not surer
    descendants: tuple[Process, ...] = ()

    @property
    def is_sure(self) -> bool:
        """Whether it is certain or likely."""
        return self.confidence is not Confidence.POSSIBLE


def orphans(tree: Tree) -> tuple[Orphan, ...]:
    """Return the orphans of a look, surest first; what descends from a sure one is not judged."""
    found: list[Orphan] = []
    sure: int | None = None  # the last sure one: what descends from it follows it
    for process in sorted(tree.table.processes, key=lambda one: tree.number(one.pid)):
        if sure is not None and tree.is_below(process.pid, sure):
            continue
        orphan = _judge(tree, process)
        if orphan is not None:
            found.append(orphan)
            sure = process.pid if orphan.is_sure else sure
    return tuple(sorted(found, key=lambda one: (-one.points, one.process.pid)))


def _judge(tree: Tree, process: Process) -> Orphan | None:
    """Return what is to be said of one process, None if it is no orphan."""
    if process.is_kernel or process.state == "Z" or process.pid == 1 or process.ppid in (None, 0):
        return None
    if process.pid in tree.in_use:
        return None
    seen = Seen(tree, process)
    if not seen.is_adopted and not seen.has_dead_streams:
        return None
    signs = [Reason(sign.words(seen) or sign.text, sign.points) for sign in SIGNS if sign.holds(seen)]
    confidence, caps = _confidence(seen, signs)
    if confidence is None:
        return None
    points = sum(sign.points for sign in signs)
    below = () if confidence is Confidence.POSSIBLE else tuple(tree.descendants(process))
    return Orphan(process, confidence, points, tuple(signs), caps, below)


def _confidence(seen: Seen, signs: list[Reason]) -> tuple[Confidence | None, tuple[str, ...]]:
    """Return how sure these signs make it, and what keeps it from being surer."""
    points = sum(sign.points for sign in signs)
    closed = seen.is_dead(0) or seen.is_in_closed_terminal
    tooling = seen.is_made_for_another or (closed and seen.owns_tooling)
    surely_lost = closed and (tooling or seen.lost_leader or seen.is_in_closed_terminal)
    if points >= CERTAIN and surely_lost:
        return (Confidence.CERTAIN, ()) if seen.is_adopted else (Confidence.LIKELY, (_ON_PURPOSE,))
    # The first process of a container may be the parent that it was made for.
    left_over = tooling and not closed and not seen.is_in_container
    if points >= LIKELY and seen.is_adopted and (surely_lost or left_over):
        return _capped(seen, closed=closed)
    left_alone = points >= LIKELY and (closed or seen.is_dead(1))
    is_possible = left_alone or (points >= POSSIBLE and tooling) or _is_stray(seen, signs)
    return (Confidence.POSSIBLE if is_possible else None), ()


_ON_PURPOSE = "its parent lives, and may have closed the streams on purpose"


def _is_stray(seen: Seen, signs: list[Reason]) -> bool:
    """Whether it was taken in, is cut off from its session, and nothing says that it is meant to be there.

    While its session lives, a terminal or a pipe must tie it to that: what a desktop starts has neither.
    """
    gone = seen.tree.leader_is_gone(seen.process) is True and seen.leads_session is False
    tied = seen.lost_leader and any(seen.kind(number) in ("terminal", "pipe") for number in (0, 1, 2))
    return seen.is_adopted and (gone or tied) and all(sign.points > -30 for sign in signs)


def _capped(seen: Seen, *, closed: bool) -> tuple[Confidence, tuple[str, ...]]:
    """Return how sure a likely one is: with open streams, a daemon in the making looks the same."""
    if closed:
        return Confidence.LIKELY, ()
    if not seen.process.streams:
        return Confidence.LIKELY, ("its streams are not visible: likely at most",)
    if seen.process.age is not None and seen.process.age < _YOUNG:
        return Confidence.POSSIBLE, ("younger than a minute, and its streams are open",)
    if seen.is_kept:
        return Confidence.POSSIBLE, (
            "input and output lead to nothing or a file, as if it was kept on purpose",
        )
    return Confidence.LIKELY, ()
