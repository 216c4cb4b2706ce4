"""Whether a text is a timeline of a heap: what looks like one may be progress, a log, another's table."""

from dataclasses import replace

from memdoctor.readers.parts.columns import MEMORY, column_of
from memdoctor.readers.parts.decoding import decode
from memdoctor.readers.parts.timeline.heading import Heading
from memdoctor.readers.parts.timeline.rows import Row, is_without_unit, resolved
from memdoctor.readers.parts.timeline.scan import Found, rows_in

_LEAST = 3  # rows: fewer may stand in any text
_OF_TIMELINES = MEMORY | {"at", "uptime"}


def is_timeline(head: bytes, most_lines: int) -> bool:
    """Whether the first lines hold three rows, and words that tell of a heap or a process."""
    found = rows_in(decode(head).text, most_lines)
    if len(found.rows) < _LEAST or found.stray > len(found.rows) or found.names_limit:
        return False
    if found.stray and _has_signal(head):
        return False  # a log, which tells more than a heap
    lacks_unit = is_without_unit(found)
    rows = list(resolved(replace(found, unit="MiB") if lacks_unit else found))
    if len(rows) < _LEAST or _is_progress(rows) or (lacks_unit and not _may_lack_unit(found)):
        return False
    if not any(row.moment.is_timed for row in rows) and not _has_units(found):
        return False
    if not any(row.is_worded for row in rows):
        return found.names_heap and not lacks_unit and not _is_read_elsewhere(found, rows)
    return not _is_read_as_well(found, rows)


def _has_signal(head: bytes) -> bool:
    from memdoctor.readers.parts.logs.heads import has_signal

    return has_signal(head)


def _may_lack_unit(found: Found) -> bool:
    """Whether rows without any unit are about sizes all the same: the reader says what is missing."""
    numbers = (quantity.number for row in found.rows for quantity in row.sizes.fields.values())
    return found.names_heap or any("." in number or "," in number for number in numbers)


def _has_units(found: Found) -> bool:
    """Whether a unit stands in each row, or in the heading of all."""
    units = ((*row.units.values(), *(one.unit for one in row.sizes.fields.values())) for row in found.rows)
    return bool(found.unit) or all(map(any, units))


def _is_progress(rows: list[Row]) -> bool:
    """Whether the sizes only rise until all is done: something is copied."""
    used = [row.used for row in rows]
    return (
        len({row.committed for row in rows}) == 1 and used == sorted(used) and used[-1] == rows[0].committed
    )


def _is_read_elsewhere(found: Found, rows: list[Row]) -> bool:
    """Whether another reader knows the names and understands the times of rows without words."""
    if any(row.moment.at is None and row.moment.length is None for row in rows):
        return False
    if found.heading is not None:
        return _knows(found.heading, loose=found.heading.delimiter == "|")
    return _is_assigned(found)


def _is_read_as_well(found: Found, rows: list[Row]) -> bool:
    """Whether another reader understands all but the remarks."""
    if any(row.moment.at is None or row.moment.is_worded for row in rows):
        return False
    heading = found.heading
    if heading is None:
        return _is_assigned(found)
    if heading.delimiter == "|" and not any(row.restarts for row in rows):
        return _is_richer(heading)
    return heading.delimiter in ("\t", ";", ",") and _knows(heading, loose=False)


def _is_assigned(found: Found) -> bool:
    """Whether each size stands behind a name with a colon or an equals sign, and each row behind a date."""
    return all(row.sizes.named and row.sizes.assigned and row.moment.at is not None for row in found.rows)


def _knows(heading: Heading, *, loose: bool) -> bool:
    """Whether the names of the figures are known to readers of tables."""
    if not heading.delimiter:
        return False
    titles = zip(heading.titles, heading.targets, strict=True)
    return all(column_of(title, loose=loose) is not None for title, target in titles if target in MEMORY)


def _is_richer(heading: Heading) -> bool:
    """Whether there are columns that only the readers of tables know."""
    columns = (column_of(title, loose=True) for title in heading.titles)
    return any(column is not None and column.target not in _OF_TIMELINES for column in columns)
