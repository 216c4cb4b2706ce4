"""Budgets on the processes of a machine: each process alone, or all of a kind together."""

from collections.abc import Iterator, Sequence

from memdoctor.analysis.budgets.measured import Gap, Measured
from memdoctor.analysis.measurements import Measurements
from memdoctor.analysis.processes.costs import cost
from memdoctor.analysis.processes.machine import Machine
from memdoctor.budgets import Budget
from memdoctor.findings import Confidence, Evidence, Subject
from memdoctor.model import Process

_OF_EACH = {"rss": "RSS", "pss": "PSS", "uss": "USS", "swap": "swap", "threads": "threads"}


def measured(budget: Budget, measurements: Measurements) -> Iterator[Measured | Gap]:
    """Yield the numbers of each process, or the one of all on a machine."""
    for machine in measurements.machines:
        if not machine.case.tables:
            continue
        if budget.name in _OF_EACH:
            yield from _of_each(budget, machine, frozenset(measurements.pids_of_workers(machine)))
        else:
            yield from _together(budget.name, machine)


def _of_each(budget: Budget, machine: Machine, told: frozenset[int]) -> Iterator[Measured | Gap]:
    """Yield the number of each process that shows it, but of workers; one gap for those that do not."""
    unseen = 0
    for process in machine.processes:
        if process.is_kernel or process.state == "Z" or process.pid in told:
            continue
        value = getattr(process, budget.name)
        if value is None:
            unseen += 1
            continue
        name = f"{machine.program(process).name} (pid {process.pid})"
        unit = budget.measure.unit
        number = Evidence(_OF_EACH[budget.name], value, unit, process.place)
        yield Measured(Subject("processes", name, process.source, pid=process.pid), number)
    if unseen:
        yield Gap(f"{unseen} processes", "it is not reported")


def _together(name: str, machine: Machine) -> Iterator[Measured | Gap]:
    members = _MEMBERS[name](machine)
    costs = cost(machine.with_descendants(members) if name == "orphan_memory" else members)
    what = machine.names(members) if members else "none"
    subject = Subject("processes", _CALLED[name], machine.looks.now.source)
    if not name.endswith("memory"):
        parts = (Evidence("which", what, "text", members[0].place),) if members else ()
        number = Evidence(_CALLED[name], len(members), "processes", formula=f"counted: {what}")
        yield Measured(subject, number, parts)
    elif costs.memory is not None or not members:
        several = f"sum of {costs.processes} processes"
        formula = f"{several}; {costs.remark}" if costs.remark else several
        yield Measured(subject, Evidence(costs.label, costs.memory or 0, "bytes", formula=formula))
    else:
        yield Gap(_CALLED[name], "their memory is not reported")


def _all(machine: Machine) -> Sequence[Process]:
    return [one for one in machine.processes if not one.is_kernel]


def _orphans(machine: Machine) -> Sequence[Process]:
    """Return the orphans of which that is certain or likely."""
    sure = (one for one in machine.told_orphans if one.confidence is not Confidence.POSSIBLE)
    return [one.process for one in sure]


def _zombies(machine: Machine) -> Sequence[Process]:
    return [child for dead in machine.zombies for child in dead.children]


_MEMBERS = {
    "processes": _all,
    "total_memory": _all,
    "orphans": _orphans,
    "orphan_memory": _orphans,
    "zombies": _zombies,
}
_CALLED = {
    "processes": "processes",
    "total_memory": "all processes",
    "orphans": "orphans",
    "orphan_memory": "the orphans",
    "zombies": "zombies",
}
