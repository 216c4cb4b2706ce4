"""What one line with an error says: a missing module, a port in use, a rejection, or any other error."""

import re
from collections.abc import Mapping
from typing import Any

from memdoctor.model import MISSING_MODULE, OUT_OF_MEMORY, PORT_IN_USE, REJECTION, UNCAUGHT
from memdoctor.readers.parts.logs.lines import unescaped, words
from memdoctor.secrets import mask_words

Told = tuple[str, Mapping[str, Any]]  # kind and detail of an event

_LONGEST_NAME, _LONGEST_ERROR = 500, 200
_QUOTED = rb"(?:'([^'\n]{1,500})'|\"([^\"\n]{1,500})\")"
_MISSING = re.compile(
    rb"(?:[Ee]rror(?: \[\w{1,60}\])?: |ResolveMessage: |\"(?:message|msg|error|err|reason)\" ?: ?\")"
    rb"(?:Cannot find (?:module|package) |Module not found )" + _QUOTED
)  # fmt: skip
_IMPORTED = re.compile(rb" imported from [\"']?([^\s\"'][^\"'\n]{0,500})")
_FROM = re.compile(rb" from " + _QUOTED)
_REQUIRED = re.compile(rb"\nRequire stack:\n- ([^\n\"]{1,500})")
_PORT = re.compile(rb"EADDRINUSE(?:: address already in use)?,? ([^\s\"']{0,100}):(\d{1,5})(?![\w.:])")
_PORT_OF_BUN = re.compile(rb"Failed to start server\. Is port (\d{1,5}) in use\?")
_REASON = re.compile(rb"UnhandledPromiseRejection: .{1,300}? with the reason \"(.{0,800})")
_WARNING = re.compile(rb"UnhandledPromiseRejectionWarning: (.{1,800})")
_NO_ADDRESS = ("", "null", "undefined")  # what a worker of a cluster asked for is its parent's
_EXPLANATION = b"Unhandled promise rejection. This error originated"
_FULL = re.compile(
    rb"FATAL ERROR: (.{0,200}?(?i:out of memory))"
    rb"|(Fatal (?:process|JavaScript) (?:out of memory|OOM)\b[^\n\"\\]{0,120})"
    rb"|\[ERR_WORKER_OUT_OF_MEMORY\]: (.{1,200}?out of memory)"
    rb"|((?:oh no: )?Bun (?:has )?r[au]n out of memory)"
    rb"|(RangeError: Out of memory)\b"
)
_NAMED = re.compile(rb"\[?(?:Uncaught )?[A-Za-z_$][\w$.]{0,80}(?: \[[\w. ]{1,80}\])?:(?: |\Z)")


def told_by(line: bytes, asked_by: bytes | None = None) -> Told | None:
    """Return what a line says if it is one of the errors that are told wherever they stand.

    `asked_by` is the first file of a "Require stack" below the line.
    """
    if b'{"' in line:  # a logger put the error and its stack into one text
        line = unescaped(line)
    return _missing_module(line, asked_by) or _port_in_use(line) or _out_of_memory(line) or _rejection(line)


def fatal(line: bytes, asked_by: bytes | None, *, of_promise: bool) -> Told:
    """Return what the first line of an error says that ended a process."""
    if told := told_by(line, asked_by):
        return told
    error = _error(line.strip().removeprefix(b"[").removesuffix(b" {").removesuffix(b"]"))
    return (REJECTION, {"error": error, "fatal": True}) if of_promise else (UNCAUGHT, {"error": error})


def is_named(line: bytes) -> bool:
    """Whether a line begins as errors are printed: with a name and a colon."""
    return _NAMED.match(line) is not None


def _missing_module(line: bytes, asked_by: bytes | None) -> Told | None:
    found = _MISSING.search(line)
    if found is None:
        return None
    named = next(group for group in found.groups() if group is not None)
    rest = line[found.end() : found.end() + 1200]
    by = _FROM.match(rest) or _IMPORTED.match(rest) or _REQUIRED.search(rest)
    source = asked_by if by is None else next(group for group in by.groups() if group is not None)
    name = words(named, _LONGEST_NAME)
    return MISSING_MODULE, {
        "module": name,
        "from": None if source is None else words(source.strip(), _LONGEST_NAME),
    }


def _port_in_use(line: bytes) -> Told | None:
    if found := _PORT.search(line):
        address, port = words(found[1]), int(found[2])
    elif found := _PORT_OF_BUN.search(line):
        address, port = "", int(found[1])
    else:
        return None
    known = address if address not in _NO_ADDRESS else None
    return (PORT_IN_USE, {"address": known, "port": port}) if 0 < port < 1 << 16 else None


def _out_of_memory(line: bytes) -> Told | None:
    found = _FULL.search(line)
    if found is None:
        return None
    message = next(group for group in found.groups() if group is not None)
    return OUT_OF_MEMORY, {"message": words(message.removeprefix(b"oh no: ").strip()), "collections": ()}


def _rejection(line: bytes) -> Told | None:
    """Return a rejection; before Node 15 it was only a warning, and the process went on."""
    if found := _REASON.search(line):
        reason = found[1].rpartition(b'"')[0] or found[1]
        return REJECTION, {"error": _error(reason), "fatal": True}
    found = _WARNING.search(line)
    if found is None or found[1].startswith(_EXPLANATION):
        return None
    return REJECTION, {"error": _error(found[1]), "fatal": False}


def _error(raw: bytes) -> str:
    """Return the text of an error, without the secrets that such texts may hold."""
    return mask_words(tuple(words(raw, 4 * _LONGEST_ERROR).split(" ")))[:_LONGEST_ERROR]
