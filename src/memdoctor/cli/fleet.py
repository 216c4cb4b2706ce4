"""`memdoctor query --to`: cases as Parquet files."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from memdoctor.cli.cases import case_of, records_of, tell_unread

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
    from memdoctor.tables.fleet import Fleet

    problems: list[Problem] = []
    with Fleet(folder, redactor(), force=force) as fleet:
        for case, some in _named(inputs, name, each=each):
            written, unread = _write(fleet, case, some, settings)
            problems += unread
            say(_line(written, settings))
    tell_unread(problems, settings)


def _named(inputs: Sequence[str], name: str | None, *, each: bool) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield the name and the inputs of each case; names are unlike each other."""
    from memdoctor.tables.fleet import case_name

    if not each:
        yield case_name(name or (inputs[0] if inputs else "this-machine")), inputs
        return
    seen: Counter[str] = Counter()
    for one in inputs:
        plain = case_name(one)
        seen[plain] += 1
        yield plain if seen[plain] == 1 else f"{plain}-{seen[plain]}", [one]


def _write(
    fleet: "Fleet", name: str, inputs: Sequence[str], settings: "Settings"
) -> "tuple[Written, Sequence[Problem]]":
    from memdoctor.cli.progress import shown_progress

    fleet.check(name)
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
