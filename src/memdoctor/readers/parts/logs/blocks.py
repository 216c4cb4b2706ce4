"""Errors over several lines: what stands below the first line of one, and where one with a stack begins."""

import itertools
import re
from dataclasses import dataclass

from memdoctor.readers.parts.logs.errors import is_named
from memdoctor.readers.parts.logs.lines import Line, after, before
from memdoctor.readers.parts.logs.plain import without

LONGEST, _MOST_LINES = 1 << 15, 150  # bytes and lines of one error
_MOST_MESSAGE, _MOST_BLANKS = 20, 3  # lines of an error's text, and empty ones in a row
_STACK = re.compile(rb"\s{0,40}at \S")
_PART = re.compile(
    rb"\s|[\]})]|Require stack:|- |Emitted 'error' event|\(Use `|note: |\.\.\. |\[cause\]|\[errors\]"
    rb"|Did you mean to import "
)
_EMITTED = b"Emitted 'error' event"
_CARETS = re.compile(rb"\s{0,400}\^{1,400}\Z")
VERSION = re.compile(
    rb"(?:Node\.js v\d{1,4}\.\d{1,4}\.\d\S{0,60}"
    rb"|Bun v\d{1,4}\.\d{1,4}\.\d[^\s(]{0,60} \([^()]{1,80}\))\Z"
)
_WHERE_THROWN = b"(Use `node --trace-uncaught"  # said of what is no error


@dataclass(slots=True)
class Rest:
    """What stands below the first line of an error."""

    end: int
    is_over: bool = False  # only a process that ends says so
    has_version: bool = False  # of the runtime: the last that it says
    has_stack: bool = False
    was_emitted: bool = False  # by an emitter whose errors nobody hears
    asked_by: bytes | None = None  # the first file of "Require stack:"
    _asks: bool = False

    @property
    def ends(self) -> bool:
        """Whether something in it proves that the process ended."""
        return self.is_over or self.was_emitted

    def takes(self, line: Line, own: bytes) -> None:
        """Add a line that belongs to the error."""
        self.end = line.end
        self.has_stack = self.has_stack or _STACK.match(own) is not None
        self.was_emitted = self.was_emitted or own.startswith(_EMITTED)
        self.is_over = self.is_over or own.startswith(_WHERE_THROWN)
        if self._asks and self.asked_by is None and own.startswith(b"- "):
            self.asked_by = own[2:].strip()
        self._asks = self._asks or own.startswith(b"Require stack:")


def rest_below(text: bytes, first: Line, prefix: bytes, *, is_free: bool) -> Rest:
    """Return what belongs to an error below its first line; `is_free` lets its message go on.

    Below a line of a logger the others may stand without what stands before the first.
    """
    rest, blanks, others = Rest(first.end), 0, 0
    for line in after(text, first, _MOST_LINES, LONGEST):
        own = without(line.text, prefix)
        if own is None and prefix.strip() and (_STACK.match(line.text) or _PART.match(line.text)):
            own = line.text
        if own is None:
            continue
        if not own.strip() and blanks < _MOST_BLANKS:
            blanks += 1
        elif VERSION.match(own):
            rest.end, rest.is_over, rest.has_version = line.end, True, True
            break
        elif _PART.match(own) or _STACK.match(own):
            rest.takes(line, own)
            blanks = 0
        else:
            others += 1
            if not is_free or rest.has_stack or others > _MOST_MESSAGE:
                break
    return rest


def error_above(
    text: bytes, last: Line, least: int, prefix: bytes
) -> tuple[Line, bytes, bytes | None] | None:
    """Return the line of the error whose stack stands above a line, its text, and who asked for it."""
    has_stack, asked_by = False, None
    best: tuple[Line, bytes, bytes | None] | None = None
    for lines, line in enumerate(before(text, last, least)):
        own = without(line.text, prefix)
        if lines > _MOST_LINES:
            break
        if own is None:
            continue
        if _STACK.match(own):
            if best is not None:
                break
            has_stack = True
        elif own.startswith(b"- "):
            asked_by = own[2:].strip()
        elif own.strip() and not _PART.match(own):
            if not has_stack:
                break
            best = best or (line, own.strip(), asked_by)
            if is_named(own):
                return line, own.strip(), asked_by
            if lines > _MOST_LINES // 2:
                break
    return best


def is_thrown_above(text: bytes, line: Line, least: int, prefix: bytes) -> bool:
    """Whether the caret under a line of source stands above: a runtime that ends puts it there."""
    for above in itertools.islice(before(text, line, least), _MOST_BLANKS):
        own = without(above.text, prefix)
        if own is None or own.strip():
            return own is not None and _CARETS.match(own) is not None
    return False
