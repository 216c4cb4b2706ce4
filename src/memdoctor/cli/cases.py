"""The case of a call as tables: what was named, or the processes of this machine."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from memdoctor.config import Settings
    from memdoctor.model import Case, Problem
    from memdoctor.tables.database import Database
    from memdoctor.tables.records import Records


_LEAST_ROOM = 64 << 20  # bytes; with less DuckDB answers nothing at all


def case_of(inputs: Sequence[str]) -> "Case":
    """Return inputs as a case, or the processes of this machine where there are none."""
    if inputs:
        from memdoctor.readers.case import read_case

        return read_case(inputs)
    from memdoctor.live.machine import this_machine

    return this_machine(None, pss=False)


def records_of(case: "Case", settings: "Settings") -> "Records":
    """Return the records of a case; it is diagnosed if a table needs that."""
    from memdoctor.cli.publish import now
    from memdoctor.engine import measure, report_of
    from memdoctor.tables.records import Records

    measurements = measure(case, settings)
    return Records(measurements, lambda: report_of(measurements, settings, now()))


def opened(case: "Case", settings: "Settings", folder: Path | None = None) -> "Database":
    """Return the tables of a case, redacted as the settings say; `folder` is what can be written to."""
    from memdoctor.cli.outgoing import redactor
    from memdoctor.tables.database import Database

    return Database(
        records_of(case, settings),
        redactor(),
        folder=None if folder is None else str(folder),
        memory=room_for_queries(),
    )


def room_for_queries() -> int | None:
    """Return the bytes that queries may take: half of what is free, for heaps lie beside; None: unknown."""
    from memdoctor.live.memory_left import room_for

    room = room_for(os.getpid())
    return None if room is None else max(room.free // 2, _LEAST_ROOM)


def tell_unread(problems: "Sequence[Problem]", settings: "Settings") -> None:
    """Tell what could not be read, and what was removed; exit with 2 if an input is missing."""
    from memdoctor.cli import publish

    is_missing = publish.tell_unread(dict.fromkeys(problems))
    publish.tell_removed(asked=settings.redact is True)
    if is_missing:
        raise typer.Exit(2)
