"""Many objects of one class, held in one place, retain much of the heap together.

## What it means
No single object retains that much, but objects of one class do that hang on one field, or on nothing
that the file shows. Timers, listeners and requests pile up like that.

## Evidence
Below roots, global objects and scopes, and among accumulation points, objects with one class and one
owner are added up. Told from 5 % of the heap on (`heap_share`), a warning from 20 % on
(`heap_warning_share`). Bun writes no edges from a Map or a Set to its entries. There the group hangs in
the air, and what has room for so many entries is named as what may hold it: possible, never certain.

## What to do
Find where such objects are made and where they should end: `clearInterval`, `removeListener`, `delete`,
`abort`. `memdoctor heap retainers CLASS FILE` shows the ways to them.

## When it is wrong
A pool or a table of that many objects may be what the program is for.
"""

from collections.abc import Iterator
from shlex import quote
from typing import TYPE_CHECKING

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Confidence, Evidence, Finding, Rule, Severity
from memdoctor.rules.about import about_holder, field_of, in_heap, share_of_heap
from memdoctor.units import grouped, percent, size

if TYPE_CHECKING:
    from memdoctor.analysis.heap.holders.suspects import Group
    from memdoctor.analysis.heap.inside import Inside

RULE = Rule(
    "dominant-group",
    "heap",
    Severity.WARNING,
    "many objects of one class and one owner retain much of the heap",
    explains=("large-collection", "closure-retention", "many-handles"),
)


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each group."""
    for inside in measurements.insides:
        for group in inside.suspects(measurements.thresholds.heap_share).groups:
            yield _finding(measurements, inside, group)


def _finding(measurements: Measurements, inside: "Inside", group: "Group") -> Finding:
    count, retained = group.held.count, group.held.retained_bytes
    share = percent(retained / inside.total)
    what = f"{grouped(count)} {group.name}"
    return about_holder(
        RULE,
        measurements,
        inside,
        _holder(group),
        f"{what} {_where(group)} retain {size(retained)}, {share} of the heap{_most(group)}",
        note=f"{what} retain {share} of the heap",
        evidence=tuple(_evidence(inside, group)),
        why=_why(group),
        help=f"end or bound them where they are made: memdoctor heap retainers {quote(group.name)} FILE",
        impact=retained,
        confidence=Confidence.POSSIBLE if group.unretained else Confidence.CERTAIN,
        topic=group.name,
    )


def _holder(group: "Group") -> str:
    if group.owner is not None:
        return field_of(group.owner)
    return group.candidates[0].owner or group.name if group.candidates else group.name


def _where(group: "Group") -> str:
    if group.owner is not None:
        return f"in {_holder(group)}"
    names = [one.owner for one in group.candidates if one.owner is not None]
    return f"(held, it seems, by {' or '.join(names)})" if names else "(what holds them is not in the file)"


def _most(group: "Group") -> str:
    if group.most is None or group.most.count < 2 or group.most.name == group.name:
        return ""
    return f", most of it in {grouped(group.most.count)} {group.most.name}"


def _why(group: "Group") -> str:
    if not group.unretained:
        return f"Nothing but {_holder(group)} and what is alike keeps them, and each other."
    if not group.candidates:
        return "Nothing in the file leads to them, yet they are alive: it leaves out what holds them."
    return (
        "Nothing in the file leads to them, for Bun leaves out what Maps and Sets hold; the collections "
        "named have room for that many entries. That is a guess, no proof."
    )


def _evidence(inside: "Inside", group: "Group") -> Iterator[Evidence]:
    held = group.held
    yield Evidence(group.name, held.count, pointer=in_heap(inside, held.example))
    yield Evidence("retained together", held.retained_bytes, "bytes", formula="retained, each byte once")
    yield share_of_heap(inside, held.retained_bytes)
    yield Evidence("each, on average", held.mean_bytes, "bytes", formula="what they retain ÷ their number")
    for one in group.candidates:
        label = f"room in {one.kind} {one.owner or ''}".strip()
        yield Evidence(
            label, one.capacity, "entries", formula=f"size of its table, {in_heap(inside, one.node)}"
        )
