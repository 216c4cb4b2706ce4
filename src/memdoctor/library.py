"""What `memdoctor.analyze` and `memdoctor.load` do; every mistake in a call is told by its name."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from memdoctor.config import KEYS, Settings, checked
from memdoctor.errors import InputError, UsageError
from memdoctor.findings import Report, Severity
from memdoctor.text import closest
from memdoctor.thresholds import Thresholds
from memdoctor.units import is_length_of_time

if TYPE_CHECKING:
    from memdoctor.heap.graph import HeapGraph
    from memdoctor.rules.own import OwnRule

_WHERE = "the call"
_OF_RENDER = ("format", "color")  # how a report looks is asked when it is rendered
_NOT_SET_BY_NONE = ("top", "baseline", "redact")


class CallSettings(TypedDict, total=False):
    """The settings of `memdoctor.analyze`, by keyword; each may be left out."""

    select: str | Sequence[str]
    ignore: str | Sequence[str]
    min_severity: Literal["info", "warning", "error"] | Severity
    top: int | None
    fail_on: Literal["never", "info", "warning", "error"] | Severity
    budget: str | Sequence[str] | Mapping[str, Any]
    baseline: str | os.PathLike[str] | None
    assume: str | Sequence[str]
    thresholds: Mapping[str, float] | Thresholds
    redact: bool | None
    show_arguments: bool
    drawn: bool


def analyze(
    inputs: Sequence[str | os.PathLike[str]],
    every: float | None,
    rules: "Iterable[OwnRule]",
    asked: CallSettings,
) -> Report:
    """Return the report of a case. Raises UsageError for what cannot be asked, before anything is read."""
    from memdoctor.engine import diagnose
    from memdoctor.readers.case import read_case
    from memdoctor.rules.own import loaded

    settings, seconds, own = settings_of(asked), _seconds(every), loaded(rules)
    names = [path_of(item, "an input") for item in inputs]
    if not names:
        raise UsageError("nothing to analyze", "name a file or a folder, or - to read standard input")
    report = diagnose(read_case(names, seconds), settings, own=own)
    if not settings.redacts:
        return report
    from memdoctor.redaction import for_this_user
    from memdoctor.reports.render import redacted

    return redacted(report, for_this_user())


def settings_of(asked: Mapping[str, Any]) -> Settings:
    """Return the settings of a call, each checked. Raises UsageError that names the one that is wrong."""
    known = (*(key for key in KEYS if key not in _OF_RENDER), "drawn")
    for key in asked:
        if key in _OF_RENDER:
            raise UsageError(f"{key!r} is no setting of analyze", "memdoctor.render(report, format, style)")
        if key not in known:
            raise UsageError(f"unknown setting {key!r} in {_WHERE}", closest(key, known))
    values = {k: v for k, v in asked.items() if v is not None or k not in _NOT_SET_BY_NONE}
    drawn = values.pop("drawn", False)
    if not isinstance(drawn, bool):
        raise UsageError(f"'drawn' in {_WHERE} cannot be {drawn!r}", "True or False")
    if isinstance(values.get("baseline"), os.PathLike):
        values["baseline"] = path_of(values["baseline"], "the baseline")
    settings = checked(values, _WHERE)
    shown = settings.show_arguments and not settings.redacts
    return replace(settings, drawn=drawn, show_arguments=shown)


def _seconds(every: object) -> float | None:
    if every is None:
        return None
    if isinstance(every, int | float) and not isinstance(every, bool) and is_length_of_time(every):
        return every
    raise UsageError(f"'every' in {_WHERE} cannot be {every!r}", "a number of seconds: 600 is ten minutes")


def load(snapshot: str | os.PathLike[str]) -> "HeapGraph":
    """Return the graph of a snapshot. Raises InputError, which names the file and the place in it."""
    from memdoctor.readers.snapshot import read_snapshot

    name = path_of(snapshot, "a snapshot")
    try:
        return read_snapshot(name)[1]
    except InputError as error:
        raise InputError(f"{name}: {error.message}", error.help, place=error.place or name) from error


def path_of(path: Any, what: str) -> str:
    """Return a path as text. Raises UsageError for what is none."""
    try:
        name = os.fspath(path)
    except TypeError as error:
        raise UsageError(f"{what} cannot be {path!r}", "a path, as str or pathlib.Path") from error
    if not isinstance(name, str):
        raise UsageError(f"{what} cannot be {path!r}", "a path, as str or pathlib.Path")
    return name
