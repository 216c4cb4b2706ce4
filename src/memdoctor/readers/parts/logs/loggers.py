"""Errors that nobody caught but a logger: an object of a high level that says so, with the stack in it."""

import re

from memdoctor.readers.parts.logs.blocks import rest_below
from memdoctor.readers.parts.logs.errors import fatal
from memdoctor.readers.parts.logs.found import Found
from memdoctor.readers.parts.logs.frames import STACKS
from memdoctor.readers.parts.logs.lines import beside, bounds, line_at
from memdoctor.readers.parts.logs.messages import HIGH

_SAYS = re.compile(rb"(?i)\b(?:uncaught|unhandled)")
_TEXTS = frozenset((b"msg", b"message", b"MESSAGE", b"event"))


def uncaught(text: bytes, position: int, done: int) -> Found:
    """Return the error of a logger that says of it that nobody caught it, and has its stack beside."""
    start, end = bounds(text, position)
    if text.find(b"{", start, position) < 0:
        return Found(end)
    line = line_at(text, position, done)
    in_vain = Found(end if len(line.frame.path) == 1 else line.end)
    if line.frame.is_stream or line.frame.level != HIGH:
        return in_vain
    says = any(_SAYS.search(one.text) for one in beside(text, line, _TEXTS))
    first = next(beside(text, line, STACKS), None) if says else None
    rest = None if first is None else rest_below(text, first, b"", is_free=True)
    if first is None or rest is None or not rest.has_stack:
        return in_vain
    told = fatal(first.text, rest.asked_by, of_promise=False, ends=False)
    return Found(end, position, told.kind, told.detail)
