"""Bring a report to where it was asked for, and the exit code with it."""

import os
import shutil
import sys
from pathlib import Path

import typer

from memdoctor.config import Settings
from memdoctor.errors import UsageError
from memdoctor.findings import Report
from memdoctor.reports.render import Style, render

# Formats for machines say even that nothing could be read.
_ALWAYS = frozenset({"json", "jsonl"})


def tell(message: str, help: str = "", *, word: str = "error") -> None:  # noqa: A002 - users see it
    """Print an error (or a note) and its help on stderr."""
    from memdoctor.text import printable

    print(f"{word}: {printable(message)}", file=sys.stderr)
    if help:
        print(f"help: {printable(help)}", file=sys.stderr)


def publish(report: Report, settings: Settings, output: str | None, detail: int) -> None:
    """Write the report to `output` (None or - is stdout), tell what was not read, and exit.

    Raises UsageError if the output cannot be written.
    """
    to_file = output not in {None, "-"}
    nothing_to_show = not report.sources and settings.format not in _ALWAYS
    if to_file or not nothing_to_show:
        style = Style(columns(to_file=to_file), _colored(settings.color, to_file), detail)
        text = render(report, settings.format, style)
        if to_file:
            _write(str(output), text, report)
        else:
            _print(text)
    for problem in report.problems:
        if nothing_to_show and not problem.unread:
            tell(f"{problem.source}: {problem.message}", word="note")
        if problem.unread:
            place = f" ({problem.place})" if problem.place else ""
            tell(f"{problem.source}: {problem.message}{place}", problem.help)
    raise typer.Exit(report.exit_code)


def _print(text: str) -> None:
    if hasattr(sys.stdout, "reconfigure"):  # a console whose code page lacks a sign
        sys.stdout.reconfigure(errors="replace")
    sys.stdout.write(text)
    sys.stdout.flush()


def _write(name: str, text: str, report: Report) -> None:
    path = Path(name)
    for source in report.sources:
        if source.kind == "path" and path.exists() and path.samefile(source.name):
            raise UsageError(f"{name} is an input of this call", "write the report to another file")
    try:
        path.write_text(text, encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"cannot write {name}: {reason}") from error


def columns(*, to_file: bool = False) -> int:
    """Return the columns: COLUMNS, else the terminal's, else 80; a file or a pipe has 80."""
    asked = os.environ.get("COLUMNS", "")
    if asked.isascii() and asked.isdigit() and len(asked) < 5:
        return max(int(asked), 40)
    if to_file or not sys.stdout.isatty():
        return 80
    return max(shutil.get_terminal_size((80, 24)).columns, 40)


def _colored(wish: str, to_file: bool) -> bool:
    if wish != "auto":
        return wish == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return not to_file and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
