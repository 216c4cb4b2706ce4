"""The case of a call as tables: what was named, or the processes of this machine."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from memdoctor.config import Settings
    from memdoctor.model import Case, Problem
    from memdoctor.tables.database import Database
    from memdoctor.tables.records import Records


def case_of(inputs: Sequence[str]) -> "Case":
    """Return inputs as a case, or the processes of this machine where there are none."""
    if inputs:
        from memdoctor.readers.case import read_case

        return read_case(inputs)
    from memdoctor.live.machine import this_machine

    return this_machine(None, pss=False)


def records_of(case: "Case", settings: "Settings") -> "Records":
    """Return the records of a case; it is diagnosed if a table needs that."""
    from memdoctor.analysis.measurements import Measurements
    from memdoctor.cli.publish import now
    from memdoctor.engine import diagnose
    from memdoctor.tables.records import Records

    return Records(Measurements(case), lambda: diagnose(case, settings, now()))


def opened(case: "Case", settings: "Settings", folder: Path | None = None) -> "Database":
    """Return the tables of a case, redacted as the settings say; `folder` is what can be written to."""
    from memdoctor.cli.outgoing import redactor
    from memdoctor.tables.database import Database

    return Database(records_of(case, settings), redactor(), None if folder is None else str(folder))


def tell_unread(problems: "Sequence[Problem]", settings: "Settings") -> None:
    """Tell what could not be read, and what was removed; exit with 2 if an input is missing."""
    from memdoctor.cli.publish import tell, tell_removed

    unread = [problem for problem in dict.fromkeys(problems) if problem.unread]
    for problem in unread:
        place = f" ({problem.place})" if problem.place else ""
        tell(f"{problem.source}: {problem.message}{place}", problem.help)
    tell_removed(asked=settings.redact is True)
    if unread:
        raise typer.Exit(2)
