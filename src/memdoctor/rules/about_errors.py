"""How a rule speaks of an error in the log of a worker that keeps it from running."""

from collections.abc import Sequence

from memdoctor.analysis.workers.ends import NEAR, proves_an_end
from memdoctor.analysis.workers.worker import Worker
from memdoctor.analysis.workers.workers import Workers
from memdoctor.findings import Confidence, Evidence, Finding, Rule, Severity
from memdoctor.model import EXIT, Event
from memdoctor.rules.about_workers import about_worker, last_time, total


def about_errors(
    rule: Rule,
    workers: Workers,
    worker: Worker,
    events: Sequence[Event],
    message: str,
    *,
    note: str,
    evidence: tuple[Evidence, ...],
    why: str,
    help: str,  # noqa: A002 - the word users see
) -> Finding:
    """Return a finding about equal errors of a worker: certain if the last of them ended the process.

    The log tells that, or an exit next to it. Else a program may have caught the error and gone on.
    """
    last = events[-1]
    ended = proves_an_end(last) or _ended(worker, last)
    mild = not ended or workers.healed(worker, last.kind)
    return about_worker(
        rule,
        worker,
        message,
        note=note,
        source=last.source,
        severity=Severity.WARNING if mild else None,
        confidence=Confidence.CERTAIN if ended else Confidence.LIKELY,
        evidence=(*evidence, Evidence("errors", total(events), pointer=events[0].place), last_time(last)),
        why=why if ended else f"{why}, unless the program has caught it",
        help=help,
    )


def _ended(worker: Worker, error: Event) -> bool:
    at = error.last_at or error.at
    return at is not None and any(one.at and abs(one.at - at) <= NEAR for one in worker.of_kind(EXIT))
