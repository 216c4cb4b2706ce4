"""All workers of a case: every analysis of them once and on demand."""

from collections.abc import Iterator
from functools import cached_property

from memdoctor.analysis.workers.counters import Restarts, restarts_of
from memdoctor.analysis.workers.crashes import Episode, episodes
from memdoctor.analysis.workers.gathering import workers_of
from memdoctor.analysis.workers.pids import StalePid, pid_by_script, stale_pids
from memdoctor.analysis.workers.samples import samples_of, under_workers
from memdoctor.analysis.workers.worker import RUNNING, Worker
from memdoctor.model import App, Case, Event, Sample


class Workers:
    """What PM2 and logs tell together."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.all = workers_of(case)

    @property
    def shown(self) -> tuple[tuple[Worker, App], ...]:
        """The workers that PM2 shows, each with the last look at it."""
        return tuple((worker, worker.last) for worker in self.all if worker.last is not None)

    @cached_property
    def samples(self) -> tuple[Sample, ...]:
        """The samples of the case, under the names of its workers, and what PM2 shows as samples."""
        own = (sample for worker in self.all for sample in samples_of(worker))
        return (*under_workers(self.case.samples, self.all), *own)

    @cached_property
    def episodes(self) -> tuple[Episode, ...]:
        """Crash loops that logs tell, worker by worker, in time order."""
        return tuple(loop for worker in self.all for loop in episodes(worker))

    @cached_property
    def restarts(self) -> tuple[Restarts, ...]:
        """Too many restarts, as PM2 counts them."""
        return tuple(found for worker, _ in self.shown if (found := restarts_of(worker)) is not None)

    @cached_property
    def pids(self) -> dict[int, str]:
        """Whose each pid is, as far as nothing says that it is another's by now."""
        stale = {one.worker.name for one in self.stale_pids}
        running = [item for item in self.shown if item[1].status in RUNNING and item[0].name not in stale]
        found = {look.pid: worker.name for worker, look in running if look.pid}
        for worker, look in running:  # describe shows no pid
            pid = None if look.pid else pid_by_script(look, self.case.tables)
            if pid is not None:
                found.setdefault(pid, worker.name)
        return found

    def with_events(self, *kinds: str) -> Iterator[tuple[Worker, list[Event]]]:
        """Yield each worker that has events of some kinds, with them."""
        for worker in self.all:
            if events := list(worker.of_kind(*kinds)):
                yield worker, events

    def healed(self, worker: Worker, kind: str) -> bool:
        """Whether a worker stayed up after crashes of a kind of error."""
        return any(one.worker is worker and one.cause == kind and one.is_over for one in self.episodes)

    @cached_property
    def stale_pids(self) -> tuple[StalePid, ...]:
        """Workers whose pid is somebody else's."""
        return tuple(stale_pids(self.shown, (*self.case.tables, *self.case.beside)))
