"""A worker ends and is started again, again and again.

## What it means
It crashes, its process manager starts it anew, it crashes again. PM2 may still call it online, with no
unstable restart: it counts a restart as unstable only if the process lived for less than a second, within
16 seconds of its first start.

## Evidence
Exits in logs that nobody asked for: three within 60 seconds, or five with a steady beat (the deviation of
the gaps is below 20 % of their mean). Exits belong together while no gap is longer than three usual ones,
or a minute. The cause is the error within two seconds of an exit. It healed with the first start that no
exit followed for a minute, or three usual gaps. Without logs: the restarts that PM2 counts, between looks
or since the first start.

## What to do
Look at the cause, not at the memory: a missing module, a taken port, a full heap. Then see that the worker
stays up. `pm2 reset APP` sets the counter back.

## When it is wrong
Restarts that a person asked for count in PM2's counter, too; exits in pm2.log after "Stopping app" are left
out. Where a log ends soon after the last start, healing is not proven, and it says so.
"""

from collections.abc import Iterator

from memdoctor.analysis.workers.counters import Restarts
from memdoctor.analysis.workers.crashes import OTHER, Episode
from memdoctor.analysis.workers.timeline import words
from memdoctor.analysis.workers.workers import Workers
from memdoctor.findings import Confidence, Evidence, Finding, Rule, Severity
from memdoctor.rules.about_workers import about_worker, clock, of_workers
from memdoctor.units import duration

RULE = Rule(
    "crash-loop",
    "logs",
    Severity.ERROR,
    "a worker ends and is started again and again",
    explains=("missing-module", "port-in-use", "heap-out-of-memory", "gc-death-spiral"),
)


@of_workers
def check(workers: Workers) -> Iterator[Finding]:
    """Yield a finding for the last loop of each worker that logs tell, else for the restarts PM2 counts."""
    last = {episode.worker.name: episode for episode in workers.episodes}
    for episode in last.values():
        yield _logged(episode, sum(one.worker is episode.worker for one in workers.episodes))
    for restarts in workers.restarts:
        if restarts.worker.name not in last:
            yield _counted(restarts)


def _logged(episode: Episode, loops: int) -> Finding:
    worker = episode.worker
    look = worker.last
    cause = f": {words(episode.causes[-1])}" if episode.causes else ""
    earlier = f"; {loops - 1} earlier loops" if loops > 2 else "; an earlier loop" if loops == 2 else ""
    return about_worker(
        RULE,
        worker,
        f"{episode.count} crashes in {duration(episode.span)}{cause}, {_healed(episode)}{earlier}",
        note=f"{episode.count} crashes in {duration(episode.span)}",
        source=episode.last.source,
        severity=Severity.WARNING if episode.is_over or episode.stopped else None,
        confidence=Confidence.CERTAIN,
        evidence=(
            Evidence("crashes", episode.count, pointer=episode.first.place),
            Evidence("first", clock(episode.first.at), "", episode.first.place),
            Evidence("last", clock(episode.last.last_at or episode.last.at), "", episode.last.place),
            Evidence("median gap", episode.gap, "seconds", formula="median time from exit to exit"),
            Evidence(
                "restarts by PM2", look.restarts if look else None, pointer=look.place if look else None
            ),
            *_cause(episode),
        ),
        why=_why(episode),
        help="mend the cause, then see that it stays up for longer than the gaps were",
    )


def _cause(episode: Episode) -> Iterator[Evidence]:
    if episode.causes:
        yield Evidence("cause", words(episode.causes[-1])[:60], "", episode.causes[-1].place)
    if episode.gave_up is not None:
        yield Evidence("PM2 gave up", clock(episode.gave_up.at), "", episode.gave_up.place)


def _healed(episode: Episode) -> str:
    if episode.healed_after is not None:
        return f"healed after {duration(episode.healed_after)}"
    if episode.gave_up is not None:
        return "PM2 gave up"
    if episode.stopped is not None:
        return "then it was stopped on request"
    if episode.up is not None:
        return f"up for {duration(episode.up)} then: healing is not proven"
    return "not healed as far as the log goes"


def _why(episode: Episode) -> str:
    look = episode.worker.last
    parts = []
    if look is not None and look.status == "online":
        unstable = look.unstable_restarts or 0
        parts.append(
            f"PM2 calls it online, {unstable} unstable restarts: it counts lives below a second alone"
        )
    if episode.by == "beat":
        parts.append("the exits come at a steady beat, too slow for any window of a minute")
    if episode.cause == OTHER:
        parts.append("no error stands near the exits: bring the worker's error log, too")
    elif not any(one.at for one in episode.causes):
        parts.append("its errors carry no time: that they are the cause is likely, not proven")
    return "; ".join(parts) or "the errors stand within two seconds of the exits"


def _counted(restarts: Restarts) -> Finding:
    worker, last = restarts.worker, restarts.last
    over = f" in {duration(restarts.seconds)}" if restarts.seconds is not None else ""
    gave_up = ", PM2 gave up" if last.status == "errored" else ""
    limit = last.memory_limit is not None
    return about_worker(
        RULE,
        worker,
        f"{restarts.count} restarts{over}{gave_up}",
        note=f"{restarts.count} restarts{over}",
        severity=Severity.WARNING if limit else None,
        confidence=Confidence.CERTAIN if restarts.by == "errored" else Confidence.LIKELY,
        evidence=(
            Evidence("restarts", last.restarts, pointer=last.places.get("restarts", last.place)),
            Evidence(
                "unstable", last.unstable_restarts, pointer=last.places.get("unstable_restarts", last.place)
            ),
            Evidence("status", last.status, "", last.places.get("status", last.place)),
            Evidence("time", restarts.seconds, "seconds", formula=_FORMULAS[restarts.by]),
        ),
        why=f"{_FORMULAS[restarts.by]}; restarts that a person asked for count, too",
        help="see why it ends: bring pm2.log and its error log, memdoctor analyze reads them together",
    )


_FORMULAS = {
    "looks": "PM2's counter rose from the first look to the last",
    "counter": "PM2's counter, from the first start to the last one",
    "errored": "PM2 gives up after 16 ends within a second of the start",
}
