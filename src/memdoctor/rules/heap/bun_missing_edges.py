"""The snapshot is from Bun, which leaves out what Maps and Sets hold.

## What it means
Bun writes the table of a Map or a Set as one block with no edges to its entries, in both of its formats.
What only a collection holds then seems to be held by nothing: it cannot be reached from the root, and
its owner retains less than it really does.

## Evidence
Tables named `Cell Butterfly`, which lead nowhere. The nodes that no edge leads to, and all that hangs on
them.

## What to do
Trust counts and shallow sizes by class: they are right. Do not trust what owners of Maps and Sets
retain, nor ways to what is in them. Compare counts of two snapshots. Where Node can run the program too,
a snapshot of Node has these edges.

## When it is wrong
Objects that only native code holds also seem to be held by nothing.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Evidence, Finding, Rule, Severity, Subject
from memdoctor.rules.about import about
from memdoctor.units import grouped, size

RULE = Rule("bun-missing-edges", "heap", Severity.INFO, "Bun leaves out what Maps and Sets hold")


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each snapshot whose collections lead nowhere."""
    for inside in measurements.insides:
        missing = inside.missing_edges
        if missing is None:
            continue
        source = inside.graph.source
        formula = "no strong edges lead there from the root"
        yield about(
            RULE,
            Subject("snapshot", source, source),
            f"Bun left out what {missing.collections} Maps and Sets hold: "
            f"{grouped(missing.unreached)} nodes ({size(missing.unreached_bytes)}) seem held by nothing",
            note="what Maps and Sets hold is left out",
            evidence=(
                Evidence("Maps and Sets", missing.collections, formula="tables named Cell Butterfly"),
                Evidence("nodes not reached", missing.unreached, formula=formula),
                Evidence("their bytes", missing.unreached_bytes, "bytes", formula=formula),
                Evidence(
                    "nodes without edges to them",
                    missing.unretained,
                    formula="nothing in the file leads there",
                ),
            ),
            why="Retained sizes of owners, ways and dominators are unreliable there; counts and shallow "
            "sizes by class are right.",
            help="compare counts by class of two snapshots, or take one of the same program under Node",
            impact=missing.unreached_bytes,
        )
