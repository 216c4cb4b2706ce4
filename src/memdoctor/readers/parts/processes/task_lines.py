"""Lines of `tasklist`: what tells them, and how they are taken apart."""

import csv
import re

_RULE = re.compile(r"=+(?: =+)++[ \t]*")
_NOTHING = re.compile(
    r"\s{0,9}(?:INFO|INFORMA\w{3,6}|ИНФОРМАЦИЯ)\s?: [^\n]{0,40}"
    r"(?:tasks|Aufgaben|t[âa]che|attivit|tare[af]|задач)",
    re.IGNORECASE,
)
_LONGEST = 1 << 16


def columns_of(line: str) -> list[slice]:
    """Return where each column stands, of the rule under the headings; none for any other line."""
    if len(line) > _LONGEST or not _RULE.fullmatch(line.strip("\r")):
        return []
    spans = [slice(found.start(), found.end()) for found in re.finditer("=+", line)]
    spans[-1] = slice(spans[-1].start, None)
    return spans


def cells_of(line: str) -> list[str]:
    """Return the cells of a line of CSV, none where a quote is left open."""
    try:
        return next(csv.reader([line], strict=True), [])
    except csv.Error:
        return []


def is_nothing(line: str) -> bool:
    """Whether a line says that no task fits."""
    return _NOTHING.match(line) is not None
