"""What one line with an error says: a missing module, a port in use, a rejection, or any other error."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from memdoctor.cuts import whole_words
from memdoctor.model import MISSING_MODULE, OUT_OF_MEMORY, PORT_IN_USE, REJECTION, UNCAUGHT
from memdoctor.readers.parts.logs.messages import preamble
from memdoctor.readers.parts.logs.objects import meant
from memdoctor.readers.parts.logs.plain import words
from memdoctor.secrets import mask_words

_LONGEST_NAME, _LONGEST_ERROR = 500, 200
_QUOTED = rb"(?:'([^'\n]{1,500})'|\"([^\"\n]{1,500})\")"
_WHAT = rb"(?P<what>Cannot find (?:module|package) |Module not found )" + _QUOTED
_MISSING = re.compile(rb"(?:[Ee]rror|[Ee]xception|ResolveMessage)(?: \[\w{1,60}\])?: " + _WHAT)
_MISSING_ALONE = re.compile(_WHAT)
_IMPORTED = re.compile(
    rb" imported from (?:'([^'\n]{1,500})'|\"([^\"\n]{1,500})\"|([^\s\"'][^\"'\n]{0,500}))"
)
_FROM = re.compile(rb" from " + _QUOTED)
PORT = re.compile(rb"EADDRINUSE(?:: address already in use)?,? ([^\s\"']{0,100}):(\d{1,5})(?![\w.:])")
_PORT_OF_BUN = re.compile(rb"Failed to start server\. Is port (\d{1,5}) in use\?")
_REASON = re.compile(rb"UnhandledPromiseRejection: .{1,300}? with the reason \"(.{0,800})")
_WARNING = re.compile(rb"UnhandledPromiseRejectionWarning: (.{1,800})")
_NO_ADDRESS = ("", "null", "undefined")  # what a worker of a cluster asked for is its parent's
_EXPLANATION = b"Unhandled promise rejection. This error originated"
FULL = re.compile(
    rb"FATAL ERROR: (.{0,200}?(?i:out of memory))"
    rb"|(Fatal (?:process|JavaScript) (?:out of memory|OOM)\b[^\n\"\\]{0,120})"
    rb"|\[ERR_WORKER_OUT_OF_MEMORY\]: (.{1,200}?out of memory)"
    rb"|((?:oh no: )?Bun (?:has )?r[au]n out of memory)"
    rb"|(RangeError: Out of memory)\b"
)
_NAMED = re.compile(rb"\[?(?:Uncaught )?[A-Za-z_$][\w$.]{0,80}(?: \[[\w. ]{1,80}\])?:(?: |\Z)")
_BEGINS = re.compile(
    rb"\[?(?:Uncaught )?(?:[\w$.]{0,80}(?:[Ee]rror|[Ee]xception|ResolveMessage)(?: \[\w{1,60}\])?: )?"
    rb"(?:(?:listen|bind) )?\Z"
)
_ENDS = re.compile(rb"\.?\]?(?: \{)?\s*\Z")  # what a runtime writes behind an error on its line
_IN_PROSE = re.compile(rb"[,;] ")
_QUOTE = re.compile(rb'(?<!\\)"')
_LONGEST_BEGIN = 200  # bytes from the begin of an error to the words that tell what it is


class Told(NamedTuple):
    """What a line says: the kind and the detail of an event, and where on the line the error begins.

    `is_whole` is whether nothing but what a runtime writes follows.
    """

    kind: str
    detail: Mapping[str, Any]
    start: int = 0
    is_whole: bool = True


def told_by(line: bytes, asked_by: bytes | None = None, *, is_value: bool = False) -> Told | None:
    """Return what a line says if it is one of the errors that are told wherever they stand.

    `asked_by` is the first file of a "Require stack" below the line; `is_value`: it is a text of its own,
    which may tell an error without its name.
    """
    for tell in (_missing_module, _port_in_use, _out_of_memory, _rejection):
        if told := tell(line, asked_by, is_value):
            inside = _of_its_quotes(line, told.start)
            return told if inside is None else tell(inside, asked_by, is_value)
    return None


def fatal(line: bytes, asked_by: bytes | None, *, of_promise: bool, ends: bool = True) -> Told:
    """Return what the first line of an error says that nobody caught; `ends` is whether that is proven."""
    told = told_by(line, asked_by)
    if told is not None and told.is_whole and preamble(line, told.start).end >= told.start:
        return ended(told) if ends else told
    error = _error(line.strip().removeprefix(b"[").removesuffix(b" {").removesuffix(b"]"))
    if of_promise:
        return Told(REJECTION, {"error": error, "fatal": True})
    return Told(UNCAUGHT, {"error": error})


def ended(told: Told) -> Told:
    """Return what was told with the word that the process ended, for the kinds that have it."""
    return told._replace(detail={**told.detail, "ends": True}) if "ends" in told.detail else told


def is_named(line: bytes) -> bool:
    """Whether a line begins as errors are printed: with a name and a colon."""
    return _NAMED.match(line) is not None


def _of_its_quotes(line: bytes, place: int) -> bytes | None:
    """Return a line whose error stands in a quoted value up to its end; None if it stands in none."""
    if len(_QUOTE.findall(line, 0, place)) % 2 == 0:
        return None
    end = _QUOTE.search(line, place)
    return line[:place] + meant(line[place : end.start() if end else len(line)])


def _begin(line: bytes, place: int) -> int:
    """Return where the error begins whose telling words stand at a place: at its name."""
    least = max(place - _LONGEST_BEGIN, 0)
    found = _BEGINS.search(line, least, place)
    return found.start() if found else place


def _is_whole(line: bytes, end: int) -> bool:
    return _ENDS.match(line, end) is not None


def _missing_module(line: bytes, asked_by: bytes | None, is_value: bool) -> Told | None:
    found = _MISSING.search(line) or (_MISSING_ALONE.match(line) if is_value else None)
    if found is None:
        return None
    named = found[2] or found[3]
    by = _FROM.match(line, found.end()) or _IMPORTED.match(line, found.end())
    source = asked_by if by is None else next(group for group in by.groups() if group is not None)
    detail = {
        "module": words(named, _LONGEST_NAME),
        "from": None if source is None else words(source.strip(), _LONGEST_NAME),
        "ends": False,
    }
    is_prose = by is not None and by.re is _IMPORTED and _IN_PROSE.search(by[0]) is not None
    is_whole = _is_whole(line, found.end() if by is None else by.end()) and not is_prose
    return Told(MISSING_MODULE, detail, _begin(line, found.start("what")), is_whole)


def _port_in_use(line: bytes, asked_by: bytes | None, is_value: bool) -> Told | None:
    if found := PORT.search(line):
        address, port = words(found[1]), int(found[2])
    elif found := _PORT_OF_BUN.search(line):
        address, port = "", int(found[1])
    else:
        return None
    detail = {"address": address if address not in _NO_ADDRESS else None, "port": port, "ends": False}
    told = Told(PORT_IN_USE, detail, _begin(line, found.start()), _is_whole(line, found.end()))
    return told if 0 < port < 1 << 16 else None


def _out_of_memory(line: bytes, asked_by: bytes | None, is_value: bool) -> Told | None:
    found = FULL.search(line)
    if found is None:
        return None
    message = next(group for group in found.groups() if group is not None)
    detail = {"message": words(message.removeprefix(b"oh no: ").strip()), "collections": ()}
    begin = _begin(line, found.start(3) if found[3] else found.start())
    return Told(OUT_OF_MEMORY, detail, begin, _is_whole(line, found.end()))


def _rejection(line: bytes, asked_by: bytes | None, is_value: bool) -> Told | None:
    """Return a rejection; before Node 15 it was only a warning, and the process went on."""
    if found := _REASON.search(line):
        reason = found[1].rpartition(b'"')[0] or found[1]
        return Told(REJECTION, {"error": _error(reason), "fatal": True}, _begin(line, found.start()))
    found = _WARNING.search(line)
    if found is None or found[1].startswith(_EXPLANATION):
        return None
    return Told(REJECTION, {"error": _error(found[1]), "fatal": False}, found.start())


def _error(raw: bytes) -> str:
    """Return the text of an error, without the secrets that such texts may hold."""
    masked = mask_words(tuple(words(raw, 4 * _LONGEST_ERROR).split(" ")))
    return whole_words(masked, _LONGEST_ERROR)
