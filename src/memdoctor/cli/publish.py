"""Bring a report to where it was asked for, and the exit code with it."""

import os
import shutil
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from memdoctor.cli.outgoing import outgoing, redactor
from memdoctor.config import FORMATS, Settings
from memdoctor.errors import UsageError

if TYPE_CHECKING:
    from memdoctor.analysis.heap.view import View
    from memdoctor.findings import Report
    from memdoctor.model import Problem
    from memdoctor.reports.render import Style


_IN_MEMORY = 16 << 20  # characters of a long text; more of it waits on disk
_AT_ONCE = 1 << 20  # characters that are printed together


def tell(message: str, help: str = "", *, word: str = "error") -> None:  # noqa: A002 - users see it
    """Print an error (or a note) and its help on stderr."""
    tell_line(f"{word}: {message}")
    if help:
        tell_line(f"help: {help}")


def tell_line(line: str) -> None:
    """Print a line on stderr, as it may leave, with nothing in it that steers a terminal."""
    from memdoctor.text import printable

    print(_harmless(printable(outgoing(line))), file=sys.stderr)


def _harmless(text: str) -> str:
    """Return a text in which a GitHub workflow, if this runs in one, finds no command."""
    from memdoctor.text import without_commands

    return without_commands(text) if os.environ.get("GITHUB_ACTIONS") == "true" else text


def publish_view(
    view: "View", settings: Settings, output: str | None, top: int, *, show_strings: bool
) -> None:
    """Write the first `top` rows of a view (0: all) to `output`; None or - is stdout.

    Contents of strings are shown on a terminal, elsewhere only with `show_strings`.

    Raises UsageError if the output cannot be written.
    """
    from memdoctor.reports.views import render as render_view

    to_file = not goes_to_stdout(output)
    style = style_of(settings, to_file=to_file)
    seen = settings.format == "terminal" and not to_file and on_terminal()
    text = render_view(view, settings.format, style, top, contents=show_strings or seen)
    deliver(text, output, [source.name for source in view.sources])
    tell_removed(asked=settings.redact is True)


def deliver(text: str, output: str | None, inputs: list[str]) -> None:
    """Write a text to `output`; None or - is stdout. Raises UsageError where it cannot be written."""
    if goes_to_stdout(output):
        say(text)
    else:
        _write(str(output), [text], inputs)


def deliver_long(parts: Iterable[str], output: str | None, inputs: list[str]) -> None:
    """Write a text that comes in parts as `deliver` does, but nothing of it before all of it is there."""
    import tempfile

    with tempfile.SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8", newline="\n") as whole:
        try:
            whole.writelines(parts)
        except OSError as error:
            raise UsageError(f"no room for the answer: {error.strerror or error}") from error
        whole.seek(0)
        if goes_to_stdout(output):
            while lines := whole.readlines(_AT_ONCE):
                say("".join(lines))
        else:
            _write(str(output), whole, inputs)


def goes_to_stdout(output: str | None) -> bool:
    """Whether `-o` names no file."""
    return output in {None, "-"}


def style_of(settings: Settings, detail: int = 0, *, to_file: bool) -> "Style":
    """Return how something looks where it goes to."""
    from memdoctor.reports.render import Style

    wide, color = columns(to_file=to_file), colored(settings.color, to_file)
    return Style(wide, color, detail, settings.top, redactor(), raw=not settings.redacts)


def tell_unread(problems: "Iterable[Problem]") -> bool:
    """Tell which inputs could not be read, and return whether there is any."""
    unread = [problem for problem in problems if problem.unread]
    for problem in unread:
        place = f" ({problem.place})" if problem.place else ""
        tell(f"{problem.source}: {problem.message}{place}", problem.help)
    return bool(unread)


def tell_removed(*, asked: bool = True) -> None:
    """Say what was removed, if anything is redacted; that it was nothing only where `asked`."""
    gone = redactor()
    if gone is not None and (gone.removed or asked):
        from memdoctor.redaction import told

        tell(told(gone.removed), word="note")


