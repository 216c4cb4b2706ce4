"""What the answer says of workers: what is wrong with them, what their heap does, what the numbers are."""

from collections.abc import Iterator, Sequence

from memdoctor.analysis.measurements import Measurements
from memdoctor.analysis.workers.ends import ends_of
from memdoctor.analysis.workers.worker import DEFAULT_LIMIT, Worker
from memdoctor.analysis.workers.workers import Workers
from memdoctor.answer_growth import nothing_wrong
from memdoctor.findings import Finding
from memdoctor.model import COLLECTIONS, TRACE_GC, App, Event, Sample
from memdoctor.overviews import Growth
from memdoctor.rules.about_growth import RISING, statement
from memdoctor.rules.about_workers import listed
from memdoctor.text import capital, file_name
from memdoctor.units import count_of, duration, grouped, size

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
        yield f"{count_of(len(told) - _NAMED, 'more finding')} above."
    names = {process.name: process.looks[0].sample.worker for process in measurements.sampled_processes}
    growth = [one for one in measurements.growth if names.get(one.process) and one.metric == "js_heap"]
    traced = sum(one.looks[0].sample.document == TRACE_GC for one in measurements.sampled_processes)
    is_one = len(set(names.values())) == 1 and traced < 2  # several may have run at once
    heaps = list(_story(growth, measurements) if is_one else _heaps(growth))
    yield from heaps
    if not told and not heaps:
        yield from _calm(workers, nothing_wrong(measurements))
    yield from _usage(findings, is_one=is_one)


def _heaps(growth: Sequence[Growth]) -> Iterator[str]:
    """Say which heaps grow, and which do not."""
    judged = [one for one in growth if one.verdict != "refused"]
    rising = [one for one in judged if one.verdict in RISING]
    weak = [one for one in rising if one.confidence == "low"]
    for one in weak[:_NAMED]:
        yield f"{one.process}: {statement(one)}, which may be garbage that no collection has taken yet."
    calm = list(dict.fromkeys(one.process for one in judged if one not in rising))
    if calm:
        yield f"No heap growth in {_joined(list(map(_with_pid_in_brackets, calm)))}."
    refused = [one for one in growth if one.verdict == "refused"]
    if refused and not judged:
        yield f"No growth can be told: {refused[0].reason}."


def _with_pid_in_brackets(process: str) -> str:
    """Return a process's name as it stands in a list, where its comma would part it."""
    name, comma, rest = process.partition(", ")
    return f"{name} ({rest})" if comma else name


def _joined(names: Sequence[str]) -> str:
    """Return a few names with "and" before the last, of many the first."""
    if len(names) == 1 or len(names) > _NAMED:
        return listed(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _story(growth: Sequence[Growth], measurements: Measurements) -> Iterator[str]:
    """Tell the heap of one worker, life by life."""
    looks = {process.name: process.looks for process in measurements.sampled_processes}
    if len(growth) > _NAMED:
        judged = sum(one.verdict != "refused" for one in growth)
        yield (
            f"{len(growth) - 1} restarts split the series: nothing is joined across them, and "
            f"{judged or 'none'} of {len(growth)} lives can be judged by itself."
        )
        growth = [one for one in growth if one.verdict in RISING][-1:]
    for index, one in enumerate(growth):
        samples = [look.sample for look in looks[one.process]]
        if index == 1:
            parts = "A restart splits" if len(growth) == 2 else f"{len(growth) - 1} restarts split"
            yield f"{parts} the series: nothing is joined across it."
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
        how = statement(one) if one.confidence == "low" else one.verdict  # else a finding tells the rate
        yield f"{after} {moved}: {how}, {one.confidence} confidence."
    elif one.verdict == "steady":
        yield f"{after} {moved}{most}: no leak is proven{_is_back(values)}."
    else:
        yield f"{after} {moved}{most}: {one.verdict}, no lasting growth."


def _is_back(values: Sequence[float]) -> str:
    """Say that a collection brought the heap back to where it began."""
    is_back = values[-1] <= values[0] * 1.1 < max(values)
    return ", after a collection it is back where it began: no growth of the floor" if is_back else ""


def _usage(findings: Sequence[Finding], *, is_one: bool) -> Iterator[str]:
    """Say what the percentage is, where that is all that may alarm."""
    rules = {finding.rule: finding.message for finding in findings}
    said = rules.get("heap-usage-is-of-committed")
    if said and is_one and "heap-near-limit" not in rules:
        limit = f"; the limit is {DEFAULT_LIMIT}, unless node's options say otherwise"
        yield f"Its {said}{limit if 'heap-limit-unknown' in rules else ''}."


def _calm(workers: Workers, nothing: str) -> Iterator[str]:
    shown = workers.shown
    if shown:
        online = sum(look.status == "online" for _, look in shown)
        apps = "1 process" if len(shown) == 1 else f"{grouped(len(shown))} processes"
        yield f"{apps} of PM2's, {online} online: {nothing} shows{_not_running(shown)}."
        if max(len(worker.looks) for worker, _ in shown) == 1:
            yield "One look cannot show growth: memdoctor pm2 --for 10m, or pm2 jlist again in 10 minutes."
        return
    ends = sum(len(ends_of(worker)) for worker in workers.all)
    if ends:
        yield f"The logs tell of {ends} ends that nobody asked for, too far apart for a loop."
        return
    traced = [event for worker in workers.all for event in worker.of_kind(COLLECTIONS)]
    if traced:
        yield from map(_traced, traced[:_NAMED])
        yield "No growth of the heap shows; memory outside of it is in no trace."
        return
    kinds = sorted({event.kind for worker in workers.all for event in worker.events})
    yield f"The logs tell of {listed(kinds)}: {nothing} shows." if kinds else capital(f"{nothing} shows.")


def _traced(event: Event) -> str:
    """Say what a trace shows of one isolate."""
    detail = event.detail
    kept = detail["collections"]
    live = f", {size(kept[-1].after)} live after the last" if kept else ""
    young, full = grouped(detail["scavenges"]), grouped(detail["full"])
    over = duration(detail["last"] - detail["first"])
    return (
        f"{file_name(event.source)}: {young} collections of the young generation, "
        f"{full} of the whole heap in {over}{live}."
    )


def _not_running(shown: Sequence[tuple[Worker, App]]) -> str:
    """Name the apps that do not run, with what PM2 says of them."""
    rest = [
        f"{worker.name} is {look.status}, {look.restarts or 0} restarts"
        for worker, look in shown
        if look.status not in (None, "online")
    ]
    return f" ({listed(rest)})" if rest else ""
