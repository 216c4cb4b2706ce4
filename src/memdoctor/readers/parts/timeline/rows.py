"""The rows of a timeline with their sizes in bytes: units carried over, commas understood."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from memdoctor.cuts import beginning
from memdoctor.readers.parts import sizes
from memdoctor.readers.parts.timeline.moments import Moment, said_by
from memdoctor.readers.parts.timeline.scan import Found, Noted
from memdoctor.readers.parts.timeline.sizes import HEAP, TOTAL, USAGE, USED, Quantity
from memdoctor.readers.parts.values import WrongKindError

_DECIMAL_COMMA = re.compile(r"[0-9]{1,9},(?![0-9]{3}\Z)[0-9]{1,6}")
_EITHER_COMMA = re.compile(r"[0-9]{1,3},[0-9]{3}")
_GC = re.compile(r"\bgc\b|garbage|collect", re.IGNORECASE)
_UNITS = {
    **{"ki": "kib", "mi": "mib", "gi": "gib", "ti": "tib"},
    **{"kibibyte": "kib", "mebibyte": "mib", "gibibyte": "gib"},
    **{"kilobyte": "kb", "megabyte": "mb", "gigabyte": "gb"},
}


@dataclass(frozen=True, slots=True)
class Row:
    """What one row says, its sizes in bytes. `usage` is the share that it shows, if any."""

    line: int
    moment: Moment
    label: str
    starts: bool
    restarts: bool
    used: int
    committed: int
    others: dict[str, int]
    usage: float | None
    resolution: int
    vague: bool

    @property
    def is_worded(self) -> bool:
        """Whether words tell the moment, and not only a time."""
        return self.starts or self.restarts or _GC.search(self.label) is not None


def resolved(found: Found) -> Iterator[Row]:
    """Yield the rows whose sizes can be those of a heap.

    A number without a unit has the one of the other size, of the heading, or of the rows around it.
    """
    carried = found.unit or _first_unit(found)
    has_comma = any(
        _DECIMAL_COMMA.fullmatch(quantity.number)
        for noted in found.rows
        for quantity in noted.sizes.fields.values()
    )
    for noted in found.rows:
        own = _own_unit(noted)
        carried = own if own and not found.unit else carried
        try:
            row = _row(noted, own or carried, has_comma=has_comma)
        except WrongKindError:
            continue
        if row is not None:
            yield row


def is_without_unit(found: Found) -> bool:
    """Whether there are rows, and no unit anywhere."""
    return bool(found.rows) and not found.unit and not _first_unit(found)


def comma_of(found: Found) -> int | None:
    """Return the first line where a comma before three digits may be either, None if there is none."""
    numbers = [
        (quantity.number, noted.line) for noted in found.rows for quantity in noted.sizes.fields.values()
    ]
    if any(_DECIMAL_COMMA.fullmatch(number) for number, _ in numbers):
        return None
    return next((line for number, line in numbers if _EITHER_COMMA.fullmatch(number)), None)


def _first_unit(found: Found) -> str:
    return next((unit for noted in found.rows if (unit := _own_unit(noted))), "")


def _own_unit(noted: Noted) -> str:
    """Return the unit of a row: of either size, else of its heading."""
    fields = noted.sizes.fields
    written = next((fields[target].unit for target in HEAP[::-1] if fields[target].unit), "")
    return written or next((noted.units[target] for target in HEAP if noted.units.get(target)), "")


def _row(noted: Noted, unit: str, *, has_comma: bool) -> Row | None:
    fields = noted.sizes.fields
    parsed = {
        target: _size(quantity, noted.units.get(target) or unit, has_comma=has_comma)
        for target, quantity in fields.items()
        if target != USAGE
    }
    used, committed = parsed.pop(USED), parsed.pop(TOTAL)
    if used.bytes > committed.bytes and noted.sizes.swapped:
        used, committed = committed, used  # the words above were no heading
    if not 0 < used.bytes <= committed.bytes:
        return None
    told = said_by(noted.remark)
    label = "; ".join(filter(None, (", ".join(noted.moment.words), noted.sizes.said, noted.remark)))
    return Row(
        line=noted.line,
        moment=noted.moment,
        label=beginning(label, 120),
        starts=noted.moment.starts,
        restarts=noted.moment.restarts or (told is not None and told.restarts),
        used=used.bytes,
        committed=committed.bytes,
        others={target: size.bytes for target, size in parsed.items()},
        usage=_share(fields.get(USAGE)),
        resolution=max(used.resolution, committed.resolution),
        vague=used.vague or committed.vague,
    )


def _size(quantity: Quantity, unit: str, *, has_comma: bool) -> sizes.Size:
    number = quantity.number
    if "." not in number and (has_comma or not _EITHER_COMMA.fullmatch(number)):
        number = number.replace(",", ".")
    return sizes.parse_size(number, unit=_plain_unit(quantity.unit or unit))


def _plain_unit(unit: str) -> str:
    word = unit.lower().removesuffix("s")
    return _UNITS.get(word) or word.removesuffix("yte")


def _share(quantity: Quantity | None) -> float | None:
    if quantity is None:
        return None
    share = float(quantity.number.replace(",", "."))
    if quantity.is_percent or share > 1:
        share /= 100
    return share if share <= 1 else None
