"""How a rule states a finding about processes: who they are, what they cost, how bad that is."""

import functools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Unpack

from memdoctor.analysis.measurements import Measurements
from memdoctor.analysis.processes.costs import Cost, cost
from memdoctor.analysis.processes.loops import Loop
from memdoctor.analysis.processes.machine import Machine
from memdoctor.analysis.processes.orphans import Orphan
from memdoctor.findings import Confidence, Evidence, Finding, Rule, Severity, Subject
from memdoctor.model import Process
from memdoctor.rules.about import Said, about
from memdoctor.units import MiB, count_of, duration, grouped, percent, size

_SWAPPED = 64 * MiB  # bytes: less in swap is what any idle process has there
_PRESSED = 0.1  # of the machine's memory: less available than this is pressure
_SHARE = 0.05  # of the machine's memory: what takes part in that pressure
_NAMED = 4  # processes named one by one
_BUSY = 0.5  # of one core


def of_machine(
    check: Callable[[Machine], Iterator[Finding]],
) -> Callable[[Measurements], Iterator[Finding]]:
    """Return the check of a rule that is about processes: it finds nothing where there are none."""

    @functools.wraps(check)
    def of_measurements(measurements: Measurements) -> Iterator[Finding]:
        for machine in measurements.machines:
            yield from check(machine)

    return of_measurements


def who(machine: Machine, process: Process) -> str:
    """Return a process as a person finds it: its program and pid."""
    return f"{machine.program(process).name} (pid {process.pid})"


def who_has(machine: Machine, pid: int | None) -> str:
    """Return the process with a pid as a person finds it, or the pid where it is not listed."""
    process = machine.tree.by_pid.get(pid or 0)
    return f"pid {pid}" if process is None else who(machine, process)


def parent_of(machine: Machine, process: Process) -> str:
    """Return the parent as a person finds it, or its pid where it is not listed."""
    parent = machine.tree.parent(process)
    return f"pid {process.ppid}" if parent is None else who(machine, parent)


def about_processes(
    rule: Rule,
    name: str,
    machine: Machine,
    message: str,
    *,
    program: str | None = None,
    pid: int | None = None,
    **said: Unpack[Said],
) -> Finding:
    """Return a finding about one process or several: `name` is what they go by together.

    What is said of one `program` from several sides is told together. `pid` is of the one that it is about.
    """
    together = None if program is None else f"all {program}"
    return about(
        rule, Subject("processes", name, machine.looks.now.source, together, pid=pid), message, **said
    )


def ended_sessions(machine: Machine, orphans: Sequence[Orphan]) -> str:
    """Return of how many sessions that have ended orphans are left, as far as their leaders are told."""
    left = [one.process.sid for one in orphans if machine.tree.leader_is_gone(one.process)]
    if not left:
        return ""
    whose = "" if len(left) == len(orphans) else f"{len(left)} of them "
    return f", {whose}of {count_of(len(set(left)), 'ended session', 'ended sessions')}"


def pids(processes: Sequence[Process]) -> Evidence:
    """Return processes by pid and start, the oldest first: a pid may be somebody else's by now."""
    ordered = sorted(processes, key=lambda one: -(one.age or 0))
    named = ", ".join(f"{one.pid}{_since(one)}" for one in ordered[:_NAMED])
    more = f" and {grouped(len(ordered) - _NAMED)} more" if len(ordered) > _NAMED else ""
    return Evidence("pid" if len(processes) == 1 else "pids", f"{named}{more}", "text", ordered[0].place)


def _since(process: Process) -> str:
    if process.started_at is not None:
        return f" since {process.started_at:%Y-%m-%d %H:%M:%S}"
    return f" up {duration(process.age)}" if process.age is not None else ""


def reasons(groups: Iterable[Iterable[str]], of: int) -> str:
    """Return the reasons of several processes as one sentence, each with how many it holds for."""
    counted = Counter(text for group in groups for text in group)
    if of == 1:
        return "; ".join(counted)
    return "; ".join(f"{text} ({'all' if count == of else count})" for text, count in counted.most_common())


def spoken_cost(cost: Cost) -> str:
    """Return what processes hold, in the measure that is known: `1.4 GiB`, `2.0 GiB RSS`."""
    if cost.memory is None:
        return "memory not reported"
    measure = "" if cost.is_pss else " RSS"
    swap = f" and {size(cost.swap)} in swap" if cost.swap and cost.swap >= _SWAPPED else ""
    return f"{size(cost.memory)}{measure}{swap}"


def loop_members(machine: Machine, loop: Loop) -> tuple[Process, ...]:
    """Return the last process that was started, with what it started itself: it may only be a wrapper."""
    return machine.with_descendants(loop.starts[-1:])


def loop_cost(machine: Machine, loop: Loop) -> Cost:
    """Return what the last start costs."""
    return cost(loop_members(machine, loop))


def severity(machine: Machine, cost: Cost, confidence: Confidence) -> Severity:
    """Return how bad it is: an error if it harms now, else a warning if it is certain or likely."""
    if confidence is Confidence.POSSIBLE:
        return Severity.INFO
    return Severity.ERROR if harms(machine, cost) else Severity.WARNING


def harms(machine: Machine, cost: Cost) -> bool:
    """Whether processes are pushed out to swap, or take part in a shortage of memory."""
    if (cost.swap or 0) >= _SWAPPED:
        return True
    total, available = machine.memory_total, machine.looks.now.memory_available
    if total is None or available is None:
        return False
    return available < total * _PRESSED and (cost.memory or 0) > total * _SHARE


def busy(machine: Machine, processes: Iterable[Process]) -> list[Process]:
    """Return the processes that use more than half a core, busiest first."""
    found = [one for one in processes if machine.looks.cpu(one).known >= _BUSY]
    return sorted(found, key=lambda one: -machine.looks.cpu(one).known)


def cpu_words(machine: Machine, process: Process) -> str:
    """Return a process's CPU, and over which time."""
    cpu = machine.looks.cpu(process)
    return f"{percent(cpu.known)} of a core {'now' if cpu.is_recent else 'on average since its start'}"
