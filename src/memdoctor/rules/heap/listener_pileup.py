"""Many listeners wait for one event of one emitter.

## What it means
Something adds a listener again and again, for each request or each object, and never removes it. An
emitter that lives as long as the process keeps all of them, with everything that they capture.

## Evidence
More listeners than the emitter's limit, or at least 100 that run the same function. The limit is what
the program set, where the snapshot has that number, else 10, the default of Node. It is a line above
which Node warns (MaxListenersExceededWarning), no error: more may be meant. What the listeners capture
is what would be freed without them: their functions, and the scopes that no other function sees.

## What to do
Look where the function is added as a listener. Add it once, or remove it when its object is done
(`off`, `removeListener`, `once`, an `AbortSignal`).

## When it is wrong
An emitter with many parts listening to it, each one once, may need that many: then set its limit.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from memdoctor.analysis.heap.naming.words import event_path, function_with_place
from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Evidence, Finding, Rule, Severity
from memdoctor.rules.about import about_holder, in_heap, share_of_heap
from memdoctor.units import grouped, size

if TYPE_CHECKING:
    from memdoctor.analysis.heap.events.emitters import Event
    from memdoctor.analysis.heap.inside import Inside

RULE = Rule(
    "listener-pileup",
    "heap",
    Severity.WARNING,
    "many listeners wait for one event",
    explains=("dominant-object", "large-collection", "closure-retention", "large-buffers"),
)


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each event over its limit, or with many listeners of one function.

    Emitters of one class are told as one.
    """
    for inside in measurements.insides:
        by_path: dict[str, list[Event]] = {}
        for event in inside.emitters.events:
            many = event.emitters == 1 and event.same >= measurements.thresholds.same_listeners
            if event.over_limit or many:
                by_path.setdefault(event_path(inside, event), []).append(event)
        for path, events in by_path.items():
            yield _finding(measurements, inside, path, events)


def _finding(measurements: Measurements, inside: "Inside", path: str, events: "list[Event]") -> Finding:
    event = max(events, key=lambda event: event.listeners)
    listeners = sum(one.listeners for one in events)
    captured = sum(one.captured_bytes for one in events)
    return about_holder(
        RULE,
        measurements,
        inside,
        path,
        _message(inside, path, events, event),
        note=f"{grouped(listeners)} listeners",
        evidence=(
            Evidence("listeners", event.listeners, "listeners", pointer=in_heap(inside, event.emitter)),
            Evidence("in all", listeners if len(events) > 1 else None, "listeners", formula="Σ emitters"),
            Evidence("limit", event.limit, "listeners", formula=_limit(event)),
            Evidence("of one function", event.same, "listeners", pointer=in_heap(inside, event.function)),
            Evidence("captured", captured, "bytes", formula=_CAPTURED),
            Evidence("captured by each", captured // listeners, "bytes", formula="÷ all listeners"),
            share_of_heap(inside, captured),
        ),
        why=f"Each listener keeps what it captures, here {size(captured // listeners)}, as long as the "
        "emitter lives. The limit is a line above which Node warns, no error.",
        help="see where this function is added, and add it once or remove it when it is done",
        impact=captured,
        topic=path,
    )


def _message(inside: "Inside", path: str, events: "list[Event]", event: "Event") -> str:
    """Return how many listeners there are on the fullest of the emitters, and what runs."""
    function = function_with_place(inside, event.function)
    over = f", above the limit of {grouped(event.limit)}" if event.limit and event.over_limit else ""
    same = "all" if event.same == event.listeners else grouped(event.same)
    more = f"; {grouped(len(events) - 1)} more such emitters" if len(events) > 1 else ""
    return f"{grouped(event.listeners)} listeners are on {path}{over}; {same} of them {function}{more}"


_CAPTURED = "retained by the listeners and the scopes that only they see"


def _limit(event: "Event") -> str:
    return "the default of Node" if event.limit_is == "default" else "the number that the program set"
