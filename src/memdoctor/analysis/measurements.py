"""Every analysis of a case, each made once and on demand. Rules read nothing else."""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from memdoctor.analysis.growth import judge
from memdoctor.analysis.heap.series.outside import OutsideHeap, beside, growth_outside
from memdoctor.analysis.look import Look
from memdoctor.analysis.sampled import SampledProcess, group, in_time_order
from memdoctor.analysis.series import Series, series_of
from memdoctor.assumptions import Assumption
from memdoctor.findings import HeapSeriesOverview
from memdoctor.model import RECORDING, Case, Problem
from memdoctor.overviews import Growth, HeapInside, HeapOverview, heaps_alone, heaps_judged
from memdoctor.thresholds import Thresholds

if TYPE_CHECKING:
    from memdoctor.analysis.budgets.measured import Checked, Gap, Measured
    from memdoctor.analysis.heap.inside import Inside
    from memdoctor.analysis.heap.series.alignment import Alignment
    from memdoctor.analysis.heap.series.series import HeapSeries, ReadHeaps
    from memdoctor.analysis.limits import Forecast
    from memdoctor.analysis.processes.machine import Machine
    from memdoctor.analysis.workers.workers import Workers
    from memdoctor.baselines import Baseline
    from memdoctor.budgets import Budget
    from memdoctor.overviews import WatchedOverview


