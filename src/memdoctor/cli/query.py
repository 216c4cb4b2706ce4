"""`memdoctor query`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memdoctor.cli.options import ShowOptions, length_of_time, reporting
from memdoctor.cli.outgoing import settings_of

if TYPE_CHECKING:
    from memdoctor.config import Settings
    from memdoctor.model import Case, Problem

_TOP = 100  # rows for people if nothing is said; files and machines get all
_PARQUET, _CSV = ".parquet", ".csv"

Words = Annotated[
    list[str] | None,
    typer.Argument(
        metavar='["SQL"] INPUT…',
        help="One SELECT, and the files or folders that it is about; - is standard input, none is the "
        "processes of this machine. With --to only inputs.",
        show_default=False,
    ),
]
Schema = Annotated[bool, typer.Option("--schema", help="Show the tables and columns, with their units.")]
Within = Annotated[
    str | None,
    typer.Option("--within", metavar="TIME", help="Give up on a query that takes longer: 30s."),
]
To = Annotated[
    str | None,
    typer.Option(
        "--to", metavar="DIR", help="Write all tables there as Parquet, beside those of other cases."
    ),
]
CaseName = Annotated[
    str | None,
    typer.Option("--case", metavar="NAME", help="What the case is called there; else as its first input."),
]
Each = Annotated[bool, typer.Option("--each", help="With --to: every input is a case of its own.")]
Force = Annotated[bool, typer.Option("--force", help="With --to: replace a case of that name.")]


@reporting
def query(  # noqa: PLR0917 - typer's parameters
    options: ShowOptions,
    words: Words = None,
    schema: Schema = False,
    within: Within = None,
    to: To = None,
    case: CaseName = None,
    each: Each = False,
    force: Force = False,
) -> None:
    """Ask a case in SQL: nodes, edges, classes, strings, samples, processes, apps, events, findings.

    The tables are those of the inputs and nothing else can be read. -o writes the answer also as .csv or
    .parquet. It needs the extra memdoctor[sql], which brings DuckDB.
    """
    from memdoctor.config import FORMATS, FORMATS_OF_VIEWS
    from memdoctor.errors import UsageError

    settings = settings_of(options.typed(), options.output, of_case=False)
    if FORMATS[settings.format].of_cases:
        raise UsageError(
            f"an answer is no case to write as {settings.format}",
            f"it takes {', '.join(FORMATS_OF_VIEWS)}",
        )
    _check_togetherness(to=to, case=case, each=each, force=force)
    if schema:
        _show_schema(settings, options.output)
        return
    if to is not None:
        from memdoctor.cli.fleet import write_cases

        write_cases(words or [], Path(to), case, settings, each=each, force=force)
        return
    if not words:
        raise UsageError("what is the query?", 'memdoctor query "SELECT * FROM findings" dump.json')
    _answer(words[0], words[1:], settings, options, length_of_time(within, "--within"))


def _check_togetherness(*, to: str | None, case: str | None, each: bool, force: bool) -> None:
    """Raise UsageError for options that mean nothing without another one, or beside it."""
    from memdoctor.errors import UsageError

    given = {"--case": case is not None, "--each": each, "--force": force}
    alone = next((name for name, is_given in given.items() if is_given), None)
    if to is None and alone is not None:
        raise UsageError(f"{alone} is for --to", "leave it out, or name a folder with --to")
    if case is not None and each:
        raise UsageError("--case names one case, --each makes several", "leave one of them out")


def _show_schema(settings: "Settings", output: str | None) -> None:
    from memdoctor.cli.publish import deliver, style_of
    from memdoctor.reports.query_schema import render

    style = style_of(settings, to_file=output not in {None, "-"})
    deliver(render(settings.format, style), output, [])


def _answer(
    sql: str, inputs: list[str], settings: "Settings", options: ShowOptions, within: float | None
) -> None:
    """Answer a query, and exit with 2 if an input could not be read."""
    from memdoctor.cli.cases import case_of, opened, tell_unread
    from memdoctor.cli.progress import shown_progress

    ending = Path(options.output or "").suffix.lower()
    with shown_progress():
        case = case_of(inputs)
        if ending == _PARQUET:
            problems = _write_parquet(sql, case, settings, Path(str(options.output)), within)
        else:
            with opened(case, settings) as database:
                most = _most(options, settings, ending)
                result = database.ask(sql, most, within)
                problems = [*case.problems, *database.problems]
    if ending != _PARQUET:
        from memdoctor.cli.publish import deliver, style_of
        from memdoctor.reports.query import render

        style = style_of(settings, to_file=options.output not in {None, "-"})
        text = render(result, "csv" if ending == _CSV else settings.format, style, case.sources)
        deliver(text, options.output, [source.name for source in case.sources])
    tell_unread(problems, settings)


def _most(options: ShowOptions, settings: "Settings", ending: str) -> int:
    """Return how many rows are shown, 0 for all: so many only to people."""
    from memdoctor.config import FORMATS

    if options.top is not None:
        return options.top
    return 0 if ending == _CSV or FORMATS[settings.format].for_machines else _TOP


def _write_parquet(
    sql: str, case: "Case", settings: "Settings", path: Path, within: float | None
) -> "list[Problem]":
    """Write an answer as Parquet, whole or not at all; return what could not be read."""
    from memdoctor.cli.cases import opened
    from memdoctor.cli.publish import refuse_inputs
    from memdoctor.tables.output import beside

    refuse_inputs(path, [source.name for source in case.sources])
    with beside(path.parent) as folder:
        with opened(case, settings, folder) as database:
            database.write(sql, str(folder / "answer"), within)
            problems = [*case.problems, *database.problems]
        (folder / "answer").replace(path)
    return problems
