"""The heading of a timeline's table: which column is which, and the units that it names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from memdoctor.readers.parts.columns import MEMORY, column_of
from memdoctor.readers.parts.csv_cells import csv_cells
from memdoctor.readers.parts.timeline.markup import EDGES
from memdoctor.readers.parts.timeline.sizes import HEAP, TOTAL, UNIT, USAGE, order_of
from memdoctor.readers.parts.times import UNITS as TIME_UNITS

MOMENT, NOTE, PAIR = "moment", "note", "pair"

_BARS = re.compile(r"[|│┃]")
_OUTER_BARS = re.compile(r"\A[|│┃]|[|│┃]\Z")
_SPACES = re.compile(r"\t|\s{2,80}")
_RULE = re.compile(r"[\s|│┃:+=├┼┤┌┬┐└┴┘─━-]{3,400}")
_UNIT_OF = re.compile(rf"(?:[(\[/,]\s?|\bin\s|_|\s)(?P<unit>{UNIT})\s?[)\]]?\Z", re.IGNORECASE)
_TIME_UNIT_OF = re.compile(r"(?:[(\[/,]\s?|\bin\s|_|\s)(?P<unit>[a-z]{1,7})\s?[)\]]?\Z", re.IGNORECASE)
# What only a timeline calls so; the rest is in `columns.py`.
_TARGETS = {
    **dict.fromkeys(("total", "heapsize", "allocated", "reserved"), TOTAL),
    **dict.fromkeys(("usage", "heapusage", "percent", "percentage", "utilization", "utilisation"), USAGE),
    **dict.fromkeys(("residentset", "rssmemory", "resident"), "rss"),
    **dict.fromkeys(("moment", "phase", "uptime", "age", "clock", "day", "since", "offset"), MOMENT),
    **dict.fromkeys(("heap", "jsheap", "v8heap", "heapmemory"), PAIR),
    **dict.fromkeys(("note", "notes", "remark", "remarks", "comment", "comments"), NOTE),
    **dict.fromkeys(("what", "event", "events", "label", "status", "state"), NOTE),
}
_JOINED = re.compile(r"[/÷→]| of |->")
_MOST_CELLS, _LONGEST_PAIR = 24, 40


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that names columns: `targets` and `units` of its cells, apart by the `delimiter`."""

    delimiter: str
    targets: tuple[str, ...]
    units: tuple[str, ...]
    titles: tuple[str, ...]

    @property
    def order(self) -> tuple[str, ...]:
        """The memory figures in the order of their columns."""
        return tuple(target for target in self.targets if target in MEMORY)


def is_rule(line: str) -> bool:
    """Whether a line only draws."""
    return _RULE.fullmatch(line) is not None


def heading_of(line: str) -> Heading | None:
    """Return the heading that a line is, None if it names no used and committed heap in cells."""
    if not _has_names(line):
        return None
    for delimiter in ("|", "\t", ";", ",", ""):
        cells = cells_of(line, delimiter)
        if cells is None or not 1 < len(cells) <= _MOST_CELLS:
            continue
        targets = [_target(cell) for cell in cells]
        if all(target in targets for target in HEAP) or PAIR in targets:
            units = tuple(map(_unit, cells, targets))
            return Heading(delimiter, _with_moment(targets), units, tuple(cells))
    return None


def cells_of(line: str, delimiter: str) -> list[str] | None:
    """Return the cells of a line, None where it has none; without a delimiter gaps are between them."""
    if delimiter == "|":
        cells = _BARS.split(_OUTER_BARS.sub("", line.strip())) if _BARS.search(line) else None
    elif not delimiter:
        cells = _SPACES.split(line.strip())
    else:
        cells = csv_cells(line, delimiter) if delimiter in line else None
    return None if cells is None else [cell.strip() for cell in cells]


def _has_names(line: str) -> bool:
    words = line.lower()
    return "heap" in words or (
        "used" in words and any(word in words for word in ("total", "commit", "size", "alloc"))
    )


def _target(cell: str) -> str:
    """Return what a column holds; empty where nobody knows."""
    title = cell.strip(EDGES)
    if any(char in "0123456789" for char in title):
        return ""  # a row, or a percentile
    if len(order_of(title)) == len(HEAP) and len(title) <= _LONGEST_PAIR and _JOINED.search(title):
        return PAIR
    if title.endswith("%"):
        word = title.lower().removeprefix("heap").strip(" %")
        return USAGE if word in {"", "used", "usage"} else ""
    bare = title
    if match := _UNIT_OF.search(title):
        bare = title[: match.start()]
    column = column_of(bare, loose=True)
    if column is not None and column.target in MEMORY:
        return column.target
    if column is not None and column.target in {"at", "uptime"}:
        return MOMENT
    word = "".join(char for char in bare.lower() if char.isalnum())
    return MOMENT if word in TIME_UNITS else _TARGETS.get(word, "")


def _unit(cell: str, target: str) -> str:
    """Return the unit that the heading of a column names, of a size or of a length of time."""
    title = cell.strip(EDGES)
    if target == MOMENT:
        if title.lower() in TIME_UNITS:
            return title.lower()
        match = _TIME_UNIT_OF.search(title)
        return match["unit"].lower() if match and match["unit"].lower() in TIME_UNITS else ""
    match = _UNIT_OF.search(title)
    return match["unit"] if match else ""


def _with_moment(targets: Sequence[str]) -> tuple[str, ...]:
    """Return the targets; where no column is named for the moment, the first without a name is it."""
    if MOMENT in targets:
        return tuple(targets)
    taken = list(targets)
    for wanted in ("", NOTE):
        if wanted in taken:
            taken[taken.index(wanted)] = MOMENT
            break
    return tuple(taken)
