"""What the readers of plain text share: its lines, and an end to the problems of hostile ones."""

import re
from collections.abc import Iterator

from memdoctor.errors import InputError
from memdoctor.model import Problem, Sample
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts.decoding import decode
from memdoctor.readers.parts.json_text import MOST_BYTES

MOST_PROBLEMS = 50  # what is wrong with the fifty-first row, the first fifty tell

_LAST_NUMBER = re.compile(
    r"(?:(?<![\d,])\d{1,3}(?:,\d{3})++|\d++)(?:\.\d*+)?[ \t]*+[A-Za-z/]*+[ \t]*+(?:\([^)\n]*+)?\Z"
)
_WHAT_IT_IS = "split the file, or bring the part that matters"


def text_of(opened: Opened) -> tuple[str, list[Problem]]:
    """Return the whole content as text, and what was done to get it.

    A number at the end of a text without a last line end may have lost digits: it is taken out.
    """
    decoded = decode(opened.read(MOST_BYTES, _WHAT_IT_IS))
    name = opened.source.name
    problems = [Problem(name, repair, place=name) for repair in decoded.repairs]
    text = decoded.text
    last = _LAST_NUMBER.search(text, max(len(text) - 200, 0))
    if last:
        text = text[: last.start()]
        line = text.count("\n") + 1
        problems.append(
            Problem(name, "the last line has no end: its last number may be cut", place=f"{name}:{line}")
        )
    return text, problems


def numbered(text: str) -> Iterator[tuple[int, str]]:
    """Yield each line with its number, from 1, without ever holding all of them."""
    text = text.removeprefix("\ufeff")
    start, number = 0, 1
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield number, text[start:end].rstrip("\r")
        start, number = end + 1, number + 1


def bounded(
    records: Iterator[Sample | Problem], name: str, nothing: str, help_line: str
) -> Iterator[Sample | Problem]:
    """Pass on the records, of the problems only the first ones and the number of the rest.

    Raises InputError, saying `nothing`, at the end if there was no sample.
    """
    samples = problems = 0
    for record in records:
        if isinstance(record, Sample):
            samples += 1
        else:
            problems += 1
            if problems > MOST_PROBLEMS:
                continue
        yield record
    if problems > MOST_PROBLEMS:
        yield Problem(name, f"{problems - MOST_PROBLEMS} further problems of this kind: not listed")
    if not samples:
        raise InputError(nothing, help_line)
