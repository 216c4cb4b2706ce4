"""Values of an answer, as JSON has them and as a person reads them."""

import json
import math
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
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
    if isinstance(value, float | Decimal):
        return _real(float(value)) if value % 1 or abs(value) > _MOST else _as_it_was(value)
    return _rare(value)


def _as_it_was(value: float | Decimal) -> Any:
    return value if isinstance(value, float) else int(value)


def _real(value: float) -> Any:
    return value if math.isfinite(value) else str(value)


def _rare(value: Any) -> Any:
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return tuple(plain(item) for item in value)
    return str(value)


def _moment(value: datetime) -> str:
    naive = value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)
    return f"{naive.isoformat()}Z"


def read(value: Any) -> str:
    """Return a plain value as a person reads it."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
