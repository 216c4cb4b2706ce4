"""What the answer says of workers: what is wrong with them, what their heap does, what the numbers are."""

from collections.abc import Iterator, Sequence

from memdoctor.analysis.measurements import Measurements
from memdoctor.analysis.workers.workers import Workers
from memdoctor.findings import Finding, Growth
from memdoctor.model import Sample
from memdoctor.rules.about_growth import RISING, statement
from memdoctor.rules.about_workers import listed
from memdoctor.units import duration, grouped, size

_FAMILIES = frozenset({"pm2", "logs", "growth"})
_NAMED = 3


def of_workers(workers: Workers, measurements: Measurements, findings: Sequence[Finding]) -> Iterator[str]:
    """Say what is wrong with the workers, or that nothing shows; then what their heap does."""
    told = [
        one for one in findings if one.family in _FAMILIES and one.severity != "info" and not one.folded
    ]
    told.sort(key=lambda one: one.severity.rank)
    for finding in told[:_NAMED]:
        yield f"{finding.statement}."
    if told[_NAMED:]:
        more = len(told) - _NAMED
        yield f"{more} more {'finding' if more == 1 else 'findings'} above."
    names = {process.name: process.looks[0].sample.worker for process in measurements.sampled_processes}
    growth = [one for one in measurements.growth if names.get(one.process) and one.metric == "js_heap"]
    heaps = list(_heaps(growth, measurements))
    yield from heaps
    if not told and not heaps:
        yield from _calm(workers)
    yield from _usage(findings, is_one=len(set(names.values())) == 1)


def _heaps(growth: Sequence[Growth], measurements: Measurements) -> Iterator[str]:
    """Say which heaps grow, and which do not; of a single worker its whole story."""
    judged = [one for one in growth if one.verdict != "refused"]
    rising = [one for one in judged if one.verdict in RISING]
    if len({one.process.split(", ")[0] for one in growth}) == 1:
        yield from _story(growth, measurements)
        return
    weak = [one for one in rising if one.confidence == "low"]
    for one in weak[:_NAMED]:
        yield f"{one.process}: {statement(one)}, which may be garbage that no collection has taken yet."
    calm = list(dict.fromkeys(one.process for one in judged if one not in rising))
    if calm:
        yield f"No heap growth in {listed(calm)}."
    refused = [one for one in growth if one.verdict == "refused"]
    if refused and not judged:
        yield f"No growth can be told: {refused[0].reason}."


def _story(growth: Sequence[Growth], measurements: Measurements) -> Iterator[str]:
    """Tell the heap of one worker, life by life."""
    looks = {process.name: process.looks for process in measurements.sampled_processes}
    for index, one in enumerate(growth):
        samples = [look.sample for look in looks[one.process]]
        if index == 1:
            lives = len(growth)
            parts = "a restart splits" if lives == 2 else f"{lives - 1} restarts split"
            yield f"{parts[:1].upper()}{parts[1:]} the series: nothing is joined across it."
        yield from _life(one, samples, after="After the restart the" if index else "The")


def _life(one: Growth, samples: Sequence[Sample], after: str) -> Iterator[str]:
    values = [value for _, value in one.points]
    over = "" if not one.span_seconds else f" in {duration(one.span_seconds)}"
    what = "live heap after full collections" if samples[-1].after_collection else "used heap"
    moved = f"{what} went from {size(values[0])} to {size(values[-1])}{over}"
    most = f", {size(max(values))} at most" if max(values) > max(values[0], values[-1]) else ""
    if one.verdict == "refused":
        yield f"{after} {moved}{most}: {one.reason}."
    elif one.samples == 2:
        yield f"{after} {moved}: two samples are a difference, not a trend."
    elif one.verdict in RISING:
        yield f"{after} {moved}: {statement(one)}, {one.confidence} confidence."
    elif one.verdict == "steady":
        floor = _is_back(values, samples)
        yield f"{after} {moved}{most}: no leak is proven{floor}."
    else:
        yield f"{after} {moved}{most}: {one.verdict}, no lasting growth."


def _is_back(values: Sequence[float], samples: Sequence[Sample]) -> str:
    """Say that a collection brought the heap back to where it began: the floor did not grow."""
    top = max(values)
    is_back = values[-1] <= values[0] * 1.1 < top
    return ", after a collection it is back where it began, so the floor did not grow" if is_back else ""


def _usage(findings: Sequence[Finding], *, is_one: bool) -> Iterator[str]:
    """Say what the percentage is, where that is all that may alarm."""
    rules = {finding.rule: finding.message for finding in findings}
    said = rules.get("heap-usage-is-of-committed")
    if said and is_one:
        limit = "; the limit is V8's default of some GiB, unless node's options say otherwise"
        yield f"Its {said}{limit if 'heap-limit-unknown' in rules else ''}."


def _calm(workers: Workers) -> Iterator[str]:
    shown = workers.shown
    if shown:
        online = sum(worker.looks[-1].status == "online" for worker in shown)
        apps = "1 app" if len(shown) == 1 else f"{grouped(len(shown))} apps"
        yield f"{apps}, {online} online: nothing wrong shows."
        if max(len(worker.looks) for worker in shown) == 1:
            yield "One look cannot show growth: memdoctor pm2 --for 10m, or pm2 jlist again in 10 minutes."
        return
    kinds = sorted({event.kind for worker in workers.all for event in worker.events})
    yield f"The logs tell of {listed(kinds)}: nothing wrong shows." if kinds else "Nothing wrong shows."
