"""The same id is not the same object in these snapshots.

## What it means
Objects cannot be compared one by one. Of Bun's, what grows is told by the names of classes and of what
holds collections: the numbers of each name are right, who holds the objects may be a hypothesis. Node and
Chrome keep ids, so theirs are of several processes, and nothing is said of growth.

## Evidence
Of the ids that two snapshots have in common, those of one class: V8 keeps ids as long as a process lives,
so nearly all are. Bun numbers the objects anew for each snapshot.

## What to do
With Node or Chrome take all snapshots from one process. With Bun nothing can be done: take three or more,
and look at classes and collections that grow in each.

## When it is wrong
In a process nearly all of whose objects are replaced from one snapshot to the next.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Evidence, Finding, Rule, Severity
from memdoctor.rules.about import about_case
from memdoctor.units import grouped

RULE = Rule(
    "unaligned-snapshots", "heap", Severity.INFO, "the same id is not the same object in these snapshots"
)


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a note if the snapshots had to be compared by name."""
    series = measurements.heap_series
    if series is None or series.by == "ids":
        return
    last = series.sources[-1]
    several = series.by == "nothing"
    yield about_case(
        RULE,
        f"only {grouped(series.kept_ids)} objects have one id and one class in the first and the last "
        "snapshot: "
        + ("they are of different processes" if several else "compared by names, a hypothesis"),
        note="of different processes" if several else "compared by names",
        evidence=(
            Evidence("ids in both", series.common_ids, "ids", pointer=last),
            Evidence("of one class", series.kept_ids, "ids", pointer=last),
            Evidence("snapshots", len(series.sources), "snapshots", formula="counted"),
        ),
        why="Bun numbers objects anew for each snapshot, and two processes number them each in their way: "
        "numbers of classes and owners are right, who holds what is a hypothesis.",
        help="take all snapshots from one process; with Bun look at what grows in each of three or more",
    )
