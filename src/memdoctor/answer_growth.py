"""What the answer says of growth in one process: what rises, what shape that has, what cannot be seen."""

from collections.abc import Iterator, Sequence

from memdoctor.analysis.growth import least_seen, smallest_rise
from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Finding
from memdoctor.overviews import Growth
from memdoctor.rules.about_growth import METRICS, RISING, difference, is_difference, statement
from memdoctor.text import capital
from memdoctor.units import duration, rate


def of_growth(growth: Sequence[Growth], findings: Sequence[Finding]) -> Iterator[str]:
    """Say what grows in one process and what its samples cannot show; nothing for fewer than three."""
    judged = [one for one in growth if one.verdict != "refused" and not is_difference(one)]
    if not judged:
        return
    span = duration(max(one.span_seconds or 0 for one in judged))
    rising = [one for one in judged if one.verdict in RISING]
    for one in rising:
        if not follows(one, rising):
            yield f"{capital(statement(one))}, {one.reason}, {one.confidence} confidence."
    for finding in findings:
        if finding.rule == "limit-forecast" and finding.subject.name == judged[0].process:
            yield f"{capital(finding.message)}."
    shapes = {verdict: [one for one in judged if one.verdict == verdict] for verdict in _SHAPES}
    for verdict, of_it in shapes.items():
        if of_it:
            yield _SHAPES[verdict].format(capital(_listed(of_it)))
    if rising:
        yield f"{span} cannot show whether that goes on."
        return
    steady = [one for one in judged if one.verdict == "steady"]
    if steady:
        moved = [one for one in steady if rose_without_a_trend(one)]
        if moved:
            yield from _risen_without_a_trend(moved)
            return
        names = _listed(steady)
        subject = capital(names) if any(shapes.values()) else f"Nothing grows: {names}"
        yield f"{subject} {'are' if ' and ' in names else 'is'} steady over {span}."
        yield from _too_slow_to_see(steady, span)


_AN_END = 3  # values: one alone may be the top of a tooth
_SHAPES = {
    "decelerating": "{} still rose, at less than half the pace it began with.",
    "plateau": "{} rose and then stayed level: a plateau, no growth.",
    "step": "{} rose in one step, and a step alone is no growth.",
    "shrinking": "{} fell.",
}


def rose_without_a_trend(one: Growth) -> bool:
    """Whether a metric ends higher than it began though no growth is proven: that may still be growth."""
    return one.verdict == "steady" and _ends_higher(one)


def _ends_higher(one: Growth) -> bool:
    """Whether the last floor, or all of the last values, lie above the first by what growth has to be."""
    ends = one.floors or one.points
    smallest = smallest_rise(one.unit, one.points)
    first, last = one.points[:_AN_END], one.points[-_AN_END:]
    lifted = min(value for _, value in last) - max(value for _, value in first)
    return ends[-1][1] - ends[0][1] >= smallest or lifted >= smallest


def _risen_without_a_trend(moved: Sequence[Growth]) -> Iterator[str]:
    """Say what rose from first to last where the samples carry no trend: neither growth nor its absence."""
    for one in moved:
        if not _is_part(one, moved):
            yield f"{capital(METRICS[one.metric])} {difference(one)}, which may be growth or garbage."
    yield "The samples carry no trend: take more of them, over a longer time."


def _too_slow_to_see(steady: Sequence[Growth], span: str) -> Iterator[str]:
    """Say below which rate growth would not have shown."""
    sizes = [one for one in steady if one.unit == "bytes" and one.metric in ("js_heap", "external")]
    sizes = sizes or [one for one in steady if one.metric == "rss"]
    if sizes:
        yield f"Less than {rate(max(map(least_seen, sizes)), 'bytes')} would not show in {span}."


def _listed(growth: Sequence[Growth]) -> str:
    names = [METRICS[one.metric] for one in growth if not _is_part(one, growth)]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _is_part(one: Growth, growth: Sequence[Growth]) -> bool:
    """Whether external memory stands for the array buffers that are part of it."""
    return one.metric == "array_buffers" and any(other.metric == "external" for other in growth)


def follows(one: Growth, rising: Sequence[Growth]) -> bool:
    """Whether a rise is told by that of another metric: the RSS follows heap and external memory."""
    accounted = any(
        other.metric in ("js_heap", "external", "array_buffers") and other.verdict == "growing"
        for other in rising
    )
    return _is_part(one, rising) or (one.metric == "rss" and accounted)


def nothing_wrong(measurements: Measurements) -> str:
    """Return the words for a calm case: beside a budget that is exceeded only the rest is."""
    return f"nothing {'else ' if measurements.is_over_budget else ''}wrong"
