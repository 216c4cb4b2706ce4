"""A heap over time as a person notes it: a time or a word in each row, and used and committed heap.

    startup   15.30/18.42 MiB
    +7 min    17.05/22.42
    restart   17.32/22.67

A restart begins another process: nothing is joined across it.
"""

import re
from collections import Counter
from collections.abc import Iterator

from memdoctor.errors import InputError
from memdoctor.model import HEAP_TIMELINE, Problem, Sample
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts.columns import BINARY_ASSUMED
from memdoctor.readers.parts.decoding import decode
from memdoctor.readers.parts.json_text import MOST_BYTES
from memdoctor.readers.parts.timeline.order import Placed, placed
from memdoctor.readers.parts.timeline.rows import Row, comma_of, is_without_unit, resolved
from memdoctor.readers.parts.timeline.scan import MOST_LINES, Found, rows_in
from memdoctor.readers.parts.timeline.sizes import TOTAL

_HELP = "a line for each look, such as: +7 min  17.05/22.42 MiB"
_UNIT_HELP = "name it once, in a row or above them: startup 15.30/18.42 MiB"
_LAST_DIGITS = re.compile(r"(?<![0-9.,])[0-9]{1,9}\Z")


def read(opened: Opened) -> Iterator[Sample | Problem]:
    """Yield a sample for each row with a time or a word and two sizes.

    Raises InputError if there is none, or if nothing tells in which unit they are.
    """
    name = opened.source.name
    decoded = decode(opened.read(MOST_BYTES, "split the file, or bring the part that matters"))
    for repair in decoded.repairs:
        yield Problem(name, repair, place=name)
    found = rows_in(decoded.text)
    if is_without_unit(found):
        place = f"{name}:{found.rows[0].line}"
        raise InputError("no unit stands behind any of its sizes", _UNIT_HELP, place=place)
    yield from _cut(found, decoded.text, name)
    rows = list(resolved(found))
    if not rows:
        raise InputError("no used and committed heap in its lines", _HELP)
    yield from _assumed(found, rows, name)
    on_line: Counter[int] = Counter()
    for one in placed(rows):
        line = one.row.line
        on_line[line] += 1
        place = f"{name}:{line}" if on_line[line] == 1 else f"{name}:{line}.{on_line[line]}"
        if one.went_back:
            yield Problem(name, "the times go back: taken for a restart", place=place)
        yield _sample(one, name, place)


def _cut(found: Found, text: str, name: str) -> Iterator[Problem]:
    """Tell what may be missing; a last row whose used heap may have lost digits is taken out."""
    if found.is_cut:
        yield Problem(name, f"more than {MOST_LINES:,} lines: what follows was not read")
    last = found.rows[-1] if found.rows else None
    digits = _LAST_DIGITS.search(text, max(len(text) - 20, 0))
    if last is None or digits is None or last.line != text.count("\n") + 1:
        return
    place = f"{name}:{last.line}"
    yield Problem(name, "the last line has no end: its last number may be cut", place=place)
    if last.sizes.fields[TOTAL].number != digits[0]:
        found.rows.pop()


def _assumed(found: Found, rows: list[Row], name: str) -> Iterator[Problem]:
    """Tell what was taken for granted, and what was left out."""
    for message, line in found.unread.items():
        yield Problem(name, message, place=f"{name}:{line}")
    if vague := next((row for row in rows if row.vague), None):
        yield Problem(name, BINARY_ASSUMED, place=f"{name}:{vague.line}")
    if comma := comma_of(found):
        message = "a comma before three digits is taken for one between thousands"
        yield Problem(name, message, place=f"{name}:{comma}")


def _sample(one: Placed, name: str, place: str) -> Sample:
    row = one.row
    told = {"heap_used", "heap_total", *row.others}
    told |= {field for field, value in (("elapsed", one.elapsed), ("at", one.at)) if value is not None}
    told |= {"heap_usage"} if row.usage is not None else set()
    return Sample(
        source=name,
        place=place,
        places=dict.fromkeys(sorted(told), place),
        series=f"{name}, {one.life} restarts",
        document=HEAP_TIMELINE,
        at=one.at,
        elapsed=one.elapsed,
        worker=name,
        label=row.label or None,
        resolution=row.resolution,
        heap_used=row.used,
        heap_total=row.committed,
        heap_usage=row.usage,
        rss=row.others.get("rss"),
        external=row.others.get("external"),
        array_buffers=row.others.get("array_buffers"),
    )
