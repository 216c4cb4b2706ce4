"""PM2 restarts a worker because it needs more memory than it may.

## What it means
`max_memory_restart` is set. PM2 looks at the RSS every 30 seconds and restarts what is above it. A restart
hides growth, it cures none; and between two looks a worker can be far above its limit (233 MB were
measured under a limit of 90 MB).

## Evidence
The lines of pm2.log that say so, with the memory and the limit; or a limit below the RSS that PM2 shows,
with restarts that it counts.

## What to do
Find out what the memory is: `memdoctor pm2 APP --for 10m`, then two heap snapshots. If the worker needs
that much, raise the limit. The RSS of a fresh Node process is 40 to 60 MiB: a limit near that restarts for
ever.

## When it is wrong
Restarts that a person asked for count as restarts, too; lines of the log do not have that doubt.
"""

from collections.abc import Iterator

from memdoctor.analysis.workers.worker import Worker
from memdoctor.analysis.workers.workers import Workers
from memdoctor.findings import Confidence, Evidence, Finding, Rule, Severity
from memdoctor.model import MEMORY_RESTART
from memdoctor.rules.about_workers import about_worker, last_time, of_workers, times, total, when
from memdoctor.units import size

RULE = Rule(
    "memory-limit-restarts",
    "pm2",
    Severity.WARNING,
    "PM2 restarts a worker for its memory",
    explains=("crash-loop",),
)
_WHY = "PM2 looks every 30 s, so a worker can be far above its limit; a restart hides growth, it cures none"
_HELP = "see what grows: memdoctor pm2 --for 10m, then heap snapshots; or raise max_memory_restart"


@of_workers
def check(workers: Workers) -> Iterator[Finding]:
    """Yield a finding for each worker that PM2 restarts for its memory, or is about to."""
    for worker in workers.all:
        if any(worker.of_kind(MEMORY_RESTART)):
            yield _logged(worker)
        elif worker.looks:
            yield from _seen(worker)


def _logged(worker: Worker) -> Finding:
    events = list(worker.of_kind(MEMORY_RESTART))
    last, highest = events[-1], max(events, key=lambda one: one.detail.get("rss") or 0)
    limit, rss = last.detail.get("limit"), highest.detail.get("rss")
    above = "its limit" if limit is None else size(limit)
    return about_worker(
        RULE,
        worker,
        f"PM2 restarted it {times(total(events))} for its memory: above {above}",
        note=f"restarted {times(total(events))} above {above}",
        source=last.source,
        evidence=(
            Evidence("restarts", total(events), pointer=last.place),
            Evidence("highest RSS", rss, "bytes", highest.place),
            Evidence("limit", limit, "bytes", last.place),
            when(events[0], "first"),
            last_time(last),
        ),
        why=_WHY,
        help=_HELP,
        impact=rss,
    )


def _seen(worker: Worker) -> Iterator[Finding]:
    above = [one for one in worker.looks if one.memory_limit and one.rss and one.rss > one.memory_limit]
    if not above:
        return
    highest = max(above, key=lambda one: one.rss or 0)
    counts = [one.restarts for one in worker.in_order if one.restarts is not None]
    restarts = counts[-1] - counts[0] if counts else 0
    is_now = worker.last in above
    said = f"above its memory limit of {size(highest.memory_limit)}"
    if restarts > 0:
        message = f"it was {said}, and PM2 restarted it {times(restarts)} between the looks"
    else:
        message = f"it is {said}: PM2 restarts it at its next look" if is_now else f"it was {said}"
    last = worker.last or highest
    yield about_worker(
        RULE,
        worker,
        message,
        note=said,
        severity=Severity.WARNING if restarts > 0 else Severity.INFO,
        confidence=Confidence.LIKELY,
        evidence=(
            Evidence("RSS", highest.rss, "bytes", highest.places.get("rss", highest.place)),
            Evidence(
                "limit", highest.memory_limit, "bytes", highest.places.get("memory_limit", highest.place)
            ),
            Evidence("restarts", last.restarts, pointer=last.places.get("restarts", last.place)),
        ),
        why=_WHY,
        help=_HELP,
        impact=highest.rss,
    )
