"""Sizes in lines of text: `rss: 42.04 MB, heapTotal: 5.1 MB`, or one figure in each line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from memdoctor.model import Problem, Sample
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts.columns import MEMORY, Column, Notes, Row, column_of
from memdoctor.readers.parts.draft import Draft
from memdoctor.readers.parts.plain import bounded, numbered, text_of
from memdoctor.readers.parts.sizes import is_unit
from memdoctor.readers.parts.times import leading_moment

_VALUE = (
    r"(?P<value>[~≈]?[+-]?[0-9][0-9.,]{0,30}?(?:[eE][+-]?[0-9]{1,3})?)"
    r"(?:\s?(?P<unit>(?:[KkMmGgTt]i?)?[Bb](?:ytes?)?|[KMG]|ms|s|sec(?:onds?)?|min(?:utes?)?|h(?:ours?)?)"
    r"(?![A-Za-z]))?"
)
_PAIR = re.compile(
    rf"(?P<name>[A-Za-z][\w .]{{0,40}})[\"']?\s?[:=]\s{{0,8}}[\"']?{_VALUE}(?![A-Za-z0-9]|[.,][0-9])"
)
# Without a colon, as `for (key in usage) console.log(key, …, 'MB')` prints it: nothing else in the line.
_BARE = re.compile(rf"\s{{0,8}}(?P<name>[A-Za-z][A-Za-z_]{{1,30}})\s{{1,8}}{_VALUE}\s{{0,8}}")
_LONGEST_LINE = 10_000
_MOST_WORDS = 4  # of a name, the last ones: "INFO worker heap used"


@dataclass(frozen=True, slots=True)
class Pair:
    """A named value in a line."""

    column: Column
    value: str


def read(opened: Opened) -> Iterator[Sample | Problem]:
    """Yield a sample for each line with sizes, or for each run of lines with one size each.

    Raises InputError if there are none.
    """
    name = opened.source.name
    notes = Notes(name)
    text, told = text_of(opened)
    yield from told
    records = _samples(text, name, notes)
    yield from bounded(
        records, name, "no sizes in it", "bring lines like: rss: 42.04 MB, heapUsed: 4.06 MB"
    )
    yield from notes.problems()


def pairs_of(line: str) -> list[Pair]:
    """Return the named sizes, and what else is known, of a line."""
    if len(line) > _LONGEST_LINE:
        return []
    bare = _BARE.fullmatch(line)
    matches = [bare] if bare else _PAIR.finditer(line)
    found = (_pair(match) for match in matches)
    return [pair for pair in found if pair]


def _pair(match: re.Match[str]) -> Pair | None:
    words = match["name"].split()[-_MOST_WORDS:]
    for start in range(len(words)):
        column = column_of(" ".join(words[start:]))
        if column and (column.kind != "size" or column.unit or is_unit(match["unit"] or "")):
            return Pair(column, f"{match['value']} {match['unit'] or ''}".strip())
    return None


def _samples(text: str, name: str, notes: Notes) -> Iterator[Sample | Problem]:
    row: Row | None = None
    start = ""
    skipped: list[str] = []
    for number, line in numbered(text):
        pairs, place = pairs_of(line), f"{name}:{number}"
        if not pairs:
            skipped += [place] if line.strip() and len(skipped) < 2 and _looks_missed(line) else []
            continue
        whole_line = sum(pair.column.target in MEMORY for pair in pairs) > 1
        if row and (whole_line or any(pair.column.target in row.draft.fields for pair in pairs)):
            yield from row.finish(start, series=name, document="sizes in text")
            row = None
        if row is None:
            row, start = Row(Draft(name), notes), place
        for pair in pairs:
            row.take(pair.column, pair.value, place)
        row.take_moment(leading_moment(line[:60]), place)
        if whole_line:
            yield from row.finish(start, series=name, document="sizes in text")
            row = None
    if row:
        yield from row.finish(start, series=name, document="sizes in text")
    if skipped:
        yield Problem(name, "lines with a name but no size with a unit were not read", place=skipped[0])


def _looks_missed(line: str) -> bool:
    lower = line[:200].lower()
    return any(word in lower for word in ("rss", "heap", "external")) and any(
        char in "0123456789" for char in lower
    )
