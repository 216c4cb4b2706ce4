"""`memdoctor query`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memdoctor.cli.options import ShowOptions, length_of_time, reporting
from memdoctor.cli.outgoing import settings_of

if TYPE_CHECKING:
    from memdoctor.config import Settings
    from memdoctor.model import Case, Problem

_TOP = 100  # rows for people if nothing is said; files and machines get all
_PARQUET = ".parquet"
_FORMAT_BY_ENDING = {
    _PARQUET: "parquet",
    ".csv": "csv",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".md": "markdown",
}
_PACKED = frozenset({".gz", ".xz", ".zst", ".bz2", ".zip"})
# What can be said beside each thing that the command does; formats, colour and redaction beside all.
_BESIDE = {
    "a query": frozenset({"INPUT", "-o", "--top", "--within"}),
    "--to": frozenset({"INPUT", "--case", "--each", "--force"}),
    "--schema": frozenset({"-o"}),
}

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

    The tables are those of the inputs and nothing else can be read. -o writes the form that a file's
    ending tells: .csv, .parquet, .json, .md. It needs the extra memdoctor[sql], which brings DuckDB.
    """
    from memdoctor.config import FORMATS, FORMATS_OF_VIEWS
    from memdoctor.errors import UsageError

    given = {
        "INPUT": bool(words),
        "-o": options.output is not None,
        "--top": options.top is not None,
        "--within": within is not None,
        "--to": to is not None,
        "--case": case is not None,
        "--each": each,
        "--force": force,
    }
    _check_togetherness("--schema" if schema else "--to" if to is not None else "a query", given)
    form = _form(options)
    settings = settings_of(
        {**options.typed(), "format": form if form in FORMATS else options.format},
        options.output,
        of_case=False,
    )
    if FORMATS[settings.format].of_cases:
        raise UsageError(
            f"an answer is no case to write as {settings.format}",
            f"it takes {', '.join(FORMATS_OF_VIEWS)}",
        )
    if schema:
        _show_schema(settings, options.output, form)
    elif to is not None:
        from memdoctor.cli.fleet import write_cases

        write_cases(words or [], Path(to), case, settings, each=each, force=force)
    else:
        sql, inputs = _asked(words)
        seconds = length_of_time(within, "--within")
        _answer(sql, inputs, settings, options, form=form or settings.format, within=seconds)


def _check_togetherness(what: str, given: dict[str, bool]) -> None:
    """Raise UsageError for options that mean nothing beside what the command is to do."""
    from memdoctor.errors import UsageError

    lost = [name for name, is_given in given.items() if is_given and name not in {what, *_BESIDE[what]}]
    if lost:
        of = next((one for one, beside in _BESIDE.items() if lost[0] in beside), what)
        why = f"it is for {of}" if of != what else "leave it out"
        raise UsageError(f"{lost[0]} means nothing beside {what}", why)
    if given["--case"] and given["--each"]:
        raise UsageError("--case names one case, --each makes several", "leave one of them out")


def _form(options: ShowOptions) -> str | None:
    """Return the form of an answer as its file's ending has it, else as typed; None where nothing says.

    Raises UsageError where they contradict each other, and for a packed file.
    """
    from memdoctor.errors import UsageError

    typed = "json" if options.json else options.format
    ending = Path(options.output or "").suffix.lower()
    if ending in _PACKED:
        raise UsageError(f"{options.output} would not be packed", "leave the ending out, or write .parquet")
    form = _FORMAT_BY_ENDING.get(ending, typed)
    if typed is not None and form != typed:
        raise UsageError(f"{options.output} would be {form}, not {typed}", "leave -f out, or rename it")
    return form


def _asked(words: list[str] | None) -> tuple[str, list[str]]:
    """Return the query and the inputs."""
    from memdoctor.errors import UsageError

    example = 'memdoctor query "SELECT * FROM findings" dump.json'
    if not words:
        raise UsageError("what is the query?", example)
    if os.path.exists(words[0]):  # noqa: PTH110 - no error where a long query is no name
        raise UsageError(f"{words[0]} is a file: the query comes before it", example)
    return words[0], words[1:]


def _show_schema(settings: "Settings", output: str | None, form: str | None) -> None:
    from memdoctor.cli.publish import deliver, goes_to_stdout, style_of
    from memdoctor.config import FORMATS
    from memdoctor.errors import UsageError
    from memdoctor.reports.query_schema import render

    if form is not None and form not in FORMATS:
        raise UsageError(f"the schema is not written as {form}", "name a file that ends with .json or .md")
    style = style_of(settings, to_file=not goes_to_stdout(output))
    deliver(render(settings.format, style), output, [])


def _answer(
    sql: str,
    inputs: list[str],
    settings: "Settings",
    options: ShowOptions,
    *,
    form: str,
    within: float | None,
) -> None:
    """Answer a query, and exit with 2 if an input could not be read."""
    from memdoctor.cli.cases import case_of, opened, tell_unread
    from memdoctor.cli.progress import shown_progress
    from memdoctor.cli.publish import deliver_long, goes_to_stdout, style_of
    from memdoctor.reports.query import render

    with shown_progress():
        case = case_of(inputs)
    if form == "parquet":
        problems = _write_parquet(sql, case, settings, options, within)
    else:
        with opened(case, settings) as database:
            with shown_progress():
                result = database.ask(sql, _most(options, form), within)
            style = style_of(settings, to_file=not goes_to_stdout(options.output))
            parts = render(result, form, style, case.sources)
            deliver_long(parts, options.output, [source.name for source in case.sources])
            problems = [*case.problems, *database.problems]
    tell_unread(problems, settings)


def _most(options: ShowOptions, form: str) -> int:
    """Return how many rows are shown, 0 for all: so many only to people."""
    from memdoctor.config import FORMATS

    if options.top is not None:
        return options.top
    return 0 if form not in FORMATS or FORMATS[form].for_machines else _TOP


def _write_parquet(
    sql: str, case: "Case", settings: "Settings", options: ShowOptions, within: float | None
) -> "list[Problem]":
    """Write an answer as Parquet, whole or not at all; return what could not be read."""
    from memdoctor.cli.cases import opened
    from memdoctor.cli.progress import shown_progress
    from memdoctor.cli.publish import refuse_inputs
    from memdoctor.tables.output import beside

    path = Path(str(options.output))
    refuse_inputs(path, [source.name for source in case.sources])
    with shown_progress(), beside(path.parent) as folder:
        with opened(case, settings, folder) as database:
            database.write(sql, str(folder / "answer"), options.top or 0, within)
            problems = [*case.problems, *database.problems]
        (folder / "answer").replace(path)
    return problems
