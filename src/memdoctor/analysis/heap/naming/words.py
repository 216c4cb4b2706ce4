"""Functions and emitters in the words of the program. Without NumPy: rules import this."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from memdoctor.text import file_name

if TYPE_CHECKING:
    from memdoctor.analysis.heap.events.emitters import Event
    from memdoctor.analysis.heap.inside import Inside

ANONYMOUS = "(anonymous)"


def function_name(inside: "Inside", node: int) -> str:
    """Return what a function is called; where it has neither name nor place, the field that holds it."""
    functions = inside.functions
    name = functions.name(node)
    if name is None and functions.place(node) is None:
        name = inside.owners.name(node)
    return name or ANONYMOUS


def of_function(inside: "Inside", node: int | None) -> Mapping[str, Any]:
    """Return the cells of a row that tell which function it is about, and where that stands."""
    if node is None:
        return dict.fromkeys(("function", "place", "package", "file", "line", "column"))
    place = inside.functions.place(node)
    return {
        "function": function_name(inside, node),
        "place": None if place is None else place_in_words(str(place)),
        "package": None if place is None else place.package,
        "file": None if place is None else place.file,
        "line": None if place is None else place.line,
        "column": None if place is None else place.column,
    }


def place_in_words(place: str) -> str:
    """Return a place without the folders that its file is in.

    >>> place_in_words("/srv/app/lib/bus.js:12"), place_in_words("node:internal/timers:7")
    ('bus.js:12', 'timers:7')
    """
    return file_name(place)


def event_path(inside: "Inside", event: "Event") -> str:
    """Return where the listeners are: `Class._events.event`, or the tag of the elements they are on."""
    parts = (inside.owners.node(event.emitter), event.store, event.event)
    return ".".join(filter(None, parts)) if event.event is not None else parts[0]


def function_with_place(inside: "Inside", node: int) -> str:
    """Return a function as a sentence names it: `poll (scen.cjs:60)`, with its package if it is in one."""
    function = of_function(inside, node)
    told = ", ".join(filter(None, (function["place"], function["package"])))
    return f"{function['function']} ({told})" if told else str(function["function"])
