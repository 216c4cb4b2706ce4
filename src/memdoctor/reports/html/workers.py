"""Workers over time: what PM2 and logs show of their memory, with restarts and crashes as lines."""

from collections.abc import Iterator, Mapping, Sequence

from memdoctor.findings import Report
from memdoctor.overviews import Moment
from memdoctor.reports.html.plot import Plot, not_drawn, with_left
from memdoctor.reports.html.worker_plot import is_memory, worker_plot

_FEWEST, _MOST_WORKERS = 2, 12


def plots(report: Report) -> Iterator[Plot]:
    """Yield a plot for each worker whose memory was seen at least twice, those with most looks first.

    Where nothing happened but looks, growth shows the same.
    """
    by_worker = _by_worker(report)
    telling = _telling(report, by_worker)
    found = [worker_plot(name, by_worker[name]) for name in telling[:_MOST_WORKERS]]
    left = not_drawn(len(telling) - len(found), "app", "apps")
    yield from with_left(found, left)


def plotted(report: Report) -> frozenset[str]:
    """Return the workers that have a plot."""
    return frozenset(_telling(report, _by_worker(report))[:_MOST_WORKERS])


def _by_worker(report: Report) -> dict[str, list[Moment]]:
    by_worker: dict[str, list[Moment]] = {}
    for row in report.overview.timeline:
        by_worker.setdefault(row.worker, []).append(row)
    return by_worker


def _telling(report: Report, by_worker: Mapping[str, Sequence[Moment]]) -> list[str]:
    eventful = {name for name, rows in by_worker.items() if any(one.event for one in rows)}
    drawn = {sample.worker for sample in report.overview.samples}  # as growth, life by life
    looks = {name: _looks(by_worker[name]) for name in by_worker if name in eventful or name not in drawn}
    return sorted((name for name in looks if looks[name] >= _FEWEST), key=lambda name: -looks[name])


def _looks(rows: Sequence[Moment]) -> int:
    """Return how many looks can be drawn: those with memory, all dated or all of them counted."""
    seen = [one for one in rows if is_memory(one)]
    dated = sum(one.at is not None for one in seen)
    return dated or sum(one.elapsed is not None for one in seen)
