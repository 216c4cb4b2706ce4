"""Every analysis of a case, each made once and on demand. Rules read nothing else."""

from functools import cached_property
from typing import TYPE_CHECKING

from memdoctor.analysis.growth import judge
from memdoctor.analysis.look import Look
from memdoctor.analysis.processes import Process, group, in_time_order
from memdoctor.analysis.series import Series, series_of
from memdoctor.findings import Growth, HeapOverview
from memdoctor.model import Case
from memdoctor.thresholds import Thresholds

if TYPE_CHECKING:
    from memdoctor.analysis.heap.inside import Inside


class Measurements:
    """The numbers of one case."""

    def __init__(self, case: Case, thresholds: Thresholds | None = None) -> None:
        self.case = case
        self.thresholds = thresholds or Thresholds()

    @cached_property
    def looks(self) -> tuple[Look, ...]:
        """All samples as figures, in time order."""
        return in_time_order([look for process in self.processes for look in process.looks])

    @cached_property
    def processes(self) -> tuple[Process, ...]:
        """The looks grouped by process, never joined across processes."""
        return group(in_time_order([Look(sample) for sample in self.case.samples]))

    @cached_property
    def judged(self) -> tuple[tuple[Series, Growth], ...]:
        """Each metric of each process with two samples or more, and the verdict on it."""
        return tuple((series, judge(series)) for process in self.processes for series in series_of(process))

    @property
    def growth(self) -> tuple[Growth, ...]:
        """The verdict on each metric of each process with two samples or more."""
        return tuple(growth for _, growth in self.judged)

    @cached_property
    def heaps(self) -> tuple[HeapOverview, ...]:
        """The numbers of each heap snapshot, in the order in which they were brought."""
        if not self.case.heaps:
            return ()
        from memdoctor.analysis.heap.overview import heap_overview

        return tuple(map(heap_overview, self.insides))

    @cached_property
    def insides(self) -> "tuple[Inside, ...]":
        """What is in each heap snapshot, in the same order."""
        if not self.case.heaps:
            return ()
        from memdoctor.analysis.heap.inside import Inside

        return tuple(map(Inside, self.case.heaps))

    @cached_property
    def process_names(self) -> dict[str, str]:
        """The name of each sample's process, by the sample's place."""
        return {look.sample.place: process.name for process in self.processes for look in process.looks}
