"""What the answer says of processes: how many of which kind, what they hold, and who is to blame."""

from collections import Counter
from collections.abc import Iterator, Sequence

from memdoctor.analysis.processes.costs import Cost, cost
from memdoctor.analysis.processes.loops import Loop
from memdoctor.analysis.processes.machine import Machine
from memdoctor.findings import Confidence, Finding, Severity, worst_first
from memdoctor.model import Process
from memdoctor.readers.parts.processes.process_rows import BEST_LISTING
from memdoctor.rules.about_processes import (
    ended_sessions,
    harms,
    loop_cost,
    parent_of,
    spoken_cost,
    who,
    who_has,
)
from memdoctor.text import capital
from memdoctor.units import count_of, duration, grouped, percent, size

_NAMED = 2  # parents, programs
_APART = 3  # machines of a kind that are told one by one
_MILDEST = (len(Severity), 0)  # of a machine without a finding
_BEST_ON_WINDOWS = "Get-CimInstance Win32_Process | ConvertTo-Json"
# Rules of which the counts tell already.
_COUNTED = frozenset(
    {
        "orphaned-process",
        "leaked-children",
        "duplicate-daemon",
        "zombies",
        "respawn-loop",
        "memory-heavy-family",
    }
)


def of_machines(machines: Sequence[Machine], findings: Sequence[Finding]) -> Iterator[str]:
    """Say what is wrong with the processes of each machine; of several with the listing that tells it.

    Many that nothing is wrong with are told together.
    """
    if len(machines) == 1:
        yield from of_processes(machines[0], findings)
        return
    own = {
        machine: [one for one in findings if one.subject.source == machine.looks.now.source]
        for machine in machines
    }
    calm = [machine for machine in machines if not any(_wrong(machine, own[machine]))]
    wrong = [machine for machine in machines if machine not in calm]
    wrong.sort(key=lambda machine: min(map(worst_first, own[machine]), default=_MILDEST))
    for machine in (*wrong[:_APART], *(calm if len(calm) <= _APART else ())):
        yield f"{machine.looks.now.source}: {' '.join(of_processes(machine, own[machine]))}"
    if wrong[_APART:]:
        yield f"Something is wrong on {count_of(len(wrong) - _APART, 'more machine')}."
    if len(calm) > _APART:
        yield from _calm_together(calm)


def of_processes(machine: Machine, findings: Sequence[Finding]) -> Iterator[str]:
    """Say what is wrong with the processes, or that nothing shows."""
    wrong = list(_wrong(machine, findings))
    if not wrong:
        yield from _calm(machine)
        return
    yield from wrong
    yield from _freed(machine)
    now = machine.looks.now
    if machine.told_orphans and not now.live and not any(one.streams for one in machine.processes):
        yield "A listing shows no streams: no orphan in it is certain."


def _wrong(machine: Machine, findings: Sequence[Finding]) -> Iterator[str]:
    parts = [
        *_orphans(machine),
        *_leaks(machine),
        *_duplicates(machine),
        *_zombies(machine),
        *_loops(machine),
    ]
    if parts:
        yield f"{capital('; '.join(parts))}."
    others = [
        one
        for one in findings
        if one.family == "processes"
        and one.rule not in _COUNTED
        and one.severity != "info"
        and not one.folded
    ]
    if others:
        notes = "; ".join(finding.note for finding in others[:_NAMED])
        more = f"; {grouped(len(others) - _NAMED)} more above" if others[_NAMED:] else ""
        yield f"{capital(notes)}{more}."


def _orphans(machine: Machine) -> Iterator[str]:
    """Say how many orphans there are, how sure that is, and what they hold together."""
    by_level = Counter(orphan.confidence for orphan in machine.told_orphans)
    sure = [one for one in machine.told_orphans if one.is_sure]
    possible = by_level[Confidence.POSSIBLE]
    if sure:
        certain = by_level[Confidence.CERTAIN]
        how = _how(certain, len(sure))
        together = cost(machine.with_descendants([one.process for one in sure]))
        more = ended_sessions(machine, sure) + (f", {possible} more possible" if possible else "")
        many = count_of(len(sure), "orphan", "orphans")
        names = machine.names([one.process for one in sure])
        yield f"{many} ({names}), {how}{more}: {_words(machine, together)}"
    elif possible:
        yield f"{count_of(possible, 'possible orphan', 'possible orphans')}"


def _how(certain: int, of: int) -> str:
    """Return how many are certain, in words."""
    if certain in (0, of):
        return f"{'all ' if of > 1 else ''}{'certain' if certain else 'likely'}"
    return f"{certain} certain"


def _leaks(machine: Machine) -> Iterator[str]:
    told = [leak for leak in machine.leaks if leak.confidence is not Confidence.POSSIBLE]
    for leak in told[:_NAMED]:
        together = cost(machine.with_descendants(leak.children))
        parent = who(machine, leak.parent)
        many = count_of(len(leak.children), "leaked child", "leaked children")
        yield f"{many} of {parent}: {_words(machine, together)}"
    if told[_NAMED:]:
        rest = sum(len(leak.children) for leak in told[_NAMED:])
        yield f"{grouped(rest)} more of {count_of(len(told) - _NAMED, 'other parent', 'other parents')}"


