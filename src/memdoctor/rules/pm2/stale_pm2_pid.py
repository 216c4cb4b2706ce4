"""PM2 names a process that is not the worker.

## What it means
PM2 shows the app as running with a pid that no process has, or that another process has by now. The daemon
was killed and an old one's state is shown, or the worker was ended behind PM2's back.

## Evidence
The look at PM2 and a look at the processes of the same half minute: nobody has the pid, or who has it
started at another time than PM2 says of its worker (by more than three seconds). Where nothing tells the
times of both, the listing must show PM2's daemon, the script of a worker, or a worker's pid with its start.

## What to do
`pm2 restart APP` makes PM2 look after a process of its own again. Before you signal a pid out of PM2,
check its start.

## When it is wrong
A listing of another machine, or of another container, does not show PM2's processes. A worker may have
ended between the two looks.
"""

from collections.abc import Iterator

from memdoctor.analysis.workers.workers import Workers
from memdoctor.findings import Confidence, Evidence, Finding, Rule, Severity
from memdoctor.rules.about_workers import about_worker, clock, of_workers

RULE = Rule("stale-pm2-pid", "pm2", Severity.WARNING, "PM2's pid is not that of its worker")


@of_workers
def check(workers: Workers) -> Iterator[Finding]:
    """Yield a finding for each worker whose pid is not its own."""
    for stale in workers.stale_pids:
        look, process = stale.look, stale.process
        who = "no process has" if process is None else "another process has"
        yield about_worker(
            RULE,
            stale.worker,
            f"{who} its pid {look.pid}, though PM2 calls it {look.status}",
            note=f"{who} its pid {look.pid}",
            confidence=Confidence.LIKELY,
            evidence=(
                Evidence("pid", str(look.pid), "", look.places.get("pid", look.place)),
                Evidence(
                    "PM2's start", clock(look.started_at), "", look.places.get("started_at", look.place)
                ),
                Evidence(
                    "process start",
                    clock(process.started_at) if process else None,
                    "",
                    process.place if process else stale.table.place,
                ),
            ),
            why="a pid alone may be somebody else's by now: the start tells",
            help="pm2 restart it; signal no pid before its start is checked",
        )
