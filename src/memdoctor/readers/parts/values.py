"""Values from JSON, each taken only if it is what its field says."""

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from memdoctor.cuts import beginning

Converter = Callable[[Any], Any]

_PLAIN_NUMBER = re.compile(r"[-+]?\d{1,30}(?:\.\d{0,30})?(?:[eE][-+]?\d{1,3})?")
_LONGEST = 200  # characters of a text
_LARGEST = 1 << 53  # 8 PiB in bytes; beyond it JavaScript itself loses digits


class WrongKindError(ValueError):
    """A value is not of the kind its field has; the message says what it is."""


def whole(raw: Any) -> int:
    """Return a whole number: bytes or a count. A negative one is kept: a rule speaks of it."""
    value = number(raw)
    if value != int(value):
        raise WrongKindError(f"{raw!r} is not a whole number")
    return int(value)


def whole_or_none(raw: Any) -> int | None:
    """Return a whole number, or None for anything else."""
    try:
        return whole(raw)
    except WrongKindError:
        return None


def number(raw: Any) -> float:
    """Return a finite number."""
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise WrongKindError(f"{_kind(raw)} where a number belongs")
    if not math.isfinite(raw):
        raise WrongKindError("not a finite number")
    if abs(raw) >= _LARGEST:
        raise WrongKindError(f"{raw!r} is beyond any size")
    return raw


def microseconds(raw: Any) -> float:
    """Return microseconds as seconds."""
    return number(raw) / 1e6


NUMERIC: tuple[Converter, ...] = (whole, number, microseconds)


def from_text(raw: str) -> int | float:
    """Return the plain number that a text holds; a unit or thousands apart by commas is none."""
    if not _PLAIN_NUMBER.fullmatch(raw.strip()):
        raise WrongKindError("a text where a number belongs")
    return float(raw) if set(raw) & set(".eE") else int(raw)


def text(raw: Any) -> str:
    """Return a text of reasonable length."""
    if not isinstance(raw, str):
        raise WrongKindError(f"{_kind(raw)} where a text belongs")
    return beginning(raw, _LONGEST)


def moment(raw: Any) -> datetime:
    """Return a time in UTC: ISO-8601, or seconds or milliseconds since 1970.

    A time without a zone is taken as UTC, as every writer of these documents means it.
    """
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return _since_1970(number(raw))
    try:
        at = datetime.fromisoformat(text(raw))
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise WrongKindError(f"{beginning(str(raw), 40)!r} is no ISO-8601 time") from error


def _since_1970(count: float) -> datetime:
    seconds = count / 1000 if count >= 1e11 else count
    if not 1e8 <= seconds < 1e11:
        raise WrongKindError(f"{count:g} is no time since 1970")
    return datetime.fromtimestamp(seconds, UTC)


def counts(raw: Any) -> dict[str, int]:
    """Return a map of names to counts; entries that are none are left out."""
    if not isinstance(raw, dict):
        raise WrongKindError(f"{_kind(raw)} where counts by type belong")
    taken = ((name, whole_or_none(count)) for name, count in raw.items())
    return {beginning(name, _LONGEST): count for name, count in taken if count is not None}


def _kind(raw: Any) -> str:
    kinds = {bool: "true or false", str: "a text", list: "a list", dict: "an object"}
    return kinds.get(type(raw), "nothing")
