"""One program takes much of the machine in many processes.

## What it means
Each process is small, all of them together are not: what counts is how many there are.

## Evidence
Eight or more processes of one program hold, in memory and swap, a fifth of the machine's memory, or 4 GiB
where that is not known. PSS where it is known; RSS counts shared pages again. A warning if they are in
swap or memory is short.

## What to do
See who starts them and when they should end; --family NAME lists them.

## When it is wrong
A browser, a database or a build: many processes and much memory are their work.
"""

from collections.abc import Iterator

from memdoctor.analysis.processes.machine import Machine
from memdoctor.findings import Evidence, Finding, Rule, Severity
from memdoctor.rules.about_processes import about_processes, harms, of_machine, pids, spoken_cost
from memdoctor.units import GiB, grouped

RULE = Rule(
    "memory-heavy-family", "processes", Severity.INFO, "one program takes much memory in many processes"
)

_LEAST = 8
_SHARE = 0.2  # of the machine's memory
_MUCH = 4 * GiB  # where the machine's memory is not known


@of_machine
def check(machine: Machine) -> Iterator[Finding]:
    """Yield a finding for each family that is heavy."""
    total = machine.memory_total
    for family in machine.families:
        limit = _MUCH if total is None else total * _SHARE
        if len(family.processes) < _LEAST or family.cost.held < limit:
            continue
        yield about_processes(
            RULE,
            f"all {family.name}",
            machine,
            f"{grouped(len(family.processes))} processes of {family.name} hold {spoken_cost(family.cost)}",
            note=f"{grouped(len(family.processes))} processes of {family.name}",
            program=family.name,
            severity=Severity.WARNING if harms(machine, family.cost) else Severity.INFO,
            evidence=(
                Evidence("processes", len(family.processes), pointer=family.processes[0].place),
                pids(family.processes),
                *family.cost.evidence(),
                Evidence("the machine's memory", total, "bytes", machine.looks.now.place),
            ),
            why="each is small, all together are not",
            help=f"see who starts them, and when they should end: memdoctor ps --family {family.name}",
            impact=family.cost.held,
        )
