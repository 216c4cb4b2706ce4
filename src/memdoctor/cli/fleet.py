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
    from memdoctor.tables.fleet import Written


def write_cases(
    inputs: Sequence[str], folder: Path, name: str | None, settings: "Settings", *, each: bool, force: bool
) -> None:
    """Write inputs as one case, or each as one, and say what was written."""
    from memdoctor.cli.progress import shown_progress
    from memdoctor.cli.publish import say

    problems: list[Problem] = []
    for case, some in _named(inputs, name, each=each):
        with shown_progress():
            written, unread = _write(case, some, folder, settings, force=force)
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
    name: str, inputs: Sequence[str], folder: Path, settings: "Settings", *, force: bool
) -> "tuple[Written, Sequence[Problem]]":
    from memdoctor.cli.outgoing import redactor
    from memdoctor.tables.fleet import write_case

    case = case_of(inputs)
    written = write_case(name, folder, records_of(case, settings), case.heaps, redactor(), force=force)
    return written, (*case.problems, *written.problems)


def _line(written: "Written", settings: "Settings") -> str:
    from memdoctor.config import FORMATS
    from memdoctor.units import grouped

    if FORMATS[settings.format].for_machines:
        return json.dumps({"case": written.case, "rows": written.rows}) + "\n"
    tables = (f"{table} {grouped(count)}" for table, count in written.rows.items() if count)
    return f"case={written.case}: {', '.join(tables) or 'no rows'}\n"
