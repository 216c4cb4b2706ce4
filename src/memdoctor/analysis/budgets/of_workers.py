"""Budgets on what PM2 counts of its workers."""

from collections.abc import Iterator

from memdoctor.analysis.budgets.measured import Gap, Measured
from memdoctor.analysis.measurements import Measurements
from memdoctor.budgets import Budget
from memdoctor.findings import Evidence, Subject


def measured(budget: Budget, measurements: Measurements) -> Iterator[Measured | Gap]:
    """Yield the restarts of each worker, as PM2 counts them until `pm2 reset`."""
    shown = () if measurements.workers is None else measurements.workers.shown
    for worker, look in shown:
        if look.restarts is None:
            yield Gap(worker.name, "it is not reported")
            continue
        subject = Subject("worker", worker.name, look.source, worker.name, worker=worker.name)
        place = look.places.get("restarts", look.place)
        yield Measured(subject, Evidence("restarts", look.restarts, budget.measure.unit, place))
