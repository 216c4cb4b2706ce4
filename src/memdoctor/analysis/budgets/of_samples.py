"""Budgets on what samples report: of several looks at one process the largest number counts.

Of a heap the lowest of the last three looks counts: V8 lets garbage lie until it needs the room.
"""

from collections.abc import Iterator, Sequence

from memdoctor.analysis.budgets.measured import Gap, Measured
from memdoctor.analysis.figure import Figure
from memdoctor.analysis.look import Look
from memdoctor.analysis.measurements import Measurements
from memdoctor.analysis.sampled import SampledProcess
from memdoctor.budgets import Budget
from memdoctor.findings import Evidence, Subject

_ATTRIBUTES = {"descriptors": "file_descriptors"}
_OF_HEAP = frozenset({"js_heap", "heap_used", "heap_of_limit", "heap_usage"})
_LAST = 3
_DOWN, _STOPPED = frozenset({"errored", "waiting restart"}), "stopped"


def measured(budget: Budget, measurements: Measurements) -> Iterator[Measured | Gap]:
    """Yield the number of each sampled process; of the heaps of a worker that of its last process."""
    lives: dict[str, list[SampledProcess]] = {}
    for process in measurements.sampled_processes:
        worker = measurements.worker_names.get(process.name)
        lives.setdefault(worker or process.name, []).append(process)
    is_heap = budget.name in _OF_HEAP
    for name, processes in lives.items():
        looks = processes[-1].looks if is_heap else [look for one in processes for look in one.looks]
        known = [(look, figure) for look in looks if (figure := _figure(look, budget.name)).known]
        if known:
            look, number = _telling(known, is_heap=is_heap)
            worker = measurements.worker_names.get(processes[-1].name)
            yield Measured(_subject(name, worker, look), number, _parts(look, budget.name))
        else:
            yield Gap(name, _reason(looks[-1], budget.name))
    yield from _down(measurements)


def _down(measurements: Measurements) -> Iterator[Gap]:
    """Yield the workers that should run and do not; one that was stopped only if it is the only one."""
    shown = () if measurements.workers is None else measurements.workers.shown
    for worker, look in shown:
        if look.status in _DOWN or (look.status == _STOPPED and len(shown) == 1):
            status = Evidence("status", look.status, "text", look.places.get("status", look.place))
            yield Gap(worker.name, f"{worker.name} is not running: it is {look.status}", status)


def _telling(known: Sequence[tuple[Look, Figure]], *, is_heap: bool) -> tuple[Look, Figure]:
    if is_heap:
        return min(known[-_LAST:], key=lambda item: item[1].value or 0)
    return max(known, key=lambda item: item[1].value or 0)


def _subject(name: str, worker: str | None, look: Look) -> Subject:
    kind = "process" if worker is None else "worker"
    return Subject(kind, name, look.sample.source, name, worker=worker)


def _figure(look: Look, name: str) -> Figure:
    if name == "heap_of_limit":
        return (look.heap_used / _limit(look)).named("used ÷ limit", "share")
    if name == "heap_usage":
        return (look.heap_used / look.heap_total).named("used ÷ committed", "share")
    figure: Figure = getattr(look, _ATTRIBUTES.get(name, name))
    return figure


def _parts(look: Look, name: str) -> tuple[Figure, ...]:
    """Return the reported figures that a share is made of."""
    if name == "heap_of_limit":
        return look.heap_used, _limit(look)
    return (look.heap_used, look.heap_total) if name == "heap_usage" else ()


def _limit(look: Look) -> Figure:
    """Return the limit that V8 was given, or tells; that of Bun is made up."""
    if look.requested_heap_limit.known or not look.runtime.is_node:
        return look.requested_heap_limit
    return look.heap_limit


def _reason(look: Look, name: str) -> str:
    if name == "heap_of_limit" and look.heap_used.known:
        return "Bun has no such limit" if look.runtime.is_bun else "its heap's limit is not known"
    return "it is not reported"
