"""`memdoctor query --to`: cases as Parquet files."""

import itertools
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from memdoctor.cli.cases import case_of, records_of, room_for_queries, tell_unread

if TYPE_CHECKING:
    from memdoctor.config import Settings
    from memdoctor.model import Problem
    from memdoctor.tables.fleet import Fleet, Written


def write_cases(
    inputs: Sequence[str], folder: Path, name: str | None, settings: "Settings", *, each: bool, force: bool
) -> None:
    """Write inputs as one case, or each as one, and say what was written."""
    from memdoctor.cli.outgoing import redactor
    from memdoctor.cli.publish import say
    from memdoctor.tables.fleet import Fleet, check_name

    _refuse_a_query(inputs)
    cases = _of_each(inputs) if each else {_name(inputs) if name is None else name: inputs}
    problems: list[Problem] = []
    for case in cases:
        check_name(case)
    with Fleet(folder, redactor(), force=force, memory=room_for_queries()) as fleet:
        for case in cases:
            fleet.check(case)
        for case, some in cases.items():
            written, unread = _write(fleet, case, some, settings)
            problems += unread
            if not written.is_unread:
                say(_line(written, settings))
    tell_unread(problems, settings)


def _refuse_a_query(inputs: Sequence[str]) -> None:
    """Raise UsageError for an input that is no file and reads like SQL."""
    from memdoctor.errors import UsageError

    for one in inputs:
        if " " in one.strip() and not os.path.exists(one):  # noqa: PTH110 - as in cli/query.py
            raise UsageError(
                "--to takes inputs alone, and writes all of their tables", "leave the query out"
            )


def _name(inputs: Sequence[str]) -> str:
    """Return what a case is called by its first input, as that may leave."""
    from memdoctor.cli.outgoing import outgoing
    from memdoctor.tables.fleet import case_of_input

    return case_of_input(outgoing(inputs[0])) if inputs else "this-machine"


def _of_each(inputs: Sequence[str]) -> dict[str, Sequence[str]]:
    """Return every input under a name of its own: dump, dump-2, dump-3."""
    cases: dict[str, Sequence[str]] = {}
    numbers: dict[str, Iterator[int]] = {}
    for one in inputs:
        plain = name = _name([one])
        further = numbers.setdefault(plain, itertools.count(2))
        while name in cases:
            name = f"{plain}-{next(further)}"
        cases[name] = [one]
    return cases


def _write(
    fleet: "Fleet", name: str, inputs: Sequence[str], settings: "Settings"
) -> "tuple[Written, Sequence[Problem]]":
    from memdoctor.cli.progress import shown_progress

    with shown_progress():
        case = case_of(inputs)
        written = fleet.write(name, records_of(case, settings))
    return written, (*case.problems, *written.problems)


def _line(written: "Written", settings: "Settings") -> str:
    from memdoctor.config import FORMATS
    from memdoctor.units import grouped

    if FORMATS[settings.format].for_machines:
        return json.dumps({"case": written.case, "rows": written.rows}) + "\n"
    tables = (f"{table} {grouped(count)}" for table, count in written.rows.items() if count)
    return f"case={written.case}: {', '.join(tables) or 'no rows'}\n"
