"""The collections in one field retain much of the heap.

## What it means
A Map, a Set, an array or a plain object used as one, or many of them in the same field of many objects,
hold entries that nothing else holds. Where a heap is large, this is mostly what it is made of.

## Evidence
Entries are counted in the tables themselves: deleted ones are not. Small integers leave no trace, so
that a Map of numbers to numbers has only bounds. Told from 5 % of the heap on (`heap_share`), a warning
from 20 % on (`heap_warning_share`). What collections of one field retain is added up without counting
one inside another.

## What to do
Ask for each such field what removes entries from it, and when. `memdoctor heap collections FILE` shows
all of them, and what an entry costs.

## When it is wrong
A collection of as many entries as there are things in the world it stands for is as large as it must be.
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

RULE = Rule(
    "large-collection",
    "heap",
    Severity.WARNING,
    "the collections in one field retain much of the heap",
)

_BUFFERS = "typed array"  # what they hold is told as large-buffers


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each field whose collections retain much."""
    for inside in measurements.insides:
        least = measurements.thresholds.heap_share * inside.total
        for group in inside.collections.groups:
            large = group.retained_bytes >= max(least, 1) and group.kind != _BUFFERS
            large = large and (group.owner is not None or group.collections == 1)
            if large and inside.is_collection_of_the_program(group.node):
                yield _finding(measurements, inside, group)


def _finding(measurements: Measurements, inside: "Inside", group: "Group") -> Finding:
    holder = holder_of(inside, group.node, group.kind)
    share = percent(group.retained_bytes / inside.total)
    alone = f"{'an' if group.kind[0] in 'AO' else 'a'} {group.kind}"
    which = f"{grouped(group.collections)} × {group.kind}" if group.collections > 1 else alone
    amount = f"{_entries(group)} retain {size(group.retained_bytes)}"
    return about_holder(
        RULE,
        measurements,
        inside,
        holder,
        f"{group.owner or holder} ({which}): {amount}, {share} of the heap",
        note=f"{_entries(group)} in {which}",
        evidence=tuple(_evidence(inside, group)),
        why="Entries stay until something removes them, and each keeps all that it leads to.",
        help="find what removes entries from it; bound their number or their age if nothing does",
        impact=group.retained_bytes,
        confidence=Confidence.CERTAIN,
        topic=f"{group.kind} {group.owner}",
    )


def _entries(group: "Group") -> str:
    if group.entries is None:
        return f"between {grouped(group.low)} and {grouped(group.high)} entries"
    return "1 entry" if group.entries == 1 else f"{grouped(group.entries)} entries"


def _evidence(inside: "Inside", group: "Group") -> Iterator[Evidence]:
    place = in_heap(inside, group.node)
    yield Evidence("entries", group.entries, pointer=place)
    yield Evidence(
        "retained together", group.retained_bytes, "bytes", formula="retained sizes, none inside another"
    )
    yield share_of_heap(inside, group.retained_bytes)
    yield Evidence("collections", group.collections, pointer=place)
    each = None if group.bytes_per_entry is None else round(group.bytes_per_entry)
    yield Evidence("per entry", each, "bytes", formula="retained ÷ entries")
