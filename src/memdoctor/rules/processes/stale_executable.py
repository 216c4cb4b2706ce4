"""A process runs a program that is no longer on disk.

## What it means
It was replaced or removed while it ran: the old version still works, with its bugs and its memory, until it
is started anew.

## Evidence
The link /proc/PID/exe ends in `(deleted)`. Files that never were on disk (memfd) are left out.

## What to do
Start it anew. If it should have ended with the upgrade, see who was to end it.

## When it is wrong
A program that removes its own file after the start, as some installers do.
"""

from collections.abc import Iterator

from memdoctor.analysis.processes.costs import cost
from memdoctor.analysis.processes.machine import Machine
from memdoctor.findings import Evidence, Finding, Rule, Severity
from memdoctor.model import Process
from memdoctor.rules.about_processes import about_processes, of_machine, pids
from memdoctor.units import count_of

RULE = Rule("stale-executable", "processes", Severity.WARNING, "a process runs a program that was replaced")


@of_machine
def check(machine: Machine) -> Iterator[Finding]:
    """Yield a finding for each program that is gone from disk."""
    groups: dict[str, list[Process]] = {}
    for process in machine.processes:
        if process.exe_deleted:
            groups.setdefault(process.exe or machine.program(process).name, []).append(process)
    for exe, group in groups.items():
        name = machine.program(group[0]).name
        does = "runs" if len(group) == 1 else "run"
        yield about_processes(
            RULE,
            exe,
            machine,
            f"{count_of(len(group), 'process', 'processes')} of {name} {does} a program that is deleted",
            note=f"{len(group)} of a deleted program",
            evidence=(Evidence("runs", exe, "text", pointer=f"{group[0].place}/exe"), pids(group)),
            why="the file that it runs was replaced or removed after its start",
            help="start it anew to run what is installed now",
            impact=cost(group).held,
        )
