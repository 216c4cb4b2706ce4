"""Restarts as PM2 counts them: between looks, and since an app's first start."""

from dataclasses import dataclass
from datetime import timedelta

from memdoctor.analysis.workers.crashes import LEAST, WINDOW
from memdoctor.analysis.workers.worker import Worker
from memdoctor.model import App

_MANY = 5  # restarts that are a loop however slow they are, if they go on
_SLOWEST = 300.0  # seconds from restart to restart
_GIVES_UP = 10  # restarts of an app that PM2 has given up on


@dataclass(frozen=True, slots=True)
class Restarts:
    """Restarts of a worker that its counter shows. `seconds` is None where they have no time."""

    worker: Worker
    first: App
    last: App
    count: int
    seconds: float | None
    by: str  # looks, counter, errored


def restarts_of(worker: Worker) -> Restarts | None:
    """Return the restarts that are too many: seen between looks, else by what the last look counts."""
    counted = [look for look in worker.looks if look.restarts is not None]
    if not counted:
        return None
    last = counted[-1]
    total = last.restarts or 0
    seen = _between(worker, counted)
    if seen is not None:
        return seen
    if last.status == "errored" and total >= _GIVES_UP:
        return Restarts(worker, last, last, total, None, "errored")
    begun = last.created_at
    latest = last.started_at
    if begun is None or latest is None or latest < begun:
        return None
    seconds = (latest - begun) / timedelta(seconds=1)
    fresh = last.at is None or (last.at - latest) / timedelta(seconds=1) <= max(
        WINDOW, 3 * seconds / max(total, 1)
    )
    often = total >= LEAST and seconds <= WINDOW
    if fresh and (often or (total >= _MANY and seconds / total <= _SLOWEST)):
        return Restarts(worker, last, last, total, seconds, "counter")
    return None


def _between(worker: Worker, looks: list[App]) -> Restarts | None:
    """Return the restarts between the looks at it, from the last time that its counter was set back."""
    since = 0
    for index in range(1, len(looks)):
        if (looks[index].restarts or 0) < (looks[index - 1].restarts or 0):
            since = index
    first, last = looks[since], looks[-1]
    count = (last.restarts or 0) - (first.restarts or 0)
    seconds = _apart(first, last)
    if count < LEAST or seconds is None or seconds <= 0:
        return None
    if count >= _MANY and seconds / count <= _SLOWEST:
        return Restarts(worker, first, last, count, seconds, "looks")
    return Restarts(worker, first, last, count, seconds, "looks") if seconds <= WINDOW else None


def _apart(first: App, last: App) -> float | None:
    if first.at is not None and last.at is not None:
        return (last.at - first.at) / timedelta(seconds=1)
    if first.elapsed is not None and last.elapsed is not None:
        return last.elapsed - first.elapsed
    return None
