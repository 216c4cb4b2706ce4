"""A process does not ask about its children that have ended.

## What it means
A zombie has ended and holds no memory, but its pid and its row in the process table stay until its parent
asks how it ended. Many of them mean that the parent does not: its shutdown is not wired, or it is stuck.

## Evidence
Three or more processes in state Z with one parent, or two that become more from look to look.

## What to do
Nothing can end a zombie. Mend or restart the parent: it must wait for its children (in Node: keep the
`ChildProcess`, let the event loop run). If the parent is PID 1 of a container, start it with an init
(`--init`).

## When it is wrong
A parent that is stopped, in a debugger for instance, asks when it goes on.
"""

from collections.abc import Iterator

from memdoctor.analysis.processes.machine import Machine
from memdoctor.analysis.processes.zombies import Zombies
from memdoctor.findings import Evidence, Finding, Rule, Severity
from memdoctor.rules.about_processes import about_processes, of_machine, pids, who_has
from memdoctor.units import count_of

RULE = Rule(
    "zombies", "processes", Severity.WARNING, "a process does not ask about children that have ended"
)


@of_machine
def check(machine: Machine) -> Iterator[Finding]:
    """Yield a finding for each parent with zombies."""
    for dead in machine.zombies:
        if not dead.stay:
            continue
        unnamed = "a parent that the listing does not name"
        parent = unnamed if dead.parent_pid is None else who_has(machine, dead.parent_pid)
        grown = f", {dead.grown} of them since the first look" if dead.grown else ""
        yield about_processes(
            RULE,
            parent,
            machine,
            f"{parent} has {count_of(len(dead.children), 'zombie')}{grown}",
            pid=dead.parent_pid,
            note=f"{count_of(len(dead.children), 'zombie')} of {parent}",
            evidence=(
                Evidence("zombies", len(dead.children), pointer=dead.children[0].place),
                pids(dead.children),
            ),
            why="they have ended, and their parent has not asked how: only it can let them go",
            help=_help(machine, dead, parent),
        )


def _help(machine: Machine, dead: Zombies, parent: str) -> str:
    if (
        dead.parent_pid == 1
        and dead.parent is not None
        and not machine.tree.is_made_for_adoption(dead.parent)
    ):
        return (
            "PID 1 does not wait for what it takes in: start the container with an init (docker run --init)"
        )
    return f"mend or restart {parent}; ending a zombie does nothing"
