"""Inputs in the working folder go by their relative names, which say nothing of the machine."""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from memdoctor.findings import Report
from memdoctor.model import Problem
from memdoctor.text import map_strings

if TYPE_CHECKING:
    from memdoctor.analysis.heap.view import View

Shown = TypeVar("Shown", Report, "View")


def named_from_here(record: Shown) -> Shown:
    """Return a report or a view in which inputs below the working folder have their names from there."""
    try:
        folder = str(Path.cwd()).rstrip(os.sep) + os.sep
    except OSError:  # it was deleted
        return record
    problems: tuple[Problem, ...] = record.problems if isinstance(record, Report) else ()
    named = [*(source.name for source in record.sources), *(one.source for one in problems)]
    below = {name.removeprefix(folder) for name in named if name.startswith(folder) and name != folder}
    if not below:
        return record
    longest_first = "|".join(re.escape(name) for name in sorted(below, key=len, reverse=True))
    absolute = re.compile(rf"(?<![\w.~-]){re.escape(folder)}(?={longest_first})")
    named_so: Shown = map_strings(record, lambda text: absolute.sub("", text))
    return named_so
