"""Keep long series in bounded memory: of each few neighbours the one with the smallest heap.

The floor of a heap is what growth is judged by, so it must survive; the first and the last sample do too.
"""

from collections.abc import Iterator

from memdoctor.model import Problem, Sample

MOST_SAMPLES = 2_000  # of one process or list of an input


class Thinned:
    """The samples of one input, thinned for each process and list of it on its own."""

    def __init__(self) -> None:
        self._series: dict[object, _Series] = {}

    def __bool__(self) -> bool:
        return bool(self._series)

    def add(self, sample: Sample) -> None:
        """Take a sample in."""
        self._series.setdefault((sample.pid, sample.series), _Series()).add(sample)

    def samples(self) -> Iterator[Sample]:
        """Yield what was kept, process by process."""
        for series in self._series.values():
            yield from series.kept()

    def problems(self, source: str) -> Iterator[Problem]:
        """Yield what was left out."""
        for series in self._series.values():
            if series.step > 1:
                kept = f"of each {series.step} the one with the smallest heap was kept"
                yield Problem(source, f"{series.count} samples: {kept}")


class _Series:
    def __init__(self) -> None:
        self.count = 0
        self.step = 1
        self._ends: list[Sample] = []  # the first and the last
        self._chosen: list[Sample] = []
        self._pending: list[Sample] = []

    def add(self, sample: Sample) -> None:
        self.count += 1
        self._ends = [*self._ends[:1], sample]
        self._pending.append(sample)
        if len(self._pending) == self.step:
            self._chosen.append(min(self._pending, key=_heap))
            self._pending = []
        if len(self._chosen) > MOST_SAMPLES:
            halves = zip(self._chosen[::2], self._chosen[1::2], strict=False)
            odd = self._chosen[-1:] if len(self._chosen) % 2 else []
            self._pending = odd + self._pending
            self._chosen = [min(pair, key=_heap) for pair in halves]
            self.step *= 2

    def kept(self) -> Iterator[Sample]:
        first, last = self._ends[0], self._ends[-1]
        if self._chosen and self._chosen[0] is not first:
            yield first
        yield from self._chosen
        if not self._chosen or self._chosen[-1] is not last:
            yield last


def _heap(sample: Sample) -> int:
    return sample.heap_used or sample.rss or 0
