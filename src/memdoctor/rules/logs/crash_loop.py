"""A worker ends and is started again, again and again.

## What it means
It crashes, its process manager starts it anew, it crashes again. PM2 may still call it online, with no
unstable restart: it counts a restart as unstable only if the process lived for less than a second, within
16 seconds of its first start.

## Evidence
Exits in logs that nobody asked for: three within 60 seconds, or five with a steady beat (the deviation of
the gaps is below 20 % of their mean). Exits belong together while no gap is longer than three usual ones,
or a minute. The cause is the error within two seconds of an exit. It healed with the first start that no
exit followed for a minute, or three usual gaps. Without logs: the restarts that PM2 counts between looks
(where only the files' last change tells when those were, no time is taken from it: that from PM2's start
at the first to that at the last is told, or none); of one look those that it calls unstable, that it gave
up or waits for the next restart, or that the last start came long after the creation, so that nobody
asked for it.

## What to do
Look at the cause, not at the memory: a missing module, a taken port, a full heap. Then see that the worker
stays up. `pm2 reset APP` sets the counter back.

## When it is wrong
Restarts that a person asked for count in PM2's counter, too; exits in pm2.log after "Stopping app" are left
out. Where a log ends soon after the last start, healing is not proven, and it says so.
"""

from collections import Counter
from collections.abc import Iterator

from memdoctor.analysis.workers.counters import Restarts
from memdoctor.analysis.workers.crashes import Episode
from memdoctor.analysis.workers.timeline import words
from memdoctor.analysis.workers.workers import Workers
from memdoctor.cuts import beginning
from memdoctor.findings import Confidence, Evidence, Finding, Rule, Severity
from memdoctor.rules.about_workers import about_worker, clock, of_workers
from memdoctor.units import duration

RULE = Rule(
    "crash-loop",
    "logs",
    Severity.ERROR,
    "a worker ends and is started again and again",
    explains=("missing-module", "port-in-use", "uncaught-error", "heap-out-of-memory", "gc-death-spiral"),
)


@of_workers
def check(workers: Workers) -> Iterator[Finding]:
    """Yield a finding for the last loop of each worker that logs tell, else for the restarts PM2 counts."""
    last = {episode.worker.name: episode for episode in workers.episodes}
    loops = Counter(episode.worker.name for episode in workers.episodes)
    for name, episode in last.items():
        yield _logged(episode, loops[name])
    for restarts in workers.restarts:
        if restarts.worker.name not in last:
            yield _counted(restarts)


