"""What leaves a call, on standard output and error alike: as it is, or through one redactor."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from memdoctor.cli.asked_budgets import with_asked_budgets
from memdoctor.config import FORMATS, Settings, load_settings
from memdoctor.errors import UsageError, not_installed

if TYPE_CHECKING:
    from memdoctor.redaction import Redactor

T = TypeVar("T")
_of_this_call: "list[Redactor]" = []  # none where nothing is redacted


def begin(arguments: Sequence[str]) -> None:
    """Redact from the start if the words of a command line ask for it: they may be wrong, and are told."""
    _of_this_call.clear()
    words = {word for argument in arguments for word in argument.removeprefix("-f").split("=")}
    shared = words & {name for name, form in FORMATS.items() if form.shared}
    _redact("--redact" in words or bool(shared and "--no-redact" not in words))


def settings_of(typed: Mapping[str, Any], output: str | None, *, of_case: bool = True) -> Settings:
    """Return the settings of this call; from here on its outputs are redacted as they say.

    What is not `of_case` is shown as on a terminal if only the environment or a file wishes for a format
    of cases: that is about reports.

    Command lines are not shown as they are where they are redacted: the words of options tell best
    what is secret in them.

    Raises UsageError as `load_settings` does, for a format whose library is not installed, and for an
    output that cannot take what is written.
    """
    settings = load_settings(typed, os.environ, Path.cwd())
    if not of_case and typed.get("format") is None and FORMATS[settings.format].of_cases:
        settings = replace(settings, format=Settings().format)
    _redact(settings.redacts)
    settings = with_asked_budgets(settings)
    _require(settings.format)
    _check_output(output, settings.format)
    return replace(settings, show_arguments=settings.show_arguments and not settings.redacts)


def _require(form: str) -> None:
    """Raise UsageError for a format whose library is not there: before anything is read."""
    from importlib.util import find_spec

    library = FORMATS[form].library
    if library is not None and find_spec(library) is None:
        raise UsageError(*not_installed(form, library))


def _check_output(output: str | None, form: str) -> None:
    """Raise UsageError for a file without a name, and for a page that would pour onto a terminal."""
    if output is not None and not output:
        raise UsageError("-o without the name of a file", "-o report.txt, or - for standard output")
    if FORMATS[form].for_browsers:
        from memdoctor.cli.publish import goes_to_stdout, on_terminal

        if goes_to_stdout(output) and on_terminal():
            raise UsageError(
                f"{form} is a page for a browser, not for a terminal", "write it to a file: -o page.html"
            )


def redacted_as(wish: bool | None) -> None:
    """Redact as wished, else as the settings say; for a command without a format."""
    _redact(bool(load_settings({"redact": wish}, os.environ, Path.cwd()).redact))


def redactor() -> "Redactor | None":
    """Return what outputs pass through, None where they are shown as they are."""
    return _of_this_call[0] if _of_this_call else None


def outgoing(text: str) -> str:
    """Return a text as it may leave."""
    return _of_this_call[0].redact(text) if _of_this_call else text


def cleaned(record: T) -> T:
    """Return a record as it may leave."""
    return _of_this_call[0].clean(record) if _of_this_call else record


def _redact(wish: bool) -> None:
    if not wish:
        _of_this_call.clear()
    elif not _of_this_call:
        from memdoctor.redaction import for_this_user

        _of_this_call.append(for_this_user())