def _duplicates(machine: Machine) -> Iterator[str]:
    told = [group for group in machine.duplicates if group.confidence is not Confidence.POSSIBLE]
    for group in told[:_NAMED]:
        together = cost(machine.with_descendants(group.superfluous))
        many = count_of(len(group.superfluous), "duplicate", "duplicates")
        beside = f" beside pid {group.keeper.pid}" if group.keeper else _started_by(machine, group.members)
        yield f"{many} of {group.shared}{beside}: {_words(machine, together)}"
    if told[_NAMED:]:
        yield f"{count_of(len(told) - _NAMED, 'more daemon runs', 'more daemons run')} several times"


def _started_by(machine: Machine, members: Sequence[Process]) -> str:
    """Return who started some processes, as far as that is to be seen."""
    parents = {one.ppid for one in members}
    if None in parents:
        return ""
    parent = parent_of(machine, members[0]) if len(parents) == 1 else f"{grouped(len(parents))} parents"
    return f", children of {parent}"


def _zombies(machine: Machine) -> Iterator[str]:
    told = [dead for dead in machine.zombies if dead.stay]
    for dead in told[:_NAMED]:
        of = "" if dead.parent_pid is None else f" of {parent_of(machine, dead.children[0])}"
        yield f"{count_of(len(dead.children), 'zombie')}{of}"
    if told[_NAMED:]:
        rest = sum(len(dead.children) for dead in told[_NAMED:])
        yield count_of(rest, "more zombie")


def _loops(machine: Machine) -> Iterator[str]:
    for loop in machine.loops[:_NAMED]:
        parent = who_has(machine, loop.parent_pid)
        possibly = ", perhaps a loop" if loop.confidence is Confidence.POSSIBLE else ""
        yield (
            f"{count_of(len(loop.starts), 'start')} of {loop.program.name} in {duration(loop.seconds)} "
            f"by {parent}{possibly}: {_loop_words(machine, loop)}"
        )
    if machine.loops[_NAMED:]:
        yield count_of(len(machine.loops) - _NAMED, "more loop")


def _loop_words(machine: Machine, loop: Loop) -> str:
    together = loop_cost(machine, loop)
    cpu = f", {percent(together.cpu_share)} CPU" if together.cpu_share and together.cpu_share >= 1 else ""
    return f"{spoken_cost(together)}{cpu}"


def _words(machine: Machine, together: Cost) -> str:
    return f"{spoken_cost(together)}{', which harms now' if harms(machine, together) else ''}"


def _calm_together(machines: Sequence[Machine]) -> Iterator[str]:
    judged = [machine for machine in machines if any(process.ppid for process in _listed(machine))]
    if judged:
        processes = count_of(sum(len(_listed(machine)) for machine in judged), "process", "processes")
        many = count_of(len(judged), "machine")
        yield f"{many} with {processes}: {_what_shows(judged)}."
    if len(machines) > len(judged):
        many = count_of(len(machines) - len(judged), "listing")
        yield f"{many} without parents: neither orphans nor leaked children can be told."


def _what_shows(machines: Sequence[Machine]) -> str:
    """Return what does not show where nothing likely is wrong, and what may be."""
    leaks = [leak for machine in machines for leak in machine.leaks]
    groups = [group for machine in machines for group in machine.duplicates]
    leaked = sum(len(leak.children) for leak in leaks)
    doubled = sum(len(group.superfluous) for group in groups)
    none = ["no orphan", *([] if leaked else ["no leaked child"]), *([] if doubled else ["no duplicate"])]
    maybe = [
        *([count_of(leaked, "leaked child is", "leaked children are")] if leaked else []),
        *([count_of(doubled, "duplicate is", "duplicates are")] if doubled else []),
    ]
    return "; ".join([f"{', '.join(none)} shows", *(f"{one} possible" for one in maybe)])


def _listed(machine: Machine) -> list[Process]:
    return [process for process in machine.processes if not process.is_kernel]


def _calm(machine: Machine) -> Iterator[str]:
    own = _listed(machine)
    better = _BEST_ON_WINDOWS if machine.looks.now.system == "windows" else BEST_LISTING
    if not own:
        yield f"No process is listed: take {better} at the same time."
        return
    count = count_of(len(own), "process", "processes")
    if any(process.ppid for process in own):
        yield f"{count}: {_what_shows([machine])}."
        return
    yield f"{count}, no parents: neither orphans nor leaked children can be told. Better take {better}."


def _freed(machine: Machine) -> Iterator[str]:
    """Say what ending the orphans and leaked children would free, where that is known."""
    ended = [
        *(one.process for one in machine.told_orphans if one.is_sure),
        *(
            child
            for leak in machine.leaks
            if leak.confidence is not Confidence.POSSIBLE
            for child in leak.children
        ),
    ]
    together = cost(machine.with_descendants(ended))
    if ended and together.frees is not None:
        yield f"Ending these frees about {size(together.frees)}."
    elif ended and together.memory is not None and not together.is_pss and together.processes > 1:
        yield "RSS counts shared pages again: ending them frees less."
