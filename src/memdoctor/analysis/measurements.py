"""Every analysis of a case, each made once and on demand. Rules read nothing else."""

from functools import cached_property

from memdoctor.analysis.growth import judge
from memdoctor.analysis.look import Look
from memdoctor.analysis.processes import Process, group, in_time_order
from memdoctor.analysis.series import Series, series_of
from memdoctor.findings import Growth, HeapOverview
from memdoctor.model import Case


class Measurements:
    """The numbers of one case."""

    def __init__(self, case: Case) -> None:
        self.case = case

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

        return tuple(map(heap_overview, self.case.heaps))

    @cached_property
    def process_names(self) -> dict[str, str]:
        """The name of each sample's process, by the sample's place."""
        return {look.sample.place: process.name for process in self.processes for look in process.looks}
