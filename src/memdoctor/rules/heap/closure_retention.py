"""What one function captures is a large part of the heap.

## What it means
A function keeps the variables around it alive: its scope. Many functions of one code, each with a scope
of its own, or one with a large scope, hold that memory as long as somebody holds the functions.

## Evidence
The scopes that only functions of this code lead to retain at least 5 % of the heap, no byte counted
twice. Scopes that other functions see too are not counted, nor are functions of the runtime itself.

## What to do
See who holds these functions (`memdoctor heap retainers ID`), and take out of their scope what they do
not need: large variables of the surrounding function are kept if any function in it uses them.

## When it is wrong
A module whose one function works on a cache in a variable of the module: then the cache is the
question, not the function.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from memdoctor.analysis.heap.naming.runtime import of_runtime
from memdoctor.analysis.heap.naming.words import function_name, function_with_place
from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Evidence, Finding, Rule, Severity
from memdoctor.rules.about import about_holder, holder_of, in_heap, share_of_heap
from memdoctor.units import grouped, size

if TYPE_CHECKING:
    from memdoctor.analysis.heap.functions.closures import Closure
    from memdoctor.analysis.heap.inside import Inside

RULE = Rule(
    "closure-retention",
    "heap",
    Severity.WARNING,
    "the scopes of one function retain much",
)


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each function of the program whose scopes retain a large part of the heap."""
    for inside in measurements.insides:
        least = measurements.thresholds.heap_share * inside.total
        for row in inside.closures.rows:
            if row.scopes and row.scopes_bytes >= least > 0 and _of_the_program(inside, row):
                yield _finding(measurements, inside, row)


def _of_the_program(inside: "Inside", row: "Closure") -> bool:
    """Whether a function is the program's own; the runtime's have no place, or one in its own scripts."""
    place = inside.functions.place(row.function)
    if place is None:
        return not inside.functions.have_places
    return not of_runtime(place.file)


def _finding(measurements: Measurements, inside: "Inside", row: "Closure") -> Finding:
    holder = holder_of(inside, row.node, f"{function_name(inside, row.function)}()")
    function = function_with_place(inside, row.function)
    suspended = "suspended calls of " if row.suspended else ""
    scopes = "scope that" if row.scopes == 1 else f"{grouped(row.scopes)} scopes that only"
    only = " alone" if row.scopes == 1 else ""
    verb = "sees retains" if row.scopes == 1 else "see retain"
    subject = f"{suspended}{function}{only}"
    return about_holder(
        RULE,
        measurements,
        inside,
        holder,
        f"the {scopes} {subject} {verb} {size(row.scopes_bytes)}",
        note=f"{function} captures {size(row.scopes_bytes)}",
        evidence=(
            Evidence("functions", row.count, "functions", pointer=in_heap(inside, row.node)),
            Evidence(
                "scopes",
                row.scopes,
                "scopes",
                pointer=in_heap(inside, row.function if row.scope is None else row.scope),
            ),
            Evidence("retained by them", row.scopes_bytes, "bytes", formula="retained, each byte once"),
            share_of_heap(inside, row.scopes_bytes),
        ),
        why="A function keeps the variables of the functions around it, as long as anyone holds it.",
        help="see who holds these functions, and keep large values out of their scope",
        impact=row.scopes_bytes,
        topic=str(inside.id_of(row.function)),
    )