def _logged(episode: Episode, loops: int) -> Finding:
    worker = episode.worker
    look = worker.last
    least = "at least " if any(log.left_out for log in worker.logs) else ""
    crashes = "ends with code 0" if episode.is_clean else "crashes"
    what = f"{least}{episode.count} {crashes} in {duration(episode.span)}"
    mild = _is_past(episode) or episode.is_clean or not episode.is_proven
    cause = f": {words(episode.error)}" if episode.error else ""
    earlier = f"; {loops - 1} earlier loops" if loops > 2 else "; an earlier loop" if loops == 2 else ""
    return about_worker(
        RULE,
        worker,
        f"{what}{cause}, {_healed(episode)}{earlier}",
        note=what,
        source=episode.last.source,
        severity=Severity.WARNING if mild else None,
        confidence=_confidence(episode),
        evidence=(
            Evidence("crashes", episode.count, pointer=episode.first.place),
            Evidence("first", clock(episode.ends[0].at), "", episode.first.place),
            Evidence("last", clock(episode.ends[-1].at), "", episode.last.place),
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
    if episode.of_exits:
        yield Evidence("exit", words(episode.last), "", episode.last.place)
    if episode.error is not None:
        yield Evidence("cause", beginning(words(episode.error), 60), "", episode.error.place)
    if episode.gave_up is not None:
        yield Evidence("PM2 gave up", clock(episode.gave_up.at), "", episode.gave_up.place)


def _confidence(episode: Episode) -> Confidence:
    if episode.of_exits:
        return Confidence.CERTAIN
    return Confidence.LIKELY if episode.is_proven else Confidence.POSSIBLE


def _is_past(episode: Episode) -> bool:
    """Whether it goes on no more: it stayed up, or somebody stopped it."""
    return episode.is_over or episode.stopped is not None or episode.healing.stopped


def _healed(episode: Episode) -> str:
    if episode.healed_after is not None:
        return f"healed after {duration(episode.healed_after)}"
    if episode.gave_up is not None:
        return "PM2 gave up"
    if episode.stopped is not None or episode.healing.stopped:
        return "then it was stopped on request"
    if episode.healing.up is not None:
        return f"up for {duration(episode.healing.up)} then: healing is not proven"
    if not episode.of_exits:
        return "whether it healed is not told"
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
    if not episode.of_exits:
        parts.append("each error is taken for an end: PM2's own log would tell the exits themselves")
    elif episode.error is None:
        signal = _SIGNALS.get(str(episode.last.detail.get("signal")))
        parts.append(signal or "no error stands near the exits: bring the worker's error log, too")
    elif episode.error.at is None:
        parts.append("its errors carry no time: that they are the cause is likely, not proven")
    return "; ".join(parts) or "the errors stand within two seconds of the exits"


def _counted(restarts: Restarts) -> Finding:
    worker, last = restarts.worker, restarts.last
    over = f" in {duration(restarts.seconds)}" if restarts.seconds is not None else ""
    message = _COUNTED[restarts.by].format(count=restarts.count, over=over)
    has_limit = last.memory_limit is not None  # it may have restarted it then, which is no crash
    sure = restarts.is_proven and not has_limit
    return about_worker(
        RULE,
        worker,
        message,
        note=message,
        severity=None if sure else Severity.WARNING,
        confidence=Confidence.LIKELY if restarts.is_proven else Confidence.POSSIBLE,
        evidence=(
            Evidence("restarts", last.restarts, pointer=last.places.get("restarts", last.place)),
            Evidence(
                "unstable", last.unstable_restarts, pointer=last.places.get("unstable_restarts", last.place)
            ),
            Evidence("status", last.status, "", last.places.get("status", last.place)),
            Evidence("time", restarts.seconds, "seconds", formula=_TIMES.get(restarts.by, "")),
        ),
        why=_WHY[restarts.by],
        help="see why it ends: bring pm2.log and its error log, memdoctor analyze reads them together",
    )


_SIGNALS = {
    "SIGABRT": "V8 ends by SIGABRT when its heap is full: the worker's error log would say so",
    "SIGKILL": "SIGKILL is sent from outside: by a person, or by the system where memory runs out",
    "SIGSEGV": "SIGSEGV is of native code: an addon, or the runtime itself",
}
_COUNTED = {
    "looks": "{count} restarts{over}",
    "starts": "{count} restarts{over}",
    "files": "{count} restarts between the looks, in a time that is not told",
    "errored": "{count} restarts, PM2 gave up",
    "unstable": "{count} unstable restarts",
    "waiting": "{count} restarts, and PM2 waits for the next",
    "itself": "it came back by itself{over}, with {count} restarts counted",
}
_TIMES = {
    "looks": "last look − first look",
    "starts": "last start − start before the first restart",
    "itself": "last start − creation",
}
_WHY = {
    "looks": "PM2's counter rose between the looks; restarts that a person asked for count, too",
    "starts": "PM2's counter rose between two starts that it tells; the looks have only the times of files",
    "files": "PM2's counter rose between the looks, whose times are only those of the files' last change",
    "errored": "PM2 gives up after 16 ends within a second of the start, unless max_restarts is set",
    "unstable": "PM2 calls a restart unstable if the process lived for less than a second",
    "waiting": "PM2 waits only before a restart that nobody asked for",
    "itself": "a start by hand follows the creation at once; how many were by hand is not told",
}
