"""Restarts as PM2 counts them: between looks, and what one look proves of them.

The counter counts restarts that a person asked for, too; those set the time of creation anew. So one look
proves only what PM2 calls unstable, or that the worker came back by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from memdoctor.analysis.processes.likeness import is_told
from memdoctor.analysis.workers.crashes import LEAST, WINDOW
from memdoctor.analysis.workers.worker import Worker
from memdoctor.model import EXIT, App

_MANY = 5  # restarts that are a loop however slow they are, if they go on
_SLOWEST = 300.0  # seconds from restart to restart
_BY_HAND = 2.0  # seconds: a start that PM2 was asked for follows the creation at once


@dataclass(frozen=True, slots=True)
class Restarts:
    """Restarts of a worker that its counter shows. `seconds` is None where they have no time.

    `by` is looks; starts or files, of looks whose times are those of files; unstable, errored, waiting; or
    itself: of `count` restarts the last was none by hand.
    """

    worker: Worker
    last: App
    count: int
    seconds: float | None
    by: str

    @property
    def is_proven(self) -> bool:
        """Whether so many restarts were none by hand, as far as can be told."""
        return self.by not in ("itself", "files")


def restarts_of(worker: Worker) -> Restarts | None:
    """Return the restarts that are too many: seen between looks, else by what the last look shows."""
    counted = [look for look in worker.in_order if look.restarts is not None]
    if not counted:
        return None
    return _between(worker, counted) or _at_once(worker, counted[-1])


def _at_once(worker: Worker, last: App) -> Restarts | None:
    """Return what one look proves."""
    total, unstable = last.restarts or 0, last.unstable_restarts or 0
    for by, count in (
        ("errored", total if last.status == "errored" else 0),
        ("unstable", unstable),
        ("waiting", total if last.status == "waiting restart" else 0),
    ):
        if count >= LEAST:
            return Restarts(worker, last, count, None, by)
    log_knows_better = any(True for _ in worker.of_kind(EXIT))
    return None if log_knows_better else _by_itself(worker, last, total)


def _by_itself(worker: Worker, last: App, total: int) -> Restarts | None:
    """Return restarts that go on, if the last start was none by hand."""
    begun, latest = last.created_at, last.started_at
    if last.status is None or begun is None or latest is None:
        return None
    seconds = (latest - begun) / timedelta(seconds=1)
    if seconds <= _BY_HAND:
        return None
    still = max(WINDOW, 3 * seconds / max(total, 1))
    fresh = last.at is None or (last.at - latest) / timedelta(seconds=1) <= still
    often = total >= LEAST and seconds <= WINDOW
    if fresh and (often or (total >= _MANY and seconds / total <= _SLOWEST)):
        return Restarts(worker, last, total, seconds, "itself")
    return None


def _between(worker: Worker, looks: Sequence[App]) -> Restarts | None:
    """Return the restarts between looks, from the last one by hand, or `pm2 reset`, on."""
    since = 0
    for index, (before, after) in enumerate(pairwise(looks), start=1):
        by_hand = before.created_at and after.created_at and before.created_at < after.created_at
        if by_hand or (after.restarts or 0) < (before.restarts or 0):
            since = index
    first, last = looks[since], looks[-1]
    count = (last.restarts or 0) - (first.restarts or 0) - _asked_for(worker, first, last)
    seconds, by = _apart(first, last)
    if count < LEAST or seconds is None or seconds <= 0:
        return None
    if seconds <= WINDOW or (count >= _MANY and seconds / count <= _SLOWEST):
        return Restarts(worker, last, count, None if by == "files" else seconds, by)
    return None


def _asked_for(worker: Worker, first: App, last: App) -> int:
    """Return how many ends between two looks PM2's log calls asked for, or for memory."""
    begin, end = first.at, last.at
    if begin is None or end is None:
        return 0
    return sum(
        one.count
        for one in worker.of_kind(EXIT)
        if one.at and begin < one.at <= end and (one.detail.get("stopped") or one.detail.get("memory"))
    )


def _apart(first: App, last: App) -> tuple[float | None, str]:
    """Return the seconds in which the counter rose, and what tells them: looks, starts, or files.

    A file's last change may be a copy's: PM2's own starts before and after the restarts come first.
    """
    if first.at is not None and last.at is not None:
        if is_told(first) and is_told(last):
            return (last.at - first.at) / timedelta(seconds=1), "looks"
        if first.started_at is not None and last.started_at is not None:
            return (last.started_at - first.started_at) / timedelta(seconds=1), "starts"
        return (last.at - first.at) / timedelta(seconds=1), "files"
    if first.elapsed is not None and last.elapsed is not None:
        return last.elapsed - first.elapsed, "looks"
    return None, "looks"
