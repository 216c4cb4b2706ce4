"""Values of process listings: ids, dates and command lines of Windows; taken if they are what they say."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from memdoctor.cuts import beginning
from memdoctor.readers.parts import values
from memdoctor.readers.parts.values import WrongKindError

MOST_PID = 1 << 31
LONGEST_ARGUMENTS = 1 << 17  # Linux passes no longer argument, and Windows no longer command line
LONGEST_TEXT = 4096

DRIVE = re.compile(r"[A-Za-z]:\\")  # begins a path of Windows

_DMTF = re.compile(
    r"([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})\.([0-9]{6})([+-][0-9]{3})"
)
_JSON_DATE = re.compile(r"\\?/Date\((-?[0-9]{1,15})(?:[+-][0-9]{4})?\)\\?/")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OLDEST = datetime(1980, 1, 1, tzinfo=UTC)  # before it stands what means "no date"

# An odd number of backslashes makes the quotation mark behind them one of the text.
_ESCAPED = r"(?:\\\\)*+\\\""
_ARGUMENT = re.compile(
    rf"(?:[^ \t\"\\]++|{_ESCAPED}|\\++|\"(?:[^\"\\]++|{_ESCAPED}|\\++)*+(?:\"|\Z))++",
)
_MARK = re.compile(r"(?<!\\)(\\*+)\"")


def count(raw: Any) -> int:
    """Return a whole number that is not negative, also from plain digits."""
    if isinstance(raw, str):
        word = raw.strip()
        if not (word.isascii() and word.isdigit() and len(word) < 17):
            raise WrongKindError("a text where a number belongs")
        raw = int(word)
    number = values.whole(raw)
    if number < 0:
        raise WrongKindError(f"{number} is negative")
    return number


def seconds(raw: Any) -> float:
    """Return a length of time that is not negative."""
    number = values.number(raw)
    if number < 0:
        raise WrongKindError(f"{number:g} is negative")
    return float(number)


def process_id(raw: Any) -> int:
    """Return a process id; 0 is one, though of no process.

    >>> process_id("4711")
    4711
    """
    number = count(raw)
    if number >= MOST_PID:
        raise WrongKindError(f"{number} is beyond any process id")
    return number


def text(raw: Any) -> str:
    """Return a name or a path."""
    if not isinstance(raw, str):
        raise WrongKindError("no text")
    return beginning(raw, LONGEST_TEXT)


def line(raw: Any) -> str:
    """Return a command line, however long."""
    if not isinstance(raw, str):
        raise WrongKindError("no text")
    return raw


def flag(raw: Any) -> bool:
    """Return true or false."""
    if not isinstance(raw, bool):
        raise WrongKindError("neither true nor false")
    return raw


def windows_moment(raw: Any) -> datetime:
    r"""Return a date as WMI and PowerShell write it.

    >>> windows_moment("20260417180000.123456+120").isoformat()
    '2026-04-17T16:00:00.123456+00:00'
    >>> windows_moment("/Date(1776441600123)/").isoformat()
    '2026-04-17T16:00:00.123000+00:00'
    """
    if isinstance(raw, dict):
        raw = raw.get("value")
    word = text(raw).strip()
    try:
        at = _windows_moment(word)
    except (ValueError, OverflowError) as error:  # the 31st of February; the year 300 000
        raise WrongKindError(f"{beginning(word, 40)!r} is no date") from error
    if at < _OLDEST:
        raise WrongKindError(f"{beginning(word, 40)!r} stands for no date")
    return at


def _windows_moment(word: str) -> datetime:
    if found := _DMTF.fullmatch(word):
        *parts, offset = map(int, found.groups())
        year, month, day, hours, minutes, rest, micros = parts
        at = datetime(year, month, day, hours, minutes, rest, micros, tzinfo=UTC)
        return at - timedelta(minutes=offset)
    if found := _JSON_DATE.fullmatch(word):
        return _EPOCH + timedelta(milliseconds=int(found[1]))
    return values.moment(word)


def arguments(command: str) -> tuple[str, ...]:
    r"""Return the arguments of a Windows command line, as programs there take it apart.

    >>> arguments(r'"C:\Program Files\node.exe" a\b {\"x\":1} "y z"')
    ('C:\\Program Files\\node.exe', 'a\\b', '{"x":1}', 'y z')
    """
    found = (match[0] for match in _ARGUMENT.finditer(command[:LONGEST_ARGUMENTS]))
    return tuple(_MARK.sub(_without_escape, word) if '"' in word else word for word in found)


def _without_escape(mark: re.Match[str]) -> str:
    backslashes = len(mark[1])
    return "\\" * (backslashes // 2) + '"' * (backslashes % 2)


def argument_list(raw: Any) -> tuple[str, ...]:
    """Return arguments that were kept apart; a new title leaves empty ones behind, which are none."""
    if not isinstance(raw, list) or not all(isinstance(word, str) for word in raw):
        raise WrongKindError("no list of texts")
    end = len(raw)
    while end and not raw[end - 1]:
        end -= 1
    return tuple(word[:LONGEST_ARGUMENTS] for word in raw[:end])


def terminal(path: str | None) -> str:
    """Return the name of a terminal as `ps` has it, empty for none."""
    return (path or "").removeprefix("/dev/")
