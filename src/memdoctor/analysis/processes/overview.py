"""The processes of a machine before any opinion: every row, and the programs that they run."""

from collections import Counter
from typing import Any

from memdoctor.analysis.processes import machine as kinds
from memdoctor.analysis.processes.machine import Family, Machine
from memdoctor.cuts import beginning, whole_words
from memdoctor.findings import Confidence, ProcessesOverview, ProcessOverview
from memdoctor.model import Process
from memdoctor.overviews import FamilyOverview
from memdoctor.secrets import mask_words
from memdoctor.units import count_of, duration, grouped

_LONGEST_WORD, _LONGEST = 48, 200  # characters of a command line
_NAMES = {  # kind → singular, plural
    kinds.ORPHAN: ("orphan", "orphans"),
    kinds.DESCENDANT: ("below an orphan", "below orphans"),
    kinds.LEAKED: ("leaked", "leaked"),
    kinds.DUPLICATE: ("duplicate", "duplicates"),
    kinds.ZOMBIE: ("zombie", "zombies"),
    kinds.RESPAWN: ("in a loop", "in a loop"),
}


def processes_overview(machine: Machine, *, show_arguments: bool = False) -> ProcessesOverview:
    """Return all rows and families of the last look."""
    now = machine.looks.now
    ordered = sorted(machine.processes, key=lambda process: process.pid)
    rows = tuple(_row(machine, process, show_arguments=show_arguments) for process in ordered)
    return ProcessesOverview(
        source=now.source,
        title=_title(machine),
        live=now.live,
        at=now.at,
        time_from=now.time_from,
        looks=len(machine.looks.tables),
        span_seconds=machine.looks.span,
        memory_total=machine.memory_total,
        memory_available=now.memory_available,
        swap_total=now.swap_total,
        swap_used=now.swap_used,
        processes=rows,
        families=tuple(_family(machine, family) for family in machine.families),
        counts=counts(machine),
    )


def counts(machine: Machine) -> dict[str, Any]:
    """Return how many processes there are of each kind; orphans by how sure that is."""
    verdicts = machine.verdicts.values()
    found = Counter(verdict.kind for verdict in verdicts)
    sure = Counter(verdict.confidence for verdict in verdicts if verdict.kind == kinds.ORPHAN)
    return {
        "orphans": {level.value: sure[level] for level in Confidence},
        "orphan_descendants": found[kinds.DESCENDANT],
        "leaked_children": found[kinds.LEAKED],
        "duplicates": found[kinds.DUPLICATE],
        "zombies": found[kinds.ZOMBIE],
        "respawn_loops": len(machine.loops),
    }


def _title(machine: Machine) -> str:
    """Return what was looked at, in one line."""
    looks, now = machine.looks, machine.looks.now
    own = sum(not process.is_kernel for process in now.processes)
    parts = [count_of(own, "process", "processes")]
    if len(looks.tables) > 1:
        over = f" over {duration(looks.span)}" if looks.span else ""
        parts.append(f"the last of {grouped(len(looks.tables))} looks{over}")
    return ", ".join(parts)


def _row(machine: Machine, process: Process, *, show_arguments: bool) -> ProcessOverview:
    program, verdict = machine.program(process), machine.verdicts.get(process.pid)
    cpu = machine.looks.cpu(process)
    return ProcessOverview(
        source=process.source,
        place=process.place,
        pid=process.pid,
        ppid=process.ppid,
        started_at=machine.tree.started_at(process),
        user=process.user,
        state=process.state,
        program=program.name,
        family=program.family,
        command=command_of(process, show_arguments=show_arguments),
        kind=verdict.kind if verdict else None,
        confidence=verdict.confidence if verdict else None,
        reasons=verdict.reasons if verdict else (),
        rss=process.rss,
        pss=process.pss,
        uss=process.uss,
        swap=process.swap,
        threads=process.threads,
        cpu_share=cpu.share,
        cpu_is_recent=cpu.is_recent,
        age=process.age,
        unseen=process.unseen,
        is_kernel=process.is_kernel,
    )


def command_of(process: Process, *, show_arguments: bool) -> str | None:
    """Return a command line: as it is, or shortened and without secrets."""
    words = tuple(word for word in process.argv or () if word)
    if not words:
        return None
    if show_arguments:
        return " ".join(words)
    rest = iter(mask_words(words).split(" "))
    shown, length = [], 0
    for word in rest:
        shown.append(_short(word))
        length += len(shown[-1]) + 1
        if length > _LONGEST:
            break
    return whole_words(" ".join((*shown, *rest)), _LONGEST)  # what is cut off may tell what is not


def _short(word: str) -> str:
    """Return a word with a long path cut to its end, and other long words to their beginning."""
    if len(word) <= _LONGEST_WORD:
        return word
    tail = word.rsplit("/", 1)[-1]
    if word.startswith("/") and 0 < len(tail) < _LONGEST_WORD:
        return f"…/{tail}"
    return beginning(word, _LONGEST_WORD)


def _family(machine: Machine, family: Family) -> FamilyOverview:
    cost = family.cost
    wrong = Counter(
        verdict.kind for one in family.processes if (verdict := machine.verdicts.get(one.pid)) is not None
    )
    words = [f"{count} {_NAMES[kind][count > 1]}" for kind, count in wrong.most_common()]
    shares = [share for one in family.processes if (share := machine.looks.cpu(one).share) is not None]
    return FamilyOverview(
        name=family.name,
        processes=len(family.processes),
        memory=cost.memory,
        is_pss=cost.is_pss,
        swap=cost.swap,
        cpu_share=sum(shares) if len(shares) == len(family.processes) else None,
        threads=cost.threads,
        age=max((one.age for one in family.processes if one.age is not None), default=None),
        wrong=", ".join(words),
    )
