"""A live process keeps many children of one kind that do nothing.

## What it means
The parent starts a child for each job or session and never ends it. It is no orphan: its parent lives, so
whatever looks for parent 1 does not see it. It holds its memory until the parent ends.

## Evidence
Eight or more children of one live parent run one program that is not the parent's own. They are idle, or
were started over more than half an hour. Likely: they have ids of jobs of their own, or it is tooling that
a session starts for itself. Certain: they became more over a minute, and none of them ended.

## What to do
Restart the parent: its children end with it, or show as orphans. In its code: end a child when its job has
ended, keep a list, wait for `exit`.

## When it is wrong
A pool of workers that runs another program than its parent, all of them idle, shows as possible.
"""

from collections.abc import Iterator

from memdoctor.analysis.processes.costs import cost
from memdoctor.analysis.processes.machine import Machine
from memdoctor.findings import Evidence, Finding, Rule, Severity
from memdoctor.rules.about_processes import about_processes, of_machine, pids, severity, spoken_cost, who
from memdoctor.units import count_of

RULE = Rule(
    "leaked-children",
    "processes",
    Severity.WARNING,
    "a live process keeps children that do nothing",
    explains=("memory-heavy-family",),
)


@of_machine
def check(machine: Machine) -> Iterator[Finding]:
    """Yield a finding for each parent and kind of children."""
    for leak in machine.leaks:
        together = cost(machine.with_descendants(leak.children))
        parent = who(machine, leak.parent)
        program = machine.program(leak.children[0]).name
        children = count_of(len(leak.children), "child", "children")
        yield about_processes(
            RULE,
            parent,
            machine,
            f"{parent} keeps {children} of {program}: {spoken_cost(together)}",
            pid=leak.parent.pid,
            note=f"{count_of(len(leak.children), 'leaked child', 'leaked children')} of {parent}",
            severity=severity(machine, together, leak.confidence),
            confidence=leak.confidence,
            program=program,
            topic=parent,
            evidence=(
                Evidence("children", len(leak.children), pointer=leak.parent.place),
                pids(leak.children),
                *together.evidence(),
            ),
            why="; ".join(leak.signs),
            help=f"restart {parent}, and let it end each child when its job is done",
            impact=together.held,
        )
