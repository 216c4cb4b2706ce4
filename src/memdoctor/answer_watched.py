"""What the answer says of recordings: who grows, who does not, and what cannot be told yet."""

from collections.abc import Iterator, Sequence

from memdoctor.analysis.measurements import Measurements
from memdoctor.answer_growth import of_growth, rose_without_a_trend
from memdoctor.findings import Finding
from memdoctor.overviews import Growth
from memdoctor.rules.about_growth import METRICS, RISING, is_difference, statement
from memdoctor.text import capital
from memdoctor.units import count_of, duration

_NAMED = 3
_MEMORY = frozenset({"js_heap", "rss", "external", "array_buffers"})
_OVER = frozenset({"step", "plateau"})


def of_watched(measurements: Measurements, findings: Sequence[Finding]) -> Iterator[str]:
    """Say what grows of watched processes, or that nothing does; or why nothing can be told."""
    processes = measurements.watched
    by_process: dict[str, list[Growth]] = {one.process: [] for one in processes}
    for growth in measurements.growth:
        # Of what is only counted it is told if it changes.
        if growth.process in by_process and (growth.metric in _MEMORY or growth.verdict in RISING):
            by_process[growth.process].append(growth)
    if len(processes) == 1:
        [growths] = by_process.values()
        yield from list(of_growth(growths, findings)) or _cannot_be_judged([growths])
    elif processes:
        yield from _of_several(by_process, findings)
    others = [
        one
        for one in findings
        if one.subject.process in by_process
        and one.family != "growth"
        and one.severity != "info"
        and not one.folded
    ]
    for finding in others[:_NAMED]:
        whom = f"{finding.subject.process}: " if len(processes) > 1 else ""
        yield capital(f"{whom}{finding.message}.")
    ended = sum(one.ended for one in processes)
    if ended:
        yield f"{count_of(ended, 'process', 'processes')} ended while others were still watched."


def _of_several(by_process: dict[str, list[Growth]], findings: Sequence[Finding]) -> Iterator[str]:
    judged = {
        name: [one for one in growths if one.verdict != "refused" and not is_difference(one)]
        for name, growths in by_process.items()
    }
    rising = {
        name: [one for one in growths if one.verdict in RISING]
        for name, growths in judged.items()
        if growths
    }
    leading = [growths[0] for growths in rising.values() if growths]
    for one in leading[:_NAMED]:
        over = duration(one.span_seconds)
        yield f"{one.process}: {statement(one)}, over {over}, {one.confidence} confidence."
        yield from (
            capital(f"{finding.message}.")
            for finding in findings
            if finding.rule == "limit-forecast" and finding.subject.process == one.process
        )
    if leading[_NAMED:]:
        yield f"{count_of(len(leading) - _NAMED, 'more grows', 'more grow')}."
    others = [judged[name] for name, growths in rising.items() if not growths]
    yield from _of_others(others, are_all=not leading)
    yield from _cannot_be_judged([by_process[name] for name, growths in judged.items() if not growths])


def _of_others(others: Sequence[Sequence[Growth]], *, are_all: bool) -> Iterator[str]:
    """Say of processes that do not grow what their memory did."""
    rose = [one for one in others if any(growth.verdict in _OVER for growth in one)]
    unsure = [
        one
        for one in others
        if one not in rose
        and any(growth.verdict == "decelerating" or rose_without_a_trend(growth) for growth in one)
    ]
    calm = [one for one in others if one not in rose and one not in unsure]
    if calm:
        span = duration(max(growth.span_seconds or 0.0 for one in calm for growth in one))
        whom = f"in {len(calm)} {'of them' if are_all else 'others'}" if len(calm) > 1 else "in another"
        whom = "in any of them" if are_all and len(calm) == len(others) else whom
        yield f"Nothing grows {whom} over {span}{_as_far_as_known(calm)}."
    if rose:
        yield f"{count_of(len(rose), 'process', 'processes')} rose and stayed level, which is no growth."
    if unsure:
        whom = count_of(len(unsure), "process", "processes")
        yield f"{whom} rose without a trend: more looks, over a longer time, can tell."


def _as_far_as_known(calm: Sequence[Sequence[Growth]]) -> str:
    """Say what was judged where nobody reported the heap: it may grow within the rest."""
    known = [
        metric for metric in METRICS if any(one.metric == metric for growths in calm for one in growths)
    ]
    if "js_heap" in known or not known:
        return ""
    return f", as far as {' and '.join(METRICS[metric] for metric in known)} can tell"


def _cannot_be_judged(growths: Sequence[Sequence[Growth]]) -> Iterator[str]:
    """Say of how many processes nothing can be told, and why."""
    if not growths:
        return
    one_look = "there is one look only"
    reasons = sorted({one[-1].reason or one_look if one else one_look for one in growths})
    who = "It" if len(growths) == 1 else count_of(len(growths), "process", "processes")
    yield f"{who} cannot be judged: {'; '.join(reasons)}."
