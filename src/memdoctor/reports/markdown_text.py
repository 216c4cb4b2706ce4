"""Text of files in Markdown: it renders as it is, links nowhere, and calls nobody."""

import re

_NOTHING = "\u200b"  # a space without width: what it parts is no mention, no reference and no address
_REFERENCE = re.compile(r"([@#!~$%^]|\bGH-)(?=\w)")
_ADDRESS = re.compile(r"(?i)(?<=:)(?=//)|(?<=\bwww)(?=\.)|(?<=\bmailto:)|(?<=\bxmpp:)")
_SIGNS = re.compile(r"([\\`*_\[\]|~#!$^])")
_BLOCK = re.compile(r"^(?:([-+=:])|(\d{1,9})([.)]))")  # what begins a list, a heading or a rule in a line
_SPAN = re.compile(r"(?<!`)`([^`]+)`(?!`)")  # as memdoctor's own help has it


def safe(text: str) -> str:
    """Return text that Markdown and HTML leave as it is."""
    text = _ADDRESS.sub(_NOTHING, _REFERENCE.sub(rf"\1{_NOTHING}", text))
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SIGNS.sub(r"\\\1", text)


def line(text: str) -> str:
    """Return text as a line of its own: nothing at its start makes it a list or a heading."""
    return _BLOCK.sub(_unblocked, safe(text.strip()))


def _unblocked(begin: re.Match[str]) -> str:
    return f"\\{begin[1]}" if begin[1] else f"{begin[2]}\\{begin[3]}"


def sentence(text: str) -> str:
    """Return text as a sentence."""
    return line(_finished(text))


def advice(text: str) -> str:
    """Return a step as a sentence: what stands in backticks is code, all else is escaped."""
    parts = _SPAN.split(_finished(text.strip()))
    spans = (code(part) if index % 2 else safe(part) for index, part in enumerate(parts))
    return _BLOCK.sub(_unblocked, "".join(spans))


def _finished(text: str) -> str:
    """Return text with a capital and a full stop."""
    first = text.split(" ", 1)[0]
    if first.islower():  # not macOS, not heapUsed
        text = text[:1].upper() + text[1:]
    return text + ("" if text.endswith(".") else ".")


def code(text: str) -> str:
    """Return text as a code span, whatever backticks it holds."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{fence}{pad}{text}{pad}{fence}" if text.strip() else safe(text)


def cell_code(text: str | None) -> str:
    """Return a code span for a table cell, where a bar must be escaped even in code."""
    return code(text.replace("|", "\\|")) if text else ""