class Measurements:
    """The numbers of one case; each analysis is made when it is first asked for, and once.

    For rules: `looks` and `sampled_processes` (samples as figures), `judged` and `growth` (over time),
    `snapshots`, `insides` and `heap_series` (heaps), `machine` (processes), `workers` (PM2, logs). Each is
    None or empty where the case has nothing of the kind. Sizes are bytes, times seconds.
    """

    def __init__(
        self,
        case: Case,
        thresholds: Thresholds | None = None,
        assumptions: tuple[Assumption, ...] = (),
        *,
        budgets: "tuple[Budget, ...]" = (),
        baseline: "Baseline | None" = None,
        show_arguments: bool = False,
        alone: "HeapSeries | None" = None,
    ) -> None:
        """Measure a case; with `alone`, a snapshot of another one that is judged by itself."""
        self.case = case
        self.thresholds = thresholds or Thresholds()
        self.assumptions = assumptions
        self.budgets = budgets
        self.baseline = baseline
        self.show_arguments = show_arguments  # of processes, as they are
        self._alone = alone
        self._budgets_apart: dict[str, dict[Budget, tuple[Measured | Gap, ...]]] = {}  # by snapshot

    @cached_property
    def looks(self) -> tuple[Look, ...]:
        """All samples as figures, in time order."""
        return in_time_order([look for process in self.sampled_processes for look in process.looks])

    @property
    def dumps(self) -> tuple[Look, ...]:
        """The looks that somebody took on purpose: not those of workers, nor what a trace holds."""
        return tuple(look for look in self.looks if look.is_dump)

    @cached_property
    def sampled_processes(self) -> tuple[SampledProcess, ...]:
        """The looks grouped by process, never joined across processes."""
        samples = self.case.samples if self.workers is None else self.workers.samples
        return group(in_time_order([Look(sample) for sample in samples]))

    @cached_property
    def workers(self) -> "Workers | None":
        """What PM2 and logs tell of workers, None where neither does."""
        named = any(sample.worker for sample in self.case.samples)
        if not (self.case.apps or self.case.events or named):
            return None
        from memdoctor.analysis.workers.workers import Workers

        apps = self.machine_of_apps
        return Workers(replace(self.case, tables=() if apps is None else apps.looks.listings))

    @cached_property
    def machine_of_apps(self) -> "Machine | None":
        """The machine that PM2 and logs tell of, None where no listing is known to be of it."""
        if not self.case.tables:
            return None
        from memdoctor.analysis.workers.pids import machine_of_apps

        return machine_of_apps(self.machines, self.case.apps)

    def pids_of_workers(self, machine: "Machine") -> dict[int, str]:
        """Whose each pid of a machine is: none on machines that PM2 and logs do not tell of."""
        here = self.workers is not None and self.is_of_apps(machine.looks.now.source)
        return self.workers.pids if here and self.workers is not None else {}

    def is_of_apps(self, source: str | None) -> bool:
        """Whether what the last look of a machine tells is of the machine that PM2 and logs tell of."""
        apps = self.machine_of_apps
        return len(self.machines) < 2 or (apps is not None and apps.looks.now.source == source)

    @cached_property
    def judged(self) -> tuple[tuple[Series, Growth], ...]:
        """Each metric of each process with two samples or more, and the verdict on it."""
        return tuple(
            (series, judge(series)) for process in self.sampled_processes for series in series_of(process)
        )

    @property
    def growth(self) -> tuple[Growth, ...]:
        """The verdict on each metric of each process with two samples or more."""
        return tuple(growth for _, growth in self.judged)

    @cached_property
    def forecasts(self) -> "tuple[Forecast, ...]":
        """When what grows meets a limit."""
        from memdoctor.analysis.limits import forecasts

        return tuple(forecasts(self))

    @cached_property
    def watched(self) -> "tuple[WatchedOverview, ...]":
        """The processes of recordings, in the order in which they were seen first."""
        if not any(sample.document == RECORDING for sample in self.case.samples):
            return ()
        from memdoctor.analysis.watched import watched

        return tuple(watched(self))

    @cached_property
    def _read(self) -> "ReadHeaps | None":
        if not self.case.heaps:
            return None
        from memdoctor.analysis.heap.series.series import ReadHeaps

        return ReadHeaps(self.case.heaps, self.case.every)

    @property
    def snapshots(self) -> "HeapSeries | None":
        """The heap snapshots of one process in time order, None where there is none that can be read."""
        return self._alone if self._read is None else self._read.series

    def each_apart(self) -> "Iterator[Measurements]":
        """Return each snapshot of another process than `snapshots` as a case that holds it alone.

        Ask this first, and let each go before the next: then no more than two graphs are in memory.
        """
        return map(self._of_one, () if self._read is None else self._read.each_apart())

    def _of_one(self, alone: "HeapSeries") -> "Measurements":
        one = Measurements(Case(), self.thresholds, show_arguments=self.show_arguments, alone=alone)
        if self.budgets:
            from memdoctor.analysis.budgets.of_heap import all_of_inside

            source = alone.looks[-1].overview.source
            self._budgets_apart[source] = all_of_inside(alone.pair.last, self.budgets)
        return one

    def in_heaps_apart(self, budget: "Budget") -> "Iterator[Measured | Gap]":
        """Yield what was measured for a budget in the snapshots apart, as `each_apart` passed them."""
        if len(self.heaps_judged) > 1 and not self._budgets_apart:
            deque(self.each_apart(), maxlen=0)  # keeps none of them
        for measured in self._budgets_apart.values():
            yield from measured.get(budget, ())

    @cached_property
    def apart_alignments(self) -> "tuple[tuple[str, Alignment], ...]":
        """The source of each snapshot apart, and how its ids fit the last one of `snapshots`."""
        return () if self._read is None else self._read.alignments

    @property
    def unread_snapshots(self) -> frozenset[str]:
        """The sources of snapshots that turned out to be damaged."""
        return frozenset() if self._read is None else self._read.unread

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What could not be read or trusted."""
        return (
            *self._problems_of_inputs,
            *(() if self._read is None else self._read.problems),
            *self._doubts_about_listings,
            *self._daemons_apart,
        )

    @cached_property
    def _daemons_apart(self) -> tuple[Problem, ...]:
        if not self.case.apps or self.workers is None:
            return ()
        from memdoctor.analysis.workers.daemons import kept_apart

        return tuple(kept_apart(self.workers.all))

    @cached_property
    def _problems_of_inputs(self) -> tuple[Problem, ...]:
        if len(self.case.tables) < 2:
            return self.case.problems
        from memdoctor.analysis.processes.machines import still_true

        return tuple(still_true(self.case.problems, self.machines))

    @cached_property
    def _doubts_about_listings(self) -> tuple[Problem, ...]:
        if not self.case.tables:
            return ()
        from memdoctor.analysis.processes.machines import doubts

        return tuple(doubts(self.machines, self.case.apps, self.machine_of_apps))

    @property
    def heaps(self) -> tuple[HeapOverview, ...]:
        """The numbers of each heap snapshot: those apart, then those of one process in time order."""
        apart = () if self._read is None else tuple(look.overview for look in self._read.apart)
        return apart + self.heaps_together

    @property
    def heaps_alone(self) -> tuple[HeapOverview, ...]:
        """The numbers of the snapshots that are in no series."""
        return heaps_alone(self.heaps, self._in_series)

    @property
    def heaps_judged(self) -> tuple[HeapOverview, ...]:
        """The numbers of the snapshots that are judged by what is in them: of a series its last one."""
        return heaps_judged(self.heaps, self._in_series)

    @property
    def _in_series(self) -> tuple[str, ...]:
        return tuple(heap.source for heap in self.heaps_together) if self.has_heap_series else ()

    @property
    def heaps_together(self) -> tuple[HeapOverview, ...]:
        """The numbers of the last snapshot and of those that compare with it, in time order."""
        series = self.snapshots
        return () if series is None else tuple(look.overview for look in series.looks)

    @property
    def has_heap_series(self) -> bool:
        """Whether there are several snapshots that can be compared."""
        return len(self.heaps_together) > 1

    @cached_property
    def heap_series(self) -> HeapSeriesOverview | None:
        """What grows between several snapshots, None where there are none."""
        if self.snapshots is None or not self.has_heap_series:
            return None
        from memdoctor.analysis.heap.series.overview import series_overview

        return series_overview(self.snapshots, self.thresholds.growth_share)

    @cached_property
    def growth_outside_heap(self) -> OutsideHeap | None:
        """What has grown and is in no snapshot, None if that is not known."""
        if not self.has_heap_series:
            return None
        return growth_outside(self.looks_beside_heaps, self.heaps_together)

    @cached_property
    def looks_beside_heaps(self) -> tuple[Look, ...]:
        """The samples that were taken with the snapshots of one process, in the same order."""
        return beside(self.looks, self.heaps_together)

    @property
    def insides(self) -> "tuple[Inside, ...]":
        """What is in the heap: in the last snapshot, if there are several of one process."""
        series = self.snapshots
        return () if series is None else (series.pair.last,)

    @cached_property
    def inside(self) -> HeapInside | None:
        """The last snapshot as it is drawn, None where there is none."""
        if not self.insides:
            return None
        from memdoctor.analysis.heap.overview import heap_inside

        return heap_inside(self.insides[-1])

    @cached_property
    def machines(self) -> "tuple[Machine, ...]":
        """The processes of each machine, none where nothing tells of any."""
        if not (self.case.tables or self.case.listeners or self.case.pid_files):
            return ()
        from memdoctor.analysis.processes.machines import machines_of

        return machines_of(self.case)

    @cached_property
    def checked_budgets(self) -> "tuple[Checked, ...]":
        """The budgets of the call, each with what it was compared with."""
        from memdoctor.analysis.budgets.checking import checked_budgets

        return tuple(checked_budgets(self))

    @property
    def is_over_budget(self) -> bool:
        """Whether one of the budgets is exceeded, or may be."""
        return bool(self.budgets) and any(one.over for one in self.checked_budgets)

    @cached_property
    def worker_names(self) -> dict[str, str]:
        """The worker that each sampled process is of, where it is one."""
        named = {process.name: process.looks[0].sample.worker for process in self.sampled_processes}
        return {name: worker for name, worker in named.items() if worker is not None}

    @cached_property
    def process_names(self) -> dict[str, str]:
        """The name of each sample's process, by the sample's place."""
        return {
            look.sample.place: process.name for process in self.sampled_processes for look in process.looks
        }
