"""Sizes and rates as people write them, each with the step to which it was rounded."""

import re
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from memdoctor.cuts import beginning
from memdoctor.readers.parts.values import WrongKindError

BINARY = 1024  # what a kilobyte has where the text leaves it open
DECIMAL = 1000

_EXACT = {"kib": 1, "mib": 2, "gib": 3, "tib": 4}
_VAGUE = {
    **{"k": 1, "kb": 1, "kilobyte": 1, "kilobytes": 1, "m": 2, "mb": 2, "megabyte": 2, "megabytes": 2},
    **{"g": 3, "gb": 3, "gigabyte": 3, "gigabytes": 3, "t": 4, "tb": 4},
}
_BYTES = frozenset({"b", "byte", "bytes"})

_LONGEST = 100  # characters of a cell; a size needs 20
_LARGEST_DIGITS = 16

# Only ASCII digits: Python's \d takes those of every script.
NUMBER = (
    r"[+-]?+(?:[0-9]{1,3}+(?:,[0-9]{3})++(?![0-9])|[0-9]{1,24}+)"
    r"(?:\.[0-9]{0,24}+)?+(?:[eE][+-]?[0-9]{1,3}+)?+"
)
_SIZE = re.compile(rf"[~≈]?\s?(?P<number>{NUMBER})\s?(?P<unit>[A-Za-z]{{0,9}}+)\s?(?:\([^)]*+\))?+")
_RATE = re.compile(
    rf"[~≈]?\s?(?P<number>{NUMBER})\s?(?P<unit>[A-Za-z]{{1,9}})\s?(?:/|per)\s?"
    r"(?P<per>h|hr|hour|s|sec|second|min|minute)\b\s?(?:\([^)]*+\))?+"
)
_SECONDS = {"h": 3600, "hr": 3600, "hour": 3600, "min": 60, "minute": 60, "s": 1, "sec": 1, "second": 1}


@dataclass(frozen=True, slots=True)
class Size:
    """A size in bytes; `resolution` is one unit of the last digit, `vague` a unit of two meanings."""

    bytes: int
    resolution: int
    vague: bool


def is_unit(text: str) -> bool:
    """Return whether a word is a unit of size."""
    word = text.lower()
    return word in _EXACT or word in _VAGUE or word in _BYTES


def parse_size(text: str, *, unit: str = "", base: int = BINARY, thousands: bool = True) -> Size:
    """Return the size a text states: "1,303 MB", "~21 MiB", "0.40 GB", "45.6e6".

    `unit` is that of the column, used where the text has none; `base` is what MB, GB and kB go by, MiB
    being always 1024 × 1024. Raises WrongKindError for anything else.
    """
    match = _SIZE.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if match is None or (not thousands and "," in match["number"]):
        raise WrongKindError(f"{shown(text)} is no size")
    factor, vague = _factor(match["unit"] or unit, base, text)
    value, step = _decimal(match["number"], text)
    if factor == 1 and value != value.to_integral_value():
        raise WrongKindError(f"{shown(text)} is no whole number of bytes, and it has no unit")
    return Size(
        int((value * factor).to_integral_value(ROUND_HALF_UP)),
        max(1, int((step * factor).to_integral_value(ROUND_CEILING))),
        vague,
    )


def parse_rate(text: str) -> float:
    """Return the rate a text states in MiB per hour: "~10,379 MB/hour".

    The programs that print it divide by 1024 × 1024, whatever they call the unit.
    """
    match = _RATE.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if match is None:
        raise WrongKindError(f"{shown(text)} is no rate")
    factor, _ = _factor(match["unit"], BINARY, text)
    value, _ = _decimal(match["number"], text)
    return float(value * factor * 3600 / _SECONDS[match["per"]] / BINARY**2)


def rounding(text: str) -> float:
    """Return by how much of its value a printed number may be off; 1 if it is no number or 0."""
    match = re.search(NUMBER, text[:_LONGEST])
    if match is None:
        return 1.0
    value, step = _decimal(match[0], text)
    return float(step / abs(value) / 2) if value else 1.0


def shown(text: str) -> str:
    """Return a text as a message quotes it."""
    return repr(beginning(text.strip(), 40))


def _factor(unit: str, base: int, text: str) -> tuple[int, bool]:
    word = unit.lower()
    if word in _EXACT:
        return int(BINARY ** _EXACT[word]), False
    if word in _VAGUE:
        return int(base ** _VAGUE[word]), True
    if word and word not in _BYTES:
        raise WrongKindError(f"{shown(text)} has no unit of size")
    return 1, False


def _decimal(number: str, text: str) -> tuple[Decimal, Decimal]:
    """Return a number and the step of its last digit."""
    value = Decimal(number.replace(",", ""))
    if value.adjusted() > _LARGEST_DIGITS:
        raise WrongKindError(f"{shown(text)} is beyond any size")
    return value, Decimal(1).scaleb(int(value.as_tuple().exponent))
