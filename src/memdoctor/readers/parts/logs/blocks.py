"""Errors over several lines: what stands below the first line of one, and where one with a stack begins."""

import re
from dataclasses import dataclass

from memdoctor.readers.parts.logs.errors import is_named
from memdoctor.readers.parts.logs.lines import after, before, without

LONGEST, _MOST_LINES = 1 << 15, 150  # bytes and lines of one error
_MOST_MESSAGE, _MOST_BLANKS = 20, 3  # lines of an error's text, and empty ones in a row
_STACK = re.compile(rb"\s{0,40}at \S")
_PART = re.compile(
    rb"\s|[\]})]|Require stack:|- |Emitted 'error' event|\(Use `|note: |\.\.\. |\[cause\]|\[errors\]"
)
VERSION = re.compile(
    rb"(?:Node\.js v\d{1,4}\.\d{1,4}\.\d\S{0,60}"
    rb"|Bun v\d{1,4}\.\d{1,4}\.\d[^\s(]{0,60} \([^()]{1,80}\))\Z"
)
_WHERE_THROWN = b"(Use `node --trace-uncaught"  # said of what is no error


@dataclass(frozen=True, slots=True)
class Rest:
    """What stands below the first line of an error."""

    end: int
    is_over: bool = False  # only a process that ends says so
    has_version: bool = False  # of the runtime: the last that it says
    has_stack: bool = False
    asked_by: bytes | None = None  # the first file of "Require stack:"


def rest_below(text: bytes, position: int, prefix: bytes, *, is_free: bool) -> Rest:
    """Return what belongs to an error below its first line; `is_free` lets its message go on."""
    end, blanks, others = position - 1, 0, 0
    is_over, has_stack, asks, asked_by = False, False, False, None
    for line_end, line in after(text, position, _MOST_LINES, LONGEST):
        own = without(line, prefix)
        if own is None or (not own.strip() and blanks < _MOST_BLANKS):
            blanks += own is not None
            continue
        if VERSION.match(own):
            return Rest(line_end, True, True, has_stack, asked_by)
        if _STACK.match(own):
            has_stack = True
        elif not _PART.match(own):
            others += 1
            if not is_free or has_stack or others > _MOST_MESSAGE:
                break
            continue
        is_over = is_over or own.startswith(_WHERE_THROWN)
        if asks and asked_by is None and own.startswith(b"- "):
            asked_by = own[2:].strip()
        asks = asks or own.startswith(b"Require stack:")
        end, blanks = line_end, 0
    return Rest(end, is_over, False, has_stack, asked_by)


def error_above(
    text: bytes, position: int, least: int, prefix: bytes
) -> tuple[int, bytes, bytes | None] | None:
    """Return the place of the error whose stack stands above a place, its line, and who asked for it."""
    has_stack, asked_by = False, None
    best: tuple[int, bytes, bytes | None] | None = None
    for lines, (place, line) in enumerate(before(text, position, least)):
        own = without(line, prefix)
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
            best = best or (place, own.strip(), asked_by)
            if is_named(own):
                return place, own.strip(), asked_by
            if lines > _MOST_LINES // 2:
                break
    return best
