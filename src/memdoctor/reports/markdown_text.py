"""Text of files in Markdown: it renders as it is, links nowhere, and calls nobody."""

import re

_NOTHING = "\u200b"  # a space without width: what it parts is no mention, no reference and no address
_REFERENCE = re.compile(r"([@#!~$%^]|\bGH-)(?=\w)")
_ADDRESS = re.compile(r"(?i)(?<=:)(?=//)|(?<=\bwww)(?=\.)|(?<=\bmailto:)|(?<=\bxmpp:)")
_SIGNS = re.compile(r"([\\`*_\[\]|~#!$^])")
_BLOCK = re.compile(r"^(?:([-+=:])|(\d{1,9})([.)]))")  # what begins a list, a heading or a rule in a line


def safe(text: str) -> str:
    """Return text that Markdown and HTML leave as it is."""
    text = _ADDRESS.sub(_NOTHING, _REFERENCE.sub(rf"\1{_NOTHING}", text))
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SIGNS.sub(r"\\\1", text)


def line(text: str) -> str:
    """Return text as a line of its own: nothing at its start makes it a list or a heading."""
    return _BLOCK.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", safe(text.lstrip()))


def code(text: str) -> str:
    """Return text as a code span, whatever backticks it holds."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{fence}{pad}{text}{pad}{fence}" if text.strip() else safe(text)


def cell_code(text: str | None) -> str:
    """Return a code span for a table cell, where a bar must be escaped even in code."""
    return code(text.replace("|", "\\|")) if text else ""
