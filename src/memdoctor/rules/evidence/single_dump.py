"""There is only one dump.

## What it means
One sample shows sizes. Growth is a difference over time, and no number in a single dump can show it,
least of all its "growth rate".

## Evidence
The case holds one sample.

## What to do
Take a second dump of the same process ten minutes later, at the same kind of moment.

## When it is wrong
It is not.
"""

from collections.abc import Iterator

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Evidence, Finding, Rule, Severity
from memdoctor.rules.about import about_case

RULE = Rule("single-dump", "evidence", Severity.INFO, "there is only one dump")


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a note if the case holds one sample."""
    if len(measurements.dumps) == 1:
        place = measurements.dumps[0].sample.place
        yield about_case(
            RULE,
            "one dump shows sizes, never growth",
            note="sizes, never growth",
            evidence=(Evidence("samples", 1, "samples", place),),
            why="Growth is a difference over time.",
            help="take a second dump of the same process 10 minutes later",
        )
