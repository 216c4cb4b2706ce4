"""The same id is not the same object in these snapshots.

## What it means
Objects cannot be compared one by one. Of Bun's, what grows is told by the names of classes and of what
holds collections: the numbers of each name are right, who holds the objects may be a hypothesis. Node and
Chrome keep ids, so theirs are of several processes: the most that are of one are compared, each of the
others is judged as if it had come alone, and nothing is said of growth between them.

## Evidence
Of the ids that two snapshots have in common, those of one class: V8 keeps ids as long as a process lives,
so nearly all are. Bun numbers the objects anew for each snapshot.

## What to do
With Node or Chrome take all snapshots from one process. With Bun nothing can be done: take three or more,
and look at classes and collections that grow in each.

## When it is wrong
In a process nearly all of whose objects are replaced from one snapshot to the next.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Evidence, Finding, Rule, Severity
from memdoctor.rules.about import about_case
from memdoctor.text import file_name
from memdoctor.units import grouped

if TYPE_CHECKING:
    from memdoctor.analysis.heap.series.alignment import Alignment

RULE = Rule(
    "unaligned-snapshots", "heap", Severity.INFO, "the same id is not the same object in these snapshots"
)


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a note on snapshots that had to be compared by name, and one on those that were not at all."""
    series = measurements.heap_series
    if series is not None and series.by != "ids":
        last = series.sources[-1]
        yield about_case(
            RULE,
            f"only {grouped(series.kept_ids)} objects have one id and one class in the first and the last "
            "snapshot: compared by names, a hypothesis",
            note="compared by names",
            evidence=(
                *_ids(last, series.common_ids, series.kept_ids),
                Evidence("snapshots", len(series.sources), "snapshots", formula="counted"),
            ),
            why="Bun numbers objects anew for each snapshot: numbers of classes and owners are right, who "
            "holds what is a hypothesis.",
            help="look at what grows in each of three snapshots or more",
        )
    if alignments := measurements.apart_alignments:
        yield _apart(measurements, alignments)


def _apart(measurements: Measurements, alignments: Sequence[tuple[str, "Alignment"]]) -> Finding:
    """Return a note on snapshots that are judged one by one."""
    last, count = measurements.heaps[-1].source, len(alignments)
    some = f"{count} snapshots are" if count > 1 else "1 snapshot is"
    ids = (number for source, one in alignments for number in _ids(source, one.common, one.kept))
    return about_case(
        RULE,
        f"{some} of another process than {file_name(last)}, or in another format: each is judged by "
        "itself, and no growth is told between them",
        note="of different processes",
        evidence=(*ids, Evidence("judged alone", count, "snapshots", formula="counted")),
        why=f"Of one process the same id is the same object; these were compared with {file_name(last)}.",
        help="take all snapshots from one process",
        topic="apart",
    )


def _ids(source: str, common: int, kept: int) -> Iterator[Evidence]:
    yield Evidence("ids in both", common, "ids", pointer=source)
    yield Evidence("of one class", kept, "ids", pointer=source)
