"""Values of an answer, as JSON has them and as a person reads them."""

import json
import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from memdoctor.reports.cells import UNKNOWN

_MOST = 2**63 - 1  # of the whole numbers that every reader of JSON takes


def plain(value: Any) -> Any:
    """Return a value as JSON has it: times as ISO 8601 in UTC, durations as seconds, bytes as hex.

    What JSON cannot hold as a number (infinity, more than 64 bits) is a text.
    """
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value if abs(value) <= _MOST else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Decimal):
        return _as_float(value)
    return _rare(value)


def _as_float(value: Decimal) -> float | str:
    """Return a decimal as a number if that has all of its digits, else as a text."""
    number = float(value) if value.is_finite() else math.nan
    return number if math.isfinite(number) and Decimal(str(number)) == value else str(value)


def _rare(value: Any) -> Any:
    for kind, form in _FORMS.items():
        if isinstance(value, kind):
            return form(value)
    return str(value)


def _moment(value: datetime) -> str:
    naive = value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)
    text = naive.isoformat()
    return f"{text.rstrip('0') if '.' in text else text}Z"


_FORMS: dict[type, Callable[[Any], Any]] = {
    datetime: _moment,  # before date, of which it is one
    date: date.isoformat,
    timedelta: timedelta.total_seconds,
    bytes: bytes.hex,
    dict: lambda value: {str(key): plain(item) for key, item in value.items()},
    list: lambda value: tuple(map(plain, value)),
    tuple: lambda value: tuple(map(plain, value)),
}


def worded(value: Any) -> str:
    """Return a plain value as a person reads it."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
