"""Events, and what their listeners capture, as a view."""

from collections.abc import Iterator, Mapping
from typing import Any

from memdoctor.analysis.heap.events.emitters import DEFAULT_LIMIT, Event
from memdoctor.analysis.heap.inside import Inside
from memdoctor.analysis.heap.naming.words import event_path, of_function
from memdoctor.analysis.heap.view import MOST_ROWS, Ask, Column, View
from memdoctor.model import Source

_COLUMNS = (
    Column("event_of", "event", "name"),
    Column("listener_count", "listeners", "count"),
    Column("limit", "limit", "count"),
    Column("captured_bytes", "capture", "bytes"),
    Column("listener", "function", "name"),
    Column("captured_each_bytes", "each", "bytes"),
    Column("same_function_count", "same", "count"),
    Column("holder", "held by", "name"),
    Column("package", "package", "text"),
    Column("event_path", "path", "name"),
)
_CAPTURE = "capture is what only the listeners of that event retain"
_NOTES = {
    "default": f"above {DEFAULT_LIMIT} listeners on one emitter Node warns, if no limit is set",
    "unknown": "no limit shown: there is one, but the file does not have small numbers",
}


def view(inside: Inside, source: Source, ask: Ask) -> View:
    """Return the events: those over their limit first, then by what the listeners capture."""
    found = inside.emitters
    shown = found.events[: ask.rows(MOST_ROWS)]
    notes = [_CAPTURE] if shown else []
    notes += [text for key, text in _NOTES.items() if any(event.limit_is == key for event in shown)]
    totals = {
        "event_count": found.count,
        "listener_count": found.listener_count,
        "over_limit_count": found.over_limit,
    }
    rows = tuple(_rows(inside, shown))
    return View(
        "listeners",
        (source,),
        _COLUMNS,
        rows,
        totals,
        found.count,
        inside.counts,
        tuple(notes),
        most=MOST_ROWS,
    )


def _rows(inside: Inside, events: tuple[Event, ...]) -> Iterator[Mapping[str, Any]]:
    for event in events:
        emitter, function = inside.owners.node(event.emitter), of_function(inside, event.function)
        what = "" if event.event is None else f": {event.event}"
        times = f" ×{event.emitters}" if event.emitters > 1 else ""
        yield {
            "event_of": f"{emitter}{what}{times}",
            "listener": " ".join(filter(None, (function["function"], function["place"]))),
            "emitter": emitter,
            "holder": inside.owners.name(event.emitter) if event.emitters == 1 else None,
            "emitter_count": event.emitters,
            "event": event.event,
            "listener_count": event.listeners,
            "most_on_one_count": event.most,
            "limit": event.limit,
            "limit_is": event.limit_is,
            "over_limit": event.over_limit,
            "captured_bytes": event.captured_bytes,
            "captured_each_bytes": event.captured_bytes // event.listeners,
            "same_function_count": event.same,
            **function,
            "event_path": event_path(inside, event),
            "node_id": inside.id_of(event.emitter),
        }
