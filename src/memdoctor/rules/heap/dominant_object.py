"""One object retains much of the heap.

## What it means
If this object went, all that would be freed: nothing else keeps it. It is where the memory comes
together, the last object on every way to what is below it. That alone is no leak. A cache may be as
large as it is meant to be.

## Evidence
The dominator tree is followed down from the root as long as one child retains at least 70 % of its
parent (the ratio of Eclipse's Memory Analyzer). Where it drops, memory accumulates. Of a list or a
tree of objects of one class its first object is named. Told from 5 % of the heap on (`heap_share`), a
warning from 20 % on (`heap_warning_share`). Global objects, scopes of modules, caches of modules and what
only remembers objects (WeakMap, FinalizationRegistry) are passed over.

## What to do
Look at what it holds (`memdoctor heap collections FILE`) and at the way to it (`memdoctor heap retainers
@ID FILE`). If its entries are done with at some point, delete them there, or bound their number or their
age. Whether it grows shows in a second snapshot.

## When it is wrong
A process that was just started, or one that does its work in one large structure, has such an object
too.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Confidence, Evidence, Finding, Rule, Severity
from memdoctor.rules.about import about_holder, holder_of, in_heap, share_of_heap
from memdoctor.units import grouped, percent, size

if TYPE_CHECKING:
    from memdoctor.analysis.heap.holders.suspects import Held, Point
    from memdoctor.analysis.heap.inside import Inside

RULE = Rule(
    "dominant-object",
    "heap",
    Severity.WARNING,
    "one object retains much of the heap",
    explains=("large-collection", "closure-retention", "large-buffers", "many-handles"),
)

_MANY = 5  # of one class are worth telling


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each accumulation point."""
    for inside in measurements.insides:
        for point in inside.suspects(measurements.thresholds.heap_share).points:
            yield _finding(measurements, inside, point)


def _finding(measurements: Measurements, inside: "Inside", point: "Point") -> Finding:
    identifier = inside.id_of(point.node)
    holder = holder_of(inside, point.node, point.name)
    share = percent(point.retained_bytes / inside.total)
    return about_holder(
        RULE,
        measurements,
        inside,
        holder,
        f"{_what(point, holder)} retains {size(point.retained_bytes)}, {share} of the heap{_with(point)}",
        note=f"retains {share} of the heap",
        evidence=tuple(_evidence(inside, point)),
        why=f"Nothing else keeps what this {point.name} retains: it stays as long as that one does.",
        help=f"bound it, or remove what is done; see memdoctor heap retainers @{identifier} FILE",
        impact=point.retained_bytes,
        confidence=Confidence.CERTAIN,
        topic=str(identifier),
    )


def _what(point: "Point", holder: str) -> str:
    """Return what an object is called: by its field, or by its class where it is only in a collection."""
    return holder if point.owner in (None, holder) else f"{point.name} in {point.owner}"


def _with(point: "Point") -> str:
    content = _content(point)
    return f", with {grouped(content.count)} {content.name} in it" if content else ""


def _content(point: "Point") -> "Held | None":
    """Return what an object holds, if that is many of one class and most of what it retains."""
    most = point.most
    if most is None or most.count < _MANY or most.retained_bytes * 2 < point.retained_bytes:
        return None
    return most


def _evidence(inside: "Inside", point: "Point") -> Iterator[Evidence]:
    place = in_heap(inside, point.node)
    yield Evidence(
        "retained size", point.retained_bytes, "bytes", formula="shallow sizes of all it dominates"
    )
    yield share_of_heap(inside, point.retained_bytes)
    yield Evidence(f"entries of the {point.name}", point.entries, "entries", pointer=place)
    if (most := _content(point)) is not None:
        yield Evidence(f"{most.name} below it", most.count, pointer=in_heap(inside, most.example))
        yield Evidence(
            "each, on average", most.mean_bytes, "bytes", formula="what they retain ÷ their number"
        )
