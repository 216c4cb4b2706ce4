"""Many strings under one holder have the same texts.

## What it means
The program makes a new string each time, by parsing, reading or joining, where one would do: the engine
does not look whether there is such a string already. Records read from a file or a database are the
usual case: a column with few different values.

## Evidence
What the copies cost under one field, or of one text, is at least 2 % of the heap. Strings count whose whole
text is in the snapshot, equal in every unit; sources of scripts never do. Of longer strings the file has
1 024 units: where these are equal, and the sizes, that is a finding of its own, possible and not certain.
The texts themselves are not part of the finding.

## What to do
Keep one string for each text where the objects are made: `const known = new Map()`, then take the value
that is there (`known.get(text) ?? text`). Numbers or short codes instead of texts do the same. See which
they are with `memdoctor heap strings FILE`.

## When it is wrong
The strings live for a moment, and the snapshot was taken in it.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from memdoctor.analysis.measurements import Measurements
from memdoctor.findings import Confidence, Evidence, Finding, Rule, Severity
from memdoctor.rules.about import about_holder, field_of, in_heap, share_of_heap
from memdoctor.units import grouped, size

if TYPE_CHECKING:
    from memdoctor.analysis.heap.inside import Inside
    from memdoctor.analysis.heap.strings.texts import Waste

RULE = Rule(
    "duplicate-strings",
    "heap",
    Severity.WARNING,
    "copies of the same strings cost much",
)

_UNVERIFIED = ", if they are equal beyond the 1 024 units that the file has"


def check(measurements: Measurements) -> Iterator[Finding]:
    """Yield a finding for each holder of strings whose copies waste a part of the heap."""
    for inside in measurements.insides:
        least = int(measurements.thresholds.waste_share * inside.total)
        for verified in (True, False):
            told = set()
            by_holder = inside.texts.waste_by_holder(least, verified=verified)
            by_text = inside.texts.waste_by_text(least, verified=verified)
            for waste in (*by_holder, *by_text):
                if waste.holder is not None and waste.holder not in told:
                    told.add(waste.holder)
                    yield _finding(measurements, inside, waste, waste.holder, verified=verified)


def _finding(
    measurements: Measurements, inside: "Inside", waste: "Waste", holder: str, *, verified: bool
) -> Finding:
    within = f" (in {waste.within})" if waste.within else ""
    texts = f"only {grouped(waste.texts)} texts" if waste.texts > 1 else "one text"
    strings = f"{grouped(waste.strings)} strings in {holder}{within}"
    return about_holder(
        RULE,
        measurements,
        inside,
        field_of(holder),
        f"{strings} are {texts}: {size(waste.wasted_bytes)} wasted{'' if verified else _UNVERIFIED}",
        note=f"duplicate strings waste {size(waste.wasted_bytes)}",
        evidence=(
            Evidence("strings", waste.strings, "strings", pointer=in_heap(inside, waste.node)),
            Evidence(
                "different texts",
                waste.texts,
                "texts",
                formula="strings equal in every unit are one",
            ),
            Evidence(
                "wasted", waste.wasted_bytes, "bytes", formula="their bytes without one string of each text"
            ),
            share_of_heap(inside, waste.wasted_bytes),
        ),
        why="Equal strings that were made one by one are separate objects, and each is kept.",
        help="share one string for each text where these objects are made",
        impact=waste.wasted_bytes,
        confidence=Confidence.CERTAIN if verified else Confidence.POSSIBLE,
        topic=f"{holder}{'' if verified else _UNVERIFIED}",
    )
