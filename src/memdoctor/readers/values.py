"""Values from JSON, each taken only if it is what its field says."""

import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

Converter = Callable[[Any], Any]

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


def text(raw: Any) -> str:
    """Return a text of reasonable length."""
    if not isinstance(raw, str):
        raise WrongKindError(f"{_kind(raw)} where a text belongs")
    return raw[:200]


def moment(raw: Any) -> datetime:
    """Return an ISO-8601 time in UTC. A time without a zone is taken as UTC, as every writer means it."""
    try:
        at = datetime.fromisoformat(text(raw))
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise WrongKindError(f"{str(raw)[:40]!r} is no ISO-8601 time") from error


def counts(raw: Any) -> dict[str, int]:
    """Return a map of names to counts; entries that are none are left out."""
    if not isinstance(raw, dict):
        raise WrongKindError(f"{_kind(raw)} where counts by type belong")
    taken = ((name, whole_or_none(count)) for name, count in raw.items())
    return {name[:200]: count for name, count in taken if count is not None}


def _kind(raw: Any) -> str:
    kinds = {bool: "true or false", str: "a text", list: "a list", dict: "an object"}
    return kinds.get(type(raw), "nothing")
