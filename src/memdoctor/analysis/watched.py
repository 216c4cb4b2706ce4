"""The processes of recordings: what each held at first, at most and last, and what is said of it."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median

from memdoctor.analysis.limits import Forecast
from memdoctor.analysis.look import Look
from memdoctor.analysis.measurements import Measurements
from memdoctor.analysis.sampled import SampledProcess
from memdoctor.analysis.series import METRICS
from memdoctor.model import RECORDING
from memdoctor.overviews import Growth, WatchedOverview

# What is said first of several metrics of one process.
_VERDICTS = ("growing", "rising-uncollected", "decelerating", "step", "plateau", "shrinking", "steady")
_FIRST = ("js_heap", "rss")
# The RSS follows these: what is said of them is said of it.
_ACCOUNTED, _RISING = frozenset({"js_heap", "external", "array_buffers"}), _VERDICTS[:2]
_GAP = 3  # usual times between two looks, after which it was another watch


def watched(measurements: Measurements) -> Iterator[WatchedOverview]:
    """Yield the processes of recordings, in the order in which they were seen first."""
    recorded = [one for one in measurements.sampled_processes if one.looks[0].sample.document == RECORDING]
    times: dict[str, set[datetime]] = {}
    for one in recorded:
        for look in one.looks:
            times.setdefault(look.sample.source, set()).add(_at(look))
    looks = {source: _Times(found) for source, found in times.items()}
    soon: dict[str, Forecast] = {}
    for forecast in measurements.forecasts:
        soon.setdefault(forecast.growth.process, forecast)
    by_process: dict[str, list[Growth]] = {}
    for growth in measurements.growth:
        by_process.setdefault(growth.process, []).append(growth)
    for one in recorded:
        ended = looks[one.looks[-1].sample.source].went_on_after(_at(one.looks[-1]))
        yield _of(one, by_process.get(one.name, []), soon.get(one.name), ended=ended)


class _Times:
    """When a recording has looks at any process."""

    def __init__(self, times: set[datetime]) -> None:
        self._times = sorted(times)
        gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(self._times)]
        self._gap = timedelta(seconds=_GAP * median(gaps) if gaps else 0.0)

    def went_on_after(self, at: datetime) -> bool:
        """Whether the same watch had another look after this one."""
        index = bisect_right(self._times, at)
        return index < len(self._times) and self._times[index] - at <= self._gap


def _at(look: Look) -> datetime:
    """Return the time of a look; a recording has one for each."""
    return look.sample.at or datetime.min.replace(tzinfo=UTC)


def _of(
    process: SampledProcess, growth: list[Growth], soon: Forecast | None, *, ended: bool
) -> WatchedOverview:
    looks = process.looks
    first, last = looks[0].sample, looks[-1].sample
    leading = leading_growth(growth)
    rss = [look.sample.rss for look in looks if look.sample.rss is not None]
    return WatchedOverview(
        source=last.source,
        process=process.name,
        program=last.program or "unknown",
        pid=last.pid,
        family=last.family,
        first_at=_at(looks[0]),
        last_at=_at(looks[-1]),
        ended=ended,
        looks=len(looks),
        rss_first=first.rss,
        rss=last.rss,
        rss_most=max(rss, default=None),
        pss=_last(looks, "pss"),
        uss=_last(looks, "uss"),
        swap=last.swap,
        heap_used=last.heap_used,
        cpu_share=_cpu_share(looks),
        file_descriptors=last.file_descriptors,
        threads=last.threads,
        metric=None if leading is None else leading.metric,
        verdict=None if leading is None else leading.verdict,
        limit_in=None if soon is None else (soon.soonest, soon.latest),
        limit_of=None if soon is None else soon.of,
    )


def leading_growth(growth: Sequence[Growth]) -> Growth | None:
    """Return the verdict that says most of a process, None where nothing could be judged yet."""
    order = (*_FIRST, *(metric for metric in METRICS if metric not in _FIRST))
    told = any(one.metric in _ACCOUNTED and one.verdict in _RISING for one in growth)
    judged = [one for one in growth if one.verdict in _VERDICTS and not (told and one.metric == "rss")]
    judged.sort(key=lambda one: (_VERDICTS.index(one.verdict), order.index(one.metric)))
    return judged[0] if judged else None


def _last(looks: Sequence[Look], name: str) -> int | None:
    """Return the last value of what is not measured at every look."""
    values = (getattr(look.sample, name) for look in reversed(looks))
    return next((value for value in values if value is not None), None)


def _cpu_share(looks: Sequence[Look]) -> float | None:
    """Return the CPU time between the first and the last look ÷ the time between them."""
    known = [look for look in looks if look.sample.cpu_seconds is not None]
    if len(known) < 2:
        return None
    seconds = (_at(known[-1]) - _at(known[0])).total_seconds()
    used = (known[-1].sample.cpu_seconds or 0.0) - (known[0].sample.cpu_seconds or 0.0)
    return used / seconds if seconds > 0 and used >= 0 else None
