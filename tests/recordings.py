"""Writes recordings as `memdoctor watch` does, for tests that need many looks at once."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

BEGIN = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
MIB = 1 << 20


def look(second: float, pid: int = 4242, **values: Any) -> dict[str, Any]:
    """Return a line: a process that is two minutes old at the begin."""
    line = {
        "at": (BEGIN + timedelta(seconds=second)).isoformat(),
        "pid": pid,
        "start": 1000 + pid,
        "program": "app.js",
        "uptime": 120.0 + second,
        "family": f"app.js, pid {pid}",
        "rss": 100 * MIB,
    }
    return line | values


def heading(interval: float = 5.0) -> dict[str, Any]:
    """Return the first line."""
    return {"memdoctor": "recording", "version": 1, "at": BEGIN.isoformat(), "interval": interval}


def series(
    rss: Callable[[int], float], count: int = 60, every: float = 10.0, **values: Any
) -> Iterator[dict[str, Any]]:
    """Yield looks with the memory, in MiB, that a function of their number says."""
    for number in range(count):
        yield look(number * every, rss=int(rss(number) * MIB), cpu=0.5 * number, **values)


def written(path: Path, *lines: dict[str, Any]) -> Path:
    """Write a recording."""
    path.write_text("".join(json.dumps(line) + "\n" for line in (heading(), *lines)), encoding="utf-8")
    return path
