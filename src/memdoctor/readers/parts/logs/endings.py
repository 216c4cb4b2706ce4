"""Errors that ended a process: below the caret of a source line, or above the version of the runtime."""

import re

from memdoctor.readers.parts.logs.blocks import LONGEST, VERSION, error_above, is_thrown_above, rest_below
from memdoctor.readers.parts.logs.errors import PORT, Told, ended, fatal, is_named, told_by
from memdoctor.readers.parts.logs.found import Found
from memdoctor.readers.parts.logs.frames import STACKS
from memdoctor.readers.parts.logs.lines import Line, after, before, beside, bounds, line_at
from memdoctor.readers.parts.logs.messages import LOW, preamble
from memdoctor.readers.parts.logs.plain import without

# Carets stand alone on their line, which may end in a string of JSON.
_CARET = re.compile(
    rb"\^{1,400}(?:(?:\x1b|\\{1,4}u001[bB])\[[0-9;]{0,20}m)*+[ \t\r]{0,8}(?:\n|\Z|\"|\\{1,4}[nr\"])"
)
_CARETS = re.compile(rb"\^{1,400}\Z")
_OF_PROMISE = b"triggerUncaughtException(err, true"
_ABOVE_CARET = 1 << 12  # bytes with the line of source
_MISSING = re.compile(rb"(?:Cannot find (?:module|package)|Module not found) \\{0,4}['\"]")


class Endings:
    """Errors that ended a process. One that was told is not told again by the version behind it."""

    def __init__(self) -> None:
        self._open = 0

    def at_caret(self, text: bytes, position: int, done: int) -> Found:
        """Return the error below a caret, if a runtime put the caret there because it ended."""
        caret = _CARET.match(text, position)
        if caret is None:
            return Found(bounds(text, position)[1])
        line = line_at(text, position, done)
        carets = _CARETS.search(line.text, max(len(line.text) - 400, 0))
        below = None if carets is None else _error_below(text, line, line.text[: carets.start()].rstrip())
        if below is None:
            return Found(max(line.end, position + 1))
        first, error, was_blank = below
        prefix = first.text[: len(first.text) - len(error)]
        rest = rest_below(text, first, prefix, is_free=True)
        if not rest.is_over and not (was_blank and rest.has_stack and is_named(error)):
            return Found(max(line.end, position + 1))
        self._open += not rest.has_version
        told = fatal(error, rest.asked_by, of_promise=_is_of_promise(text, line, done))
        return _found(told, rest.end, first.start)

    def at_version(self, text: bytes, position: int, done: int) -> Found:
        """Return the error above the version that a runtime prints when it ends."""
        line = line_at(text, position, done)
        version = VERSION.search(line.text)
        if version is None:
            return Found(line.end)
        if self._open:
            self._open -= 1
            return Found(line.end)
        least = max(line.start - LONGEST, done)
        above = error_above(text, line, least, line.text[: version.start()])
        if above is None:
            return Found(line.end)
        first, error, asked_by = above
        return _found(fatal(error, asked_by, of_promise=False), line.end, first.start)


def one_line(text: bytes, position: int, done: int, *, is_proven: bool = False) -> Found:
    """Return the error on the line at a place, and where what belongs to it ends.

    It is the message itself, of no low level: what quotes an error, or says that it was handled, is none.
    `is_proven`: something else tells that it happened.
    """
    line = line_at(text, position, done)
    if (told := told_by(line.text, is_value=line.frame.is_value)) is None:
        return Found(line.end)
    if not line.frame.is_stream:
        line, told = _with_stack(text, line, told)
    before = preamble(line.text, told.start)
    is_low = LOW in (line.frame.level, before.level) and told.detail.get("fatal", True)
    if not is_proven and (is_low or not told.is_whole):
        return Found(line.end)
    prefix = line.text[: before.end]
    rest = rest_below(text, line, prefix, is_free=False)
    is_alone = line.frame.is_alone and before.end >= told.start
    if not (is_proven or is_alone or rest.has_stack):
        return Found(line.end)
    if rest.asked_by is not None:
        told = told_by(line.text, rest.asked_by, is_value=line.frame.is_value) or told
    if rest.ends or is_thrown_above(text, line, max(done, line.start - LONGEST), prefix):
        told = ended(told)
    return _found(told, rest.end if line.frame.is_stream else bounds(text, position)[1], position)


def missing_module(text: bytes, position: int, done: int) -> Found:
    """Return the error of a missing module at a place."""
    is_one = _MISSING.match(text, position) is not None
    return one_line(text, position, done) if is_one else Found(position + 1)


def port_in_use(text: bytes, position: int, done: int) -> Found:
    """Return the error of a port that is taken at a place."""
    is_one = PORT.match(text, position) is not None
    return one_line(text, position, done) if is_one else Found(position + 1)


def _with_stack(text: bytes, line: Line, told: Told) -> tuple[Line, Told]:
    """Return the first line of the stack beside an error in an object of a logger: it tells most."""
    for one in beside(text, line, STACKS):
        again = told_by(one.text, is_value=True)
        if again is not None and again.kind == told.kind:
            return one, again
    return line, told


def _found(told: Told, end: int, at: int) -> Found:
    return Found(end, at, told.kind, told.detail)


def _is_of_promise(text: bytes, caret: Line, done: int) -> bool:
    """Whether the line of source above a caret is that of a promise."""
    above = next(before(text, caret, max(caret.start - _ABOVE_CARET, done)), None)
    return above is not None and _OF_PROMISE in above.text


def _error_below(text: bytes, caret: Line, before_caret: bytes) -> tuple[Line, bytes, bool] | None:
    """Return the first line below a caret with words, these, and whether an empty line stands between."""
    was_blank = False
    for line in after(text, caret, 3, LONGEST):
        own = without(line.text, before_caret)
        if own is None:
            break
        if said := own.strip():
            return line, said, was_blank
        was_blank = True
    return None
