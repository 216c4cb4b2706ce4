"""A pid file names a process that is not the one it means.

## What it means
Whoever trusts the file takes another process for the daemon: it does not start, or ends somebody else.

## Evidence
No process has the pid; or the one that has it started after the file was written (or after the time that
the file says), by more than two seconds; or the port that the file names belongs to somebody else.

## What to do
Do not end what the file names. Remove the file when its daemon is not running; write pid and start time
into it, or use a lock.

## When it is wrong
A file that was restored with an older time than its content.
"""

from collections.abc import Iterator

from memdoctor.analysis.processes.machine import Machine
from memdoctor.findings import Evidence, Finding, Rule, Severity
from memdoctor.rules.about_processes import about_processes, of_machine, pids, who

RULE = Rule("stale-pidfile", "processes", Severity.WARNING, "a pid file names another process, or none")


@of_machine
def check(machine: Machine) -> Iterator[Finding]:
    """Yield a finding for each stale file; one that names nobody is a note."""
    for stale in machine.stale_pid_files:
        file = stale.file
        is_another = stale.process is not None
        named = (
            who(machine, stale.process) if stale.process is not None else f"pid {file.pid}, which has ended"
        )
        said = file.started_at or file.written_at
        yield about_processes(
            RULE,
            file.place,
            machine,
            f"{file.place} names {named}: {stale.reason}",
            note=f"{file.place} is stale: it names {named}",
            severity=Severity.WARNING if is_another else Severity.INFO,
            evidence=(
                Evidence("the file says", f"pid {file.pid}", pointer=file.place),
                Evidence("said", said.isoformat() if said else None, "text", pointer=file.place),
                *((pids([stale.process]),) if stale.process is not None else ()),
            ),
            why=stale.reason,
            help="do not end what it names; remove it if its daemon is not running",
        )
