"""Several processes that do not belong together wait on one port.

## What it means
The system deals connections out among them: a client reaches now one, now the other. Usually an old
instance was never ended, and the new one came in with SO_REUSEPORT.

## Evidence
More than one listening socket on one address and port, of processes of different trees. Workers that share
one socket, or that one live parent started, are a pool. Of two addresses that `localhost` means both it is
possible.

## What to do
See which of them is the one you mean (the youngest, or the one its pid file names), end the other by pid.

## When it is wrong
Two services that share a port on purpose, each started by its own service manager.
"""

from collections.abc import Iterator

from memdoctor.analysis.processes.costs import cost
from memdoctor.analysis.processes.machine import Machine
from memdoctor.findings import Confidence, Evidence, Finding, Rule, Severity
from memdoctor.rules.about_processes import about_processes, of_machine, pids, spoken_cost, who

RULE = Rule("port-conflict", "processes", Severity.ERROR, "several processes wait on one port")


@of_machine
def check(machine: Machine) -> Iterator[Finding]:
    """Yield a finding for each port with several owners."""
    for conflict in machine.conflicts:
        known = list({owner.pid: owner for owner in conflict.owners if owner is not None}.values())
        address = f"[{conflict.address}]" if ":" in conflict.address else conflict.address
        place = f"{address}:{conflict.port}"
        waiting = len({one.pid for one in conflict.listeners})
        names = [who(machine, one) for one in known] or [f"pid {one.pid}" for one in conflict.listeners]
        programs = {machine.program(one).name for one in known}
        of = f" of {min(programs)}" if len(programs) == 1 else ""
        together = cost(known)
        yield about_processes(
            RULE,
            place,
            machine,
            f"{waiting} processes wait on {place}: {', '.join(names[:4])}",
            note=f"{waiting} processes{of} on {place}: {spoken_cost(together)}",
            severity=Severity.ERROR if conflict.confidence is Confidence.CERTAIN else Severity.INFO,
            confidence=conflict.confidence,
            evidence=(
                Evidence("sockets", len(conflict.listeners), pointer=conflict.listeners[0].place),
                *((pids(known), *together.evidence()) if known else ()),
            ),
            why="each has a socket of its own on that port, and no live process started them all",
            help="end the one that is not meant to run, by pid",
            impact=together.held,
        )
