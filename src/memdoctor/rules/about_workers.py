"""How a rule speaks of a worker: what PM2 shows and logs tell under one name, over all its restarts."""

import functools
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Unpack

from memdoctor.analysis.figure import Figure
from memdoctor.analysis.look import Look
from memdoctor.analysis.measurements import Measurements
from memdoctor.analysis.workers.worker import Worker
from memdoctor.analysis.workers.workers import Workers
from memdoctor.findings import Evidence, Finding, Rule, Subject
from memdoctor.model import HEAP_TIMELINE, PM2_LOOK, Event
from memdoctor.rules.about import Said, about
from memdoctor.units import grouped

_NAMED = 3


def of_workers(
    check: Callable[[Workers], Iterator[Finding]],
) -> Callable[[Measurements], Iterator[Finding]]:
    """Return the check of a rule that is about workers: it finds nothing where there are none."""

    @functools.wraps(check)
    def of_measurements(measurements: Measurements) -> Iterator[Finding]:
        if measurements.workers is not None:
            yield from check(measurements.workers)

    return of_measurements


def about_worker(
    rule: Rule, worker: Worker, message: str, source: str | None = None, **said: Unpack[Said]
) -> Finding:
    """Return a finding about a worker."""
    subject = Subject("worker", worker.name, source or worker.source, worker.name, worker=worker.name)
    if worker.linked:
        said["why"] = f"{said['why']}; whose the log is it does not say: {worker.linked}"
    return about(rule, subject, message, **said)


def about_workers(rule: Rule, looks: Sequence[Look], message: str, **said: Unpack[Said]) -> Finding:
    """Return a finding that holds for the workers of some looks alike, or for one."""
    names = list(dict.fromkeys(look.sample.worker or look.sample.source for look in looks))
    if len(names) == 1:
        subject = Subject("worker", names[0], looks[-1].sample.source, names[0], worker=names[0])
        return about(rule, subject, message, **said)
    return about(rule, Subject("case", "PM2"), f"{message} ({listed(names)})", **said)


def heap_looks(measurements: Measurements) -> list[Look]:
    """Return the looks of PM2, and of a person's timeline, at the heap of what is not Bun."""
    return [
        look
        for look in measurements.looks
        if look.sample.document in (PM2_LOOK, HEAP_TIMELINE)
        and look.heap_total.known
        and not look.runtime.is_bun
    ]


def usage(look: Look) -> Figure:
    """Return used ÷ committed: what PM2 calls heap usage."""
    return (look.heap_used / look.heap_total).named("usage", "share")


def listed(names: Sequence[str]) -> str:
    """Return names as a list, the first of many.

    >>> listed(["a", "b"]), listed(["a", "b", "c", "d"])
    ('a, b', 'a, b, c and 1 more')
    """
    more = f" and {grouped(len(names) - _NAMED)} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"


def clock(at: datetime | None) -> str | None:
    """Return a time as logs have it, None where none is known."""
    return None if at is None else f"{at:%Y-%m-%d %H:%M:%S}"


def times(count: int) -> str:
    """Return how often something happened."""
    return "once" if count == 1 else f"{grouped(count)} times"


def total(events: Sequence[Event]) -> int:
    """Return how often events happened, equal ones in a row counted each."""
    return sum(event.count for event in events)


def last_time(event: Event) -> Evidence:
    """Return when something happened last, and where that stands; equal ones in a row are one event."""
    place = event.place if event.last_line is None else f"{event.source}:{event.last_line}"
    return Evidence("last", clock(event.last_at or event.at), "", place)


def when(event: Event, label: str = "at") -> Evidence:
    """Return when something happened, and where that stands."""
    return Evidence(label, clock(event.at), "", event.place)
