"""Several processes work on one data directory.

## What it means
A database or an index is opened by more than one writer: they wait for each other's locks, or damage it.

## Evidence
The same folder after `--data-dir` or the like on two or more command lines, of processes that did not start
each other.

## What to do
Find out which of them its users talk to, end the others by pid. Usually they belong to sessions that have
ended: see whether they are orphans.

## When it is wrong
Readers of a store that is made for several, such as SQLite in WAL mode.
"""

from collections.abc import Iterator

from memdoctor.analysis.processes.costs import cost
from memdoctor.analysis.processes.machine import Machine
from memdoctor.findings import Evidence, Finding, Rule, Severity
from memdoctor.rules.about_processes import about_processes, of_machine, pids, who
from memdoctor.units import grouped

RULE = Rule(
    "shared-data-directory", "processes", Severity.ERROR, "several processes work on one data directory"
)


@of_machine
def check(machine: Machine) -> Iterator[Finding]:
    """Yield a finding for each data directory with several users."""
    for group in machine.shared_data:
        together = cost(machine.with_descendants(group.members))
        names = ", ".join(who(machine, one) for one in group.members[:3])
        more = f" and {grouped(len(group.members) - 3)} more" if len(group.members) > 3 else ""
        yield about_processes(
            RULE,
            f"data in {group.shared}",
            machine,
            f"{grouped(len(group.members))} processes work on one data directory: {names}{more}",
            note=f"{grouped(len(group.members))} processes on {group.shared}",
            confidence=group.confidence,
            evidence=(
                Evidence("in", group.shared, "text", pointer=group.members[0].place),
                pids(group.members),
                *together.evidence(),
            ),
            why="; ".join(group.signs),
            help="find the one that is in use, end the others by pid",
            impact=together.held,
        )
