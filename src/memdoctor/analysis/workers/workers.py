"""All workers of a case: every analysis of them once and on demand."""

from functools import cached_property

from memdoctor.analysis.workers.counters import Restarts, restarts_of
from memdoctor.analysis.workers.crashes import Episode, episodes
from memdoctor.analysis.workers.gathering import workers_of
from memdoctor.analysis.workers.pids import StalePid, stale_pids
from memdoctor.analysis.workers.samples import renamed, samples_of
from memdoctor.analysis.workers.worker import Worker
from memdoctor.model import Case, Sample


class Workers:
    """What PM2 and logs tell together."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.all = workers_of(case)

    @property
    def shown(self) -> tuple[Worker, ...]:
        """The workers that PM2 shows."""
        return tuple(worker for worker in self.all if worker.looks)

    @cached_property
    def samples(self) -> tuple[Sample, ...]:
        """The samples of the case, under the names of its workers, and what PM2 shows as samples."""
        own = (sample for worker in self.all for sample in samples_of(worker))
        return (*(renamed(sample, self.all) for sample in self.case.samples), *own)

    @cached_property
    def episodes(self) -> tuple[Episode, ...]:
        """Crash loops that logs tell, worker by worker, in time order."""
        return tuple(loop for worker in self.all for loop in episodes(worker))

    @cached_property
    def restarts(self) -> tuple[Restarts, ...]:
        """Too many restarts, as PM2 counts them."""
        return tuple(found for worker in self.shown if (found := restarts_of(worker)) is not None)

    @cached_property
    def stale_pids(self) -> tuple[StalePid, ...]:
        """Workers whose pid is somebody else's."""
        return tuple(stale_pids(self.shown, (*self.case.tables, *self.case.beside)))
