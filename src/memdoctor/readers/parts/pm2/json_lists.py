"""Where in a text PM2's lists stand: JSON among other lines, or JavaScript as prettylist prints it."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from memdoctor.errors import InputError
from memdoctor.readers.parts.pm2.spoken import BEST

# A list begins a line, or follows another one. `[PM2]` and `[TAILING]` begin none.
_START = re.compile(
    r"^[ \t]{0,200}+(\[)\s*+[{\]]|^[ \t]{0,200}+(\{)\s*+[\"']?[a-z]|(?<=\])(\[)\s*+[{\]]", re.MULTILINE
)
_MOST_VALUES = 2_000_000  # more than the longest file of PM2's lists holds; they take about 130 MB
_MOST_FAILURES = 100  # each costs a count of the lines before it
_JOINED = re.compile(r"(['\"`]) \+\n[ ]{0,400}\1")  # prettylist breaks texts of several lines


@dataclass(frozen=True, slots=True)
class Found:
    """A value, where it begins and ends, and whether it is JavaScript or cut off."""

    value: Any
    start: int
    end: int
    is_script: bool = False
    is_cut: bool = False


def lists_in(text: str, give_up: Callable[[int], None]) -> Iterator[Found]:
    """Yield the values of a text, in their order; `give_up` is told where too many broken ones end it.

    Raises InputError if the text holds too many values, or too deep ones.
    """
    if sum(map(text.count, ",[{:")) > _MOST_VALUES:
        help_line = f"memdoctor reads up to {_MOST_VALUES} of PM2 at once; split the file"
        raise InputError("too many JSON values in one text", help_line)
    at = effort = failures = 0
    while failures < _MOST_FAILURES and effort <= len(text) and (start := _START.search(text, at)):
        begin = next(start.start(index) for index in (1, 2, 3) if start[index])
        found, reached = _value(text, begin)
        if found is None:
            effort += reached - begin  # a hostile text must not be read again and again
            failures += 1
            at = begin + 1
        else:
            yield found
            at = found.end
    if failures >= _MOST_FAILURES or effort > len(text):
        give_up(at)


def _value(text: str, start: int) -> tuple[Found | None, int]:
    """Return the value that starts there, and how far the text was read for it."""
    try:
        value, end = json.JSONDecoder().raw_decode(text, start)
    except json.JSONDecodeError as error:
        found, reached = _script(text, start)
        return found, max(reached, error.pos)
    except (ValueError, RecursionError) as error:  # a number of thousands of digits; thousands of brackets
        raise InputError("no JSON that PM2 has written: it is nested too deeply", BEST) from error
    return Found(value, start, end), end


def _script(text: str, start: int) -> tuple[Found | None, int]:
    from memdoctor.readers.parts.lenient import NotAValueError, parse_value

    try:
        parsed = parse_value(text, start)
    except NotAValueError as error:
        return None, max(error.position, start + 1)
    is_script = "keys without quotes: accepted" in parsed.repairs
    return Found(parsed.value, start, parsed.end, is_script, parsed.cut_at is not None), parsed.end


def joined(text: str) -> str:
    """Return a text of prettylist with its broken strings in one."""
    return _JOINED.sub("", text)
