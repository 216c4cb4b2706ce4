"""A program adds listeners and does not take them away.

## What it means
An emitter got more listeners of one event than it expects: Node warns once for each emitter and event, at
the first one too many. So the number is the limit plus one, never how many there are now. The same warning
again is about another emitter.

## Evidence
The warnings in the log: class, event, number and limit, and how many there are of each.

## What to do
Find where the listener is added: `node --trace-warnings` prints the stack. Take it away with `off` or
`once`, or add it once outside of the function that runs often. `memdoctor heap listeners` on a snapshot
shows how many there are and what they hold.

## When it is wrong
Eleven listeners can be what a program needs: then `setMaxListeners` says so, and ends the warning.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator

from memdoctor.analysis.workers.worker import Worker
from memdoctor.analysis.workers.workers import Workers
from memdoctor.cuts import beginning
from memdoctor.findings import Confidence, Evidence, Finding, Rule, Severity
from memdoctor.model import LISTENERS, Event
from memdoctor.rules.about_workers import about_worker, listed, of_workers, total
from memdoctor.units import grouped

RULE = Rule("listener-warning", "logs", Severity.WARNING, "more listeners than an emitter expects")
_NAMED = 4
_OFTEN = 3  # equal warnings: emitters that all get too many


@of_workers
def check(workers: Workers) -> Iterator[Finding]:
    """Yield a finding for each worker whose log warns of listeners."""
    for worker in workers.all:
        groups: dict[tuple[str, str], list[Event]] = defaultdict(list)
        for event in worker.of_kind(LISTENERS):
            groups[str(event.detail.get("event")), _class_of(event)].append(event)
        if groups:
            yield _found(worker, sorted(groups.items(), key=lambda item: -total(item[1])))


def _class_of(event: Event) -> str:
    return str(event.detail.get("class") or event.detail.get("target") or "an emitter")


def _found(worker: Worker, groups: list[tuple[tuple[str, str], list[Event]]]) -> Finding:
    names = [f"{event} on {owner}" for (event, owner), _ in groups]
    every = [event for _, events in groups for event in events]
    often = _most_of_one_process(groups[0][1]) >= _OFTEN
    many = f"{grouped(total(every))} warnings" if total(every) > 1 else "a warning"
    return about_worker(
        RULE,
        worker,
        f"{many} of too many listeners: {listed(names)}",
        note=f"{many} of too many listeners",
        source=every[-1].source,
        confidence=Confidence.LIKELY if often else Confidence.POSSIBLE,
        evidence=tuple(_evidence(groups)),
        why="Node warns once for each emitter and event, at the limit + 1: that is not how many there are"
        + ("; equal warnings are that many emitters" if often else ""),
        help="find where they are added: node --trace-warnings; take them away with off or once",
    )


def _most_of_one_process(events: list[Event]) -> int:
    """Return how often one process has warned alike; each new process warns anew."""
    by_pid: Counter[int] = Counter()
    for event in events:
        if event.pid is not None:
            by_pid[event.pid] += event.count
    return max(by_pid.values(), default=0)


def _evidence(groups: list[tuple[tuple[str, str], list[Event]]]) -> Iterator[Evidence]:
    for (name, _), events in groups[:_NAMED]:
        first = events[0]
        most = first.detail.get("most")
        limit = "" if most is None else f", limit {most}"
        again = "" if total(events) == 1 else f", {grouped(total(events))} times"
        yield Evidence(
            beginning(name, 24), f"{first.detail.get('listeners')} listeners{limit}{again}", "", first.place
        )
