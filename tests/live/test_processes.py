"""Processes that are really started on this machine, and what `memdoctor ps` says of them.

Set 1 was known when the rules were written; set 2 was made to find weak spots, and what it found is mended.
Set 3 was written and labelled when the rule was frozen; what of it is still wrong is marked. Each row is
judged at one look, over a window, and as it would be if all of them were left as they are for two hours:
what is young is judged with care, and a test cannot wait.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from subprocess import SubprocessError

import pytest

from memdoctor.live.machine import this_machine

from planting import Plants
from scenario_rows import INNOCENT, SURE, Found, Row, View, missing, words
from scenarios import ROWS as ORPHANS
from scenarios_frozen import ROWS as FROZEN
from scenarios_frozen import WRONG
from scenarios_later import ROWS as LATER
from scenarios_others import ROWS as OTHERS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="they are planted and found in /proc")

SETS = {1: (*ORPHANS, *OTHERS), 2: LATER, 3: FROZEN}
HEADINGS = {1: "SET 1", 2: "SET 2", 3: "SET 3: written after the rule was frozen"}
_SECONDS = 6
_LATER = 2 * 60 * 60


def _marks(row: Row) -> tuple[pytest.MarkDecorator, ...]:
    """Return the mark of a row that is known to be judged wrong: it shows when that changes."""
    if row not in FROZEN or row.name not in WRONG:
        return ()
    return (pytest.mark.xfail(strict=True, raises=AssertionError, reason=WRONG[row.name]),)


ROWS = [
    pytest.param(row, id=f"{number}-{row.name}", marks=_marks(row))
    for number, rows in SETS.items()
    for row in rows
]


@dataclass
class Garden:
    """What was planted and seen."""

    plants: Plants
    views: tuple[View, ...]
    failed: dict[Callable[[Plants], None], Exception] = field(default_factory=dict)

    def found(self, row: Row) -> dict[str, list[Found]]:
        """Return what was found in each view that counts."""
        return {view.name: row.found(view, self.plants) for view in self.views if view.name in row.views}


@pytest.fixture(scope="module")
def garden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Garden]:
    """Plant everything once, look once and for a while, and end all of it, whatever happens."""
    plants = Plants(tmp_path_factory.mktemp("planted"))
    failed: dict[Callable[[Plants], None], Exception] = {}
    try:
        for plant in dict.fromkeys(row.plant for rows in SETS.values() for row in rows if not lacks(row)):
            try:
                plant(plants)
            except (OSError, ValueError, AssertionError, SubprocessError) as error:
                failed[plant] = error
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("HOME", str(plants.home))
            window = View("window", this_machine(_SECONDS))
            look = View("one look", this_machine())
        yield Garden(plants, (look, window, window.older("in 2 h", _LATER)), failed)
    finally:
        left = plants.end_all()
        assert left == [], "these would not end"


def lacks(row: Row) -> str | None:
    """Return what a row needs and this machine has not."""
    return next((why for need in row.needs if (why := missing(need))), None)


@pytest.mark.parametrize("row", ROWS)
def test_what_was_planted_is_judged_right(row: Row, garden: Garden) -> None:
    if why := lacks(row):
        pytest.skip(why)
    if error := garden.failed.get(row.plant):
        raise error
    for name, found in garden.found(row).items():
        told = {reason for one in found for reason in one.reasons}
        assert row.is_right(found), f"{name}: {words(found)}, not {row.expected_words}: {'; '.join(told)}"


def test_the_table(garden: Garden, capsys: pytest.CaptureFixture[str]) -> None:
    """Print each row with what was expected and found, and what is wrong of it."""
    text = "".join(_table(HEADINGS[number], rows, garden) for number, rows in SETS.items())
    looks = garden.views[1].machine.looks
    count = len(looks.now.processes)
    text += f"{count} processes; the window was {len(looks.tables)} looks in {looks.span:.1f} s\n"
    with capsys.disabled():
        print(f"\n{text}", end="")


def _table(title: str, rows: tuple[Row, ...], garden: Garden) -> str:
    lines = [(title, "expected", *(view.name for view in garden.views), "right")]
    right = false = missed = skipped = 0
    for row in rows:
        if (lack := lacks(row)) or row.plant in garden.failed:
            skipped += 1
            lines.append((row.name, lack or str(garden.failed[row.plant]), "", "", "", ""))
            continue
        found = garden.found(row)
        is_right = all(map(row.is_right, found.values()))
        every = [one for seen in found.values() for one in seen]
        right += is_right
        false += row.expected == INNOCENT and any(one.confidence in SURE for one in every)
        missed += row.expected != INNOCENT and any(one.kind is None for one in every)
        seen = (words(found[view.name]) if view.name in found else "" for view in garden.views)
        lines.append((row.name, row.expected_words, *seen, "yes" if is_right else "NO"))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    drawn = "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines
    )
    counted = f"{right} of {len(rows) - skipped} right, {skipped} not planted"
    return f"{drawn}\n{counted}; false certain or likely: {false}; missed: {missed}\n\n"
