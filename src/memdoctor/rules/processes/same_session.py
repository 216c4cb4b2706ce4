"""Several processes have resumed one session.

## What it means
Each of them writes to the same conversation or state, and keeps a copy of it in memory.

## Evidence
The same session id after `--resume`, `--session-id` or the like on two or more command lines, of processes
that did not start each other.

## What to do
Keep the one that you use, end the others by pid.

## When it is wrong
A viewer that takes the id of a session to show it, and changes nothing.
"""

from collections.abc import Iterator

from memdoctor.analysis.processes.costs import cost
from memdoctor.analysis.processes.machine import Machine
from memdoctor.findings import Evidence, Finding, Rule, Severity
from memdoctor.rules.about_processes import about_processes, of_machine, pids, spoken_cost
from memdoctor.units import grouped

RULE = Rule("same-session", "processes", Severity.WARNING, "several processes have resumed one session")


@of_machine
def check(machine: Machine) -> Iterator[Finding]:
    """Yield a finding for each session with several processes."""
    for group in machine.sessions:
        together = cost(machine.with_descendants(group.members))
        program = machine.program(group.members[0]).name
        many = grouped(len(group.members))
        yield about_processes(
            RULE,
            f"session {group.shared}",
            machine,
            f"{many} processes of {program} have one session: {spoken_cost(together)}",
            note=f"{many} processes on one session",
            confidence=group.confidence,
            evidence=(
                Evidence("session", group.shared, "text", pointer=group.members[0].place),
                pids(group.members),
                *together.evidence(),
            ),
            why="; ".join(group.signs),
            help="keep the one that is in use, end the others by pid",
            impact=together.held,
        )
