"""Collections have much more room than entries.

## What it means
The table of a Map or a Set, or the array behind an Array, was enlarged for entries that are no longer
there or never came. V8 makes a table smaller only when less than a quarter of it is used, and an array's
store only sometimes.

## Evidence
Room from the size of the table, entries counted in it. Told where less than a quarter is used
(`sparse_fill`) and the unused room is 2 % of the heap or more (`waste_share`). Where the number of
entries is not known, nothing is said. An array's numbers leave no trace, so of arrays it is possible,
not certain.

## What to do
Do not allocate arrays by a size that is rarely reached; build a new Map from the old one after most of
it was deleted.

## When it is wrong
An array of numbers with a few objects among them looks emptier than it is.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Confidence, Evidence, Finding, Rule, Severity
from memdoctor.rules.about import about_holder, holder_of, in_heap, share_of_heap
from memdoctor.units import grouped, percent, size

if TYPE_CHECKING:
    from memdoctor.analysis.heap.entries.collections import Group
    from memdoctor.analysis.heap.inside import Inside

RULE = Rule("sparse-collection", "heap", Severity.WARNING, "collections have much more room than entries")


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each field whose collections are mostly empty."""
    limits = measurements.thresholds
    for inside in measurements.insides:
        for group in inside.collections.groups:
            empty = group.fill is not None and group.fill < limits.sparse_fill
            costs = (group.unused_bytes or 0) >= max(limits.waste_share * inside.total, 1)
            if empty and costs and inside.is_collection_of_the_program(group.node):
                yield _finding(measurements, inside, group)


def _finding(measurements: Measurements, inside: "Inside", group: "Group") -> Finding:
    holder = holder_of(inside, group.node, group.kind)
    fill, unused, place = group.fill or 0.0, group.unused_bytes or 0, in_heap(inside, group.node)
    room = f"{grouped(group.entries or 0)} entries in room for {grouped(group.capacity)}"
    return about_holder(
        RULE,
        measurements,
        inside,
        holder,
        f"{group.owner or holder} ({group.kind}) is {percent(fill)} full: {room}, {size(unused)} unused",
        note=f"{percent(fill)} full",
        evidence=(
            Evidence("entries", group.entries, pointer=place),
            Evidence("room", group.capacity, "entries", formula="size of its table ÷ size of an entry"),
            Evidence("unused", unused, "bytes", formula="(room − entries) × size of an entry"),
            share_of_heap(inside, unused),
        ),
        why="A table keeps its size until most entries are gone, and an array's store mostly for good.",
        help="do not allocate for more than is needed; build it anew after most of it was deleted",
        impact=unused,
        confidence=Confidence.POSSIBLE if group.kind == "Array" else Confidence.LIKELY,
        topic=f"{group.kind} {group.owner}",
    )
