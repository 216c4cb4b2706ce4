"""Errors that ended a process: below the caret of a source line, or above the version of the runtime."""

import re

from memdoctor.readers.parts.logs.blocks import LONGEST, VERSION, error_above, rest_below
from memdoctor.readers.parts.logs.errors import Told, fatal, is_named, told_by
from memdoctor.readers.parts.logs.found import Found
from memdoctor.readers.parts.logs.lines import after, bare, bounds, without

_CARET = re.compile(rb"\^{1,400}(?:\x1b\[[0-9;]{0,20}m)*+[ \t\r]{0,8}(?:\\n\"[^\n]{0,200})?(?:\n|\Z)")
_NAME = re.compile(
    rb"(?<![\w$.])(?:Uncaught )?[A-Za-z_$][\w$.]{0,80}+(?: \[[\w. ]{1,80}\])?: "
    rb"(?:Cannot|Module|listen|bind|Failed)"
)
_OF_PROMISE = b"triggerUncaughtException(err, true"
_ABOVE_CARET = 1 << 12  # bytes with the lines of source


class Endings:
    """Errors that ended a process. One that was told is not told again by the version behind it."""

    def __init__(self) -> None:
        self._open = 0

    def at_caret(self, text: bytes, position: int, done: int) -> Found:
        """Return the error below a caret, if a runtime put the caret there because it ended."""
        caret = _CARET.match(text, position)
        if caret is None:
            return Found(bounds(text, position)[1])  # carets stand alone on their line
        start, _ = bounds(text, position)
        line_end, error, prefix, was_blank = _error_below(
            text, caret.end(), bare(text[max(start, done) : position])
        )
        if error is None:
            return Found(caret.end())
        rest = rest_below(text, line_end + 1, prefix, is_free=True)
        if not rest.is_over and not (was_blank and rest.has_stack and is_named(error)):
            return Found(caret.end())
        self._open += not rest.has_version
        above = text[max(start - _ABOVE_CARET, done) : start]
        told = fatal(error, rest.asked_by, of_promise=_OF_PROMISE in above[above[:-1].rfind(b"\n") + 1 :])
        return _found(told, rest.end, line_end - 1)

    def at_version(self, text: bytes, position: int, done: int) -> Found:
        """Return the error above the version that a runtime prints when it ends."""
        start, end = bounds(text, position)
        line = bare(text[max(start, done) : end])
        version = VERSION.search(line)
        if version is None:
            return Found(end)
        if self._open:
            self._open -= 1
            return Found(end)
        least = max(start - LONGEST, done)
        above = error_above(text, start, least, line[: version.start()])
        if above is None:
            return Found(end)
        place, error, asked_by = above
        return _found(fatal(error, asked_by, of_promise=False), end, place)


def one_line(text: bytes, position: int, done: int) -> Found:
    """Return the error on the line at a place, and where what belongs to it ends."""
    start, end = bounds(text, position)
    start = max(start, done)
    line = bare(text[start:end])
    if (told := told_by(line)) is None:
        return Found(end)
    rest = rest_below(text, end + 1, _prefix_of(line), is_free=False)
    return _found(told_by(line, rest.asked_by) or told, max(rest.end, end), position)


def _found(told: Told, end: int, at: int) -> Found:
    kind, detail = told
    return Found(end, at, kind, detail)


def _prefix_of(line: bytes) -> bytes:
    """Return what stands before an error on its line."""
    found = _NAME.search(line)
    return line[: found.start()] if found else b""


def _error_below(text: bytes, position: int, before_caret: bytes) -> tuple[int, bytes | None, bytes, bool]:
    """Return the end of the first line below a caret that says something, what it says, what stands before
    that, and whether an empty line stands above.
    """
    was_blank = False
    for end, line in after(text, position, 3, LONGEST):
        own = without(line, before_caret)
        if own is None:
            break
        if said := own.strip():
            return end, said, line[: len(line) - len(own.lstrip())], was_blank
        was_blank = True
    return position, None, b"", was_blank
