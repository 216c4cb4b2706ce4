"""Keep long series in bounded memory: of each few neighbours the lowest and the highest.

The floor of a heap is what growth is judged by, and the worst moment is what findings are about: both must
survive, and the first and the last sample too.
"""

from collections.abc import Iterator

from memdoctor.model import Problem, Sample
from memdoctor.units import count_of, grouped

MOST_SAMPLES = 2_000  # of one process or list of an input
MOST_LONE = 5_000  # of samples that belong to neither


class Thinned:
    """The samples of one input, thinned for each process and list of it on its own to about `most`."""

    def __init__(self, most: int = MOST_SAMPLES) -> None:
        self._most = most
        self._series: dict[object, _Series] = {}

    def __bool__(self) -> bool:
        return bool(self._series)

    def add(self, sample: Sample) -> None:
        """Take a sample in."""
        key = (sample.pid, sample.series)
        if key not in self._series:
            self._series[key] = _Series(MOST_LONE if key == (None, None) else self._most)
        self._series[key].add(sample)

    def samples(self) -> Iterator[Sample]:
        """Yield what was kept, process by process."""
        for series in self._series.values():
            yield from series.kept()

    def problems(self, source: str) -> Iterator[Problem]:
        """Yield what was left out."""
        for series in self._series.values():
            if series.step > 1:
                kept = f"of each {grouped(series.step)} those with the least and the most memory were kept"
                yield Problem(source, f"{count_of(series.count, 'sample')}: {kept}")


class _Series:
    def __init__(self, most: int) -> None:
        self._most = most
        self.count = 0
        self.step = 1
        self._ends: list[Sample] = []  # the first and the last
        self._chosen: list[tuple[Sample, ...]] = []
        self._pending: list[Sample] = []

    def add(self, sample: Sample) -> None:
        self.count += 1
        self._ends = [*self._ends[:1], sample]
        self._pending.append(sample)
        if len(self._pending) == self.step:
            self._chosen.append(_extremes(self._pending))
            self._pending = []
        if len(self._chosen) * min(self.step, 2) > self._most:
            self._halve()

    def _halve(self) -> None:
        pairs = zip(self._chosen[::2], self._chosen[1::2], strict=False)
        if len(self._chosen) % 2:
            self._pending = [*self._chosen[-1], *self._pending]
        self._chosen = [_extremes([*one, *other]) for one, other in pairs]
        self.step *= 2

    def kept(self) -> Iterator[Sample]:
        kept = [sample for group in (*self._chosen, _extremes(self._pending)) for sample in group]
        before: Sample | None = None
        for sample in (*self._ends[:1], *kept, *self._ends[1:]):
            if sample is not before:
                yield sample
            before = sample


def _extremes(samples: list[Sample]) -> tuple[Sample, ...]:
    """Return the sample with the smallest heap and the one with the most memory, in their order."""
    if not samples:
        return ()
    lowest = min(samples, key=lambda sample: sample.heap_used or sample.rss or 0)
    highest = max(samples, key=lambda sample: (sample.rss or 0) + (sample.external or 0))
    return tuple(sample for sample in samples if sample is lowest or sample is highest)
