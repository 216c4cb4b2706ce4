"""There are very many timers, sockets, promises or the like.

## What it means
Each of these stands for something that is open or awaited. A number that nothing in the program's load
explains says that they are made and not closed, cleared or settled.

## Evidence
At least 500 of one class; classes that extend it count as it, prototypes do not. The holder is the field
that holds most of them.

## What to do
Look at the holder, and for timers at the function that they call: clear them (`clearInterval`), close
them, settle the promises, or let them time out.

## When it is wrong
A server under load has a socket, a timer and some promises for each of its clients.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from memdoctor.analysis.heap.naming.words import function_with_place
from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Evidence, Finding, Rule, Severity
from memdoctor.rules.about import about_holder, holder_of, in_heap, share_of_heap
from memdoctor.units import grouped

if TYPE_CHECKING:
    from memdoctor.analysis.heap.handles.handles import Handle
    from memdoctor.analysis.heap.inside import Inside

RULE = Rule(
    "many-handles",
    "heap",
    Severity.WARNING,
    "very many timers, sockets, promises or the like",
    explains=("closure-retention",),
)


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each class of handles of which there are many."""
    for inside in measurements.insides:
        for row in inside.handles.rows:
            if row.count >= measurements.thresholds.many_handles:
                yield _finding(measurements, inside, row)


def _finding(measurements: Measurements, inside: "Inside", row: "Handle") -> Finding:
    owner = None if row.held_node is None else holder_of(inside, row.held_node, row.name)
    holder = owner or row.name
    calls = "" if row.function is None else f"; {_calls(inside, row, row.function)}"
    held = "" if owner is None else f"; {_of_them(row.held, row.count)} by {holder}"
    return about_holder(
        RULE,
        measurements,
        inside,
        holder,
        f"{grouped(row.count)} {row.name} are held{held}{calls}",
        note=f"{grouped(row.count)} {row.name}",
        evidence=(
            Evidence(row.name, row.count, "handles", pointer=in_heap(inside, row.node)),
            Evidence(
                "held so", row.held if owner else None, "handles", pointer=_where(inside, row.held_node)
            ),
            Evidence("calling it", row.calls or None, "handles", pointer=_where(inside, row.function)),
            Evidence("retained", row.retained_bytes, "bytes", formula="retained, each byte once"),
            share_of_heap(inside, row.retained_bytes),
        ),
        why=f"Each {row.kind} stays, with all it refers to, until it is closed, cleared or settled.",
        help="see where they are made, and what should end each of them",
        impact=row.retained_bytes,
        topic=row.name,
    )


def _calls(inside: "Inside", row: "Handle", function: int) -> str:
    return f"{_of_them(row.calls, row.count)} call {function_with_place(inside, function)}"


def _of_them(held: int, count: int) -> str:
    return "all" if held == count else grouped(held)


def _where(inside: "Inside", node: int | None) -> str | None:
    return None if node is None else in_heap(inside, node)