def now() -> datetime:
    """Return the time, or that of SOURCE_DATE_EPOCH for output that can be reproduced."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isascii() and epoch.isdigit() and len(epoch) < 12:
        return datetime.fromtimestamp(int(epoch), UTC)
    return datetime.now(UTC)


def publish(
    report: "Report", settings: Settings, output: str | None, detail: int, *, exit_code: int | None = None
) -> None:
    """Write the report to `output` (None or - is stdout), tell what was not read, and exit.

    Raises UsageError if the output cannot be written.
    """
    to_file = not goes_to_stdout(output)
    nothing_to_show = not report.sources and not FORMATS[settings.format].is_whole
    if not nothing_to_show:
        from memdoctor.reports.render import render

        if FORMATS[settings.format].is_document and detail >= 0:
            from memdoctor.readers.fingerprint import with_fingerprint

            report = replace(report, sources=tuple(map(with_fingerprint, report.sources)))
        style = style_of(settings, detail, to_file=to_file)
        text = render(report, settings.format, style)
        if to_file:
            inputs = [*(source.name for source in report.sources), *(one.source for one in report.problems)]
            _write(str(output), [text], inputs)
        else:
            say(text, has_commands=settings.format == "github")
    tell_unread(report.problems)
    for problem in report.problems:
        if nothing_to_show and not problem.unread:
            tell(f"{problem.place or problem.source}: {problem.message}", word="note")
    if detail < 0 or not FORMATS[settings.format].is_document:  # where the report itself says it
        tell_removed(asked=settings.redact is True)
    raise typer.Exit(report.exit_code if exit_code is None else exit_code)


# What stands for the signs that a console without Unicode lacks.
_PLAIN = str.maketrans(
    {"×": "x", "÷": "/", "−": "-", "…": "...", "·": "|", "–": "-"} | dict.fromkeys("█▉▊▋▌▍▎▏", "#")
)


def say(text: str, *, has_commands: bool = False) -> None:
    """Print on stdout, in signs that it has; a reader that has gone is no error.

    Unless it `has_commands` for a GitHub workflow, none is in it, whatever the text of a file says.
    """
    if sys.stdout is None:
        raise UsageError("standard output is closed", "write the report to a file with -o FILE")
    if hasattr(sys.stdout, "reconfigure"):  # a console whose code page lacks a sign
        sys.stdout.reconfigure(errors="replace")
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        text = text.translate(_PLAIN)
    if not has_commands:
        text = _harmless(text)
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has gone (`| head`): nothing more can be said, and nothing must be.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write(name: str, text: Iterable[str], inputs: list[str]) -> None:
    path = Path(name)
    refuse_inputs(path, inputs)
    try:
        with path.open("w", encoding="utf-8") as file:
            file.writelines(text)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(
            f"cannot write {name}: {reason}", "is it a file in a folder that exists?"
        ) from error


def refuse_inputs(path: Path, inputs: list[str]) -> None:
    """Raise UsageError if a file to be written is one that was read."""
    for input_name in inputs:
        if _same_file(path, input_name):
            raise UsageError(f"{path} is an input of this call", "write the report to another file")


def _same_file(path: Path, name: str) -> bool:
    try:
        return path.samefile(name)
    except (OSError, ValueError):  # one of them is not there
        return False


def columns(*, to_file: bool = False) -> int:
    """Return the columns: COLUMNS, else the terminal's, else 80; a file or a pipe has 80."""
    asked = os.environ.get("COLUMNS", "")
    if asked.isascii() and asked.isdigit() and len(asked) < 5:
        return max(int(asked), 40)
    if to_file or not on_terminal():
        return 80
    return max(shutil.get_terminal_size((80, 24)).columns, 40)


def colored(wish: str, to_file: bool) -> bool:
    """Whether to colour: as wished, else on a terminal, unless the environment says otherwise."""
    if wish != "auto":
        return wish == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") != "0" and not to_file:
        return True
    return not to_file and on_terminal() and os.environ.get("TERM") != "dumb"


def on_terminal() -> bool:
    """Whether the report is read on a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()
