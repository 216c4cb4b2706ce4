"""A daemon runs several times where one is meant.

## What it means
Each start made another one: the check for a running one failed, or asked a file that named somebody else.
They hold memory each, and may work against each other.

## Evidence
Two or more processes of one user with the same program and arguments, ids and temporary paths left out,
whose arguments say that one is meant to run: `--daemon`, a pid file, `serve`. Another port or folder is
another service. Workers of one live supervisor are a pool.

## What to do
Find the one at work (it has the port, or children), end the others by pid, and mend the check at the start:
a lock that the kernel holds, not a file with a pid.

## When it is wrong
Settings in the environment can make two services of the same command line: likely, never certain.
"""

from collections.abc import Iterator

from memdoctor.analysis.processes.costs import cost
from memdoctor.analysis.processes.machine import Machine
from memdoctor.findings import Evidence, Finding, Rule, Severity
from memdoctor.rules.about_processes import about_processes, of_machine, pids, severity, spoken_cost
from memdoctor.units import count_of, grouped

RULE = Rule(
    "duplicate-daemon",
    "processes",
    Severity.WARNING,
    "a daemon runs several times",
    explains=("memory-heavy-family",),
)


@of_machine
def check(machine: Machine) -> Iterator[Finding]:
    """Yield a finding for each daemon with duplicates."""
    for group in machine.duplicates:
        extra = group.superfluous
        together = cost(machine.with_descendants(extra))
        times = grouped(len(group.members))
        yield about_processes(
            RULE,
            f"{group.shared} of {group.members[0].user or 'one user'}",
            machine,
            f"{group.shared} runs {times} times where one is meant: {spoken_cost(together)}",
            note=f"{count_of(len(extra), 'duplicate')} of {group.shared}",
            severity=severity(machine, together, group.confidence),
            confidence=group.confidence,
            program=group.shared,
            topic=machine.program(group.members[0]).same_service,
            evidence=(
                Evidence("running", len(group.members), pointer=group.members[0].place),
                pids(extra),
                *together.evidence(),
            ),
            why="; ".join(group.signs),
            help="keep the one with the port or the children, end the others by pid, mend the check",
            impact=together.held,
        )
