"""Processes that end and are started again and again."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import median

from memdoctor.analysis.processes.known import AGENTS, is_errand
from memdoctor.analysis.processes.likeness import is_told
from memdoctor.analysis.processes.looks import Identity, Looks, identity_of
from memdoctor.analysis.processes.program import Program, program_of
from memdoctor.findings import Confidence
from memdoctor.model import Process, ProcessTable
from memdoctor.text import file_name

_LEAST = 3  # starts
_IN_TURN = 3  # different commands that a parent starts while it is watched: a runner of jobs


@dataclass(frozen=True, slots=True)
class Loop:
    """One thing that a parent starts again whenever it has ended."""

    parent: Process | None
    parent_pid: int
    program: Program
    starts: tuple[Process, ...]  # one for each start, in the order in which they were seen
    seconds: float  # of all looks
    life: float  # the median of how long one lived, in seconds, as far as the looks show
    confidence: Confidence


def loops(looks: Looks) -> tuple[Loop, ...]:
    """Return what is respawned in the window of several looks, by parent and arguments."""
    window = looks.span
    if len(looks.window) < _LEAST or not window or window <= 0:
        return ()
    seen: dict[tuple[int, str], dict[Identity, list[int]]] = defaultdict(lambda: defaultdict(list))
    starts: dict[Identity, Process] = {}
    for index, table in enumerate(looks.window):
        for process in table.processes:
            if process.is_kernel or process.ppid is None or process.state == "Z":
                continue
            key = process.ppid, program_of(process).same_service
            seen[key][identity_of(process)].append(index)
            starts[identity_of(process)] = process
    # What was there at the first look and stays is no job.
    jobs = Counter(
        parent
        for (parent, _), members in seen.items()
        if len(members) > 1 or next(iter(members.values()))[0] > 0
    )
    found = []
    for (parent, _), members in seen.items():
        if len(members) >= _LEAST and (loop := _judge(looks, parent, members, starts, window)):
            in_turn = jobs[parent] >= _IN_TURN and loop.program.family is None
            found.append(replace(loop, confidence=Confidence.POSSIBLE) if in_turn else loop)
    return tuple(sorted(found, key=lambda loop: -len(loop.starts)))


def _judge(
    looks: Looks,
    parent: int,
    members: dict[Identity, list[int]],
    starts: dict[Identity, Process],
    window: float,
) -> Loop | None:
    """Return a loop if one follows the other and none of them lives long."""
    at_once = [index for seen in members.values() for index in seen]
    if len(at_once) != len(set(at_once)):
        return None  # two at once: a pool, or jobs side by side
    ordered = [starts[one] for one, _ in sorted(members.items(), key=lambda item: item[1][0])]
    program = program_of(ordered[0])
    if is_errand(program.name) or not program.words:
        return None
    life = median(_life(looks.window, starts[one], seen) for one, seen in members.items())
    if life >= window / 3:
        return None
    tree = looks.tree
    owner = tree.by_pid.get(parent)
    if owner is not None and tree.is_adopter(owner) and program.family is None:
        return None  # what init takes in has many parents
    asked_for = owner is not None and (tree.is_at_terminal(owner) or tree.program(owner).family in AGENTS)
    likely = program.family is not None or (_is_run(program) and not asked_for)
    level = Confidence.LIKELY if likely else Confidence.POSSIBLE
    return Loop(owner, parent, program, tuple(ordered), window, life, level)


_RUNTIMES = ("node", "bun", "deno", "python", "java", "ruby", "uv", "uvx", "npx")


def _is_run(program: Program) -> bool:
    """Whether a runtime runs it: most other commands are polls that end by design."""
    first = file_name(program.words[0]).removesuffix(".exe")
    return first.rstrip("0123456789.") in _RUNTIMES


def _life(tables: tuple[ProcessTable, ...], process: Process, seen: list[int]) -> float:
    """Return how long a process lived, in seconds: to half the way to the look that missed it."""
    after = tables[min(seen[-1] + 1, len(tables) - 1)]
    first = tables[seen[0]]
    if after.at is not None and is_told(after) and process.started_at is not None:
        return max((after.at - process.started_at) / timedelta(seconds=1), 0.0)
    if after.at is not None and first.at is not None:
        return (after.at - first.at) / timedelta(seconds=2) + (process.age or 0)
    return ((after.elapsed or 0) - (first.elapsed or 0)) / 2
