"""What the logs of a case leave open: whose error log is missing, and who ended for no told reason."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from memdoctor.analysis.workers.ends import FATAL, NEAR, ends_of, in_time, is_clean, is_fatal
from memdoctor.analysis.workers.log_owners import LogOwners
from memdoctor.analysis.workers.worker import Worker
from memdoctor.analysis.workers.workers import Workers
from memdoctor.model import EXIT, LISTENERS, Case

_ON_STDERR = frozenset({*FATAL, LISTENERS})


def unexplained(workers: Workers) -> tuple[str, ...]:
    """Name the workers whose restarts, or one of their ends, no error explains."""
    ended = (worker.name for worker in workers.all if _has_unexplained_end(worker))
    counted = (one.worker.name for one in workers.restarts if not any(map(is_fatal, one.worker.events)))
    return tuple(dict.fromkeys(chain(ended, counted)))


def without_error_log(workers: Workers) -> tuple[str, ...]:
    """Name the apps of which no log is here that would hold their errors; those that ended come first."""
    logged = {*_by_files(workers.case, workers.all), *_by_events(workers.all)}
    missing = [one for one in workers.all if one.app is not None and one.name not in logged]
    return tuple(one.name for one in sorted(missing, key=lambda one: not ends_of(one)))


def _has_unexplained_end(worker: Worker) -> bool:
    """Whether an exit stands alone; where no error has a time, any of them may be its cause."""
    errors = [event for event in worker.events if is_fatal(event)]
    times = [one.at for one in in_time(errors)]
    exits = [one for one in ends_of(worker) if one.event.kind == EXIT and not is_clean(one.event)]
    if errors and not times:
        return False
    return any(bisect_left(times, one.at - NEAR) == bisect_right(times, one.at + NEAR) for one in exits)


def _by_files(case: Case, workers: tuple[Worker, ...]) -> Iterator[str]:
    """Yield the workers whose error log a file is by its name; PM2's own log names apps and is nobody's."""
    owners: LogOwners[str] = LogOwners()
    for worker in workers:
        if worker.app is not None:
            owners.add(worker.name, worker.app, worker.pm_id)
        for look in worker.looks:
            owners.look(worker.name, look if look.error_log is None else replace(look, out_log=None))
    of_several = {event.source for event in case.events if event.app is not None}
    for log in case.logs:
        if log.source not in of_several and not LogOwners.is_of_output(log.source):
            yield from owners.of_file(log.source)


def _by_events(workers: tuple[Worker, ...]) -> Iterator[str]:
    """Yield the workers of which a log tells an error: it is theirs, whatever it is called."""
    return (one.name for one in workers if any(event.kind in _ON_STDERR for event in one.events))
