"""DOM nodes that are in no document any more are still held.

## What it means
Elements were taken out of the page, but JavaScript still has a reference to one of them. One reference
keeps the whole tree that the element is in, with its listeners and what those capture.

## Evidence
At least 10 DOM nodes in detached trees under one holder. DOM nodes are told by their names: native objects
of the engine, and of Node, that have the same mark are not counted.

## What to do
Let the reference go when the element is removed: delete it from the Map or array that is named, or keep
it in a `WeakMap` or a `WeakRef`. `memdoctor heap detached FILE` lists all holders: as long as one of
them is left, the tree stays.

## When it is wrong
A program keeps elements on purpose, to show them again: a cache of views, a virtual list. Then the number
of trees should be bounded.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Evidence, Finding, Rule, Severity
from memdoctor.rules.about import about_holder, field_of, in_heap, share_of_heap
from memdoctor.units import grouped, size

if TYPE_CHECKING:
    from memdoctor.analysis.heap.inside import Inside
    from memdoctor.analysis.heap.outside.detached import Trees

RULE = Rule(
    "detached-dom",
    "heap",
    Severity.WARNING,
    "DOM nodes outside of any document are held",
    explains=("dominant-object", "large-collection"),
)

_MOST = 1_000  # groups of trees, those that retain most


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each holder of many detached DOM nodes."""
    for inside in measurements.insides:
        by_holder: dict[str, list[Trees]] = {}
        for trees in inside.detached.groups(_MOST):
            if trees.holder is not None:
                by_holder.setdefault(field_of(trees.holder), []).append(trees)
        for holder, held in by_holder.items():
            if sum(trees.nodes for trees in held) >= measurements.thresholds.detached_nodes:
                yield _finding(measurements, inside, holder, held)


def _finding(measurements: Measurements, inside: "Inside", holder: str, held: list["Trees"]) -> Finding:
    trees, nodes = sum(item.count for item in held), sum(item.nodes for item in held)
    retained = sum(item.retained_bytes for item in held)
    largest = max(held, key=lambda item: item.retained_bytes)
    amount = f"{grouped(trees)} detached DOM tree{'s' if trees > 1 else ''}, {grouped(nodes)} nodes"
    also = largest.also
    every = f"; {also} holds {grouped(largest.also_count)} of them too" if also else ""
    return about_holder(
        RULE,
        measurements,
        inside,
        holder,
        f"{holder} holds {amount}: {size(retained)}",
        note=f"holds {amount}",
        evidence=(
            Evidence("trees", trees, "trees", pointer=in_heap(inside, largest.node)),
            Evidence(
                "DOM nodes", nodes, "nodes", formula="detached native nodes with the name of a DOM node"
            ),
            Evidence("retained", retained, "bytes", formula="what these nodes dominate, each byte once"),
            share_of_heap(inside, retained),
        ),
        why="One reference to one element keeps the whole tree that it is in.",
        help=f"let {holder} go of elements that leave the page{every}",
        impact=retained,
    )
