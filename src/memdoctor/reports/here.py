"""Inputs in the working folder go by their relative names, which say nothing of the machine."""

import os
import re
from pathlib import Path

from memdoctor.findings import Report
from memdoctor.text import map_strings


def named_from_here(report: Report) -> Report:
    """Return a report in which inputs below the working folder have their names from there."""
    try:
        folder = str(Path.cwd()).rstrip(os.sep) + os.sep
    except OSError:  # it was deleted
        return report
    named = [*(source.name for source in report.sources), *(one.source for one in report.problems)]
    below = {name.removeprefix(folder) for name in named if name.startswith(folder) and name != folder}
    if not below:
        return report
    longest_first = "|".join(re.escape(name) for name in sorted(below, key=len, reverse=True))
    absolute = re.compile(rf"(?<![\w.~-]){re.escape(folder)}(?={longest_first})")
    named_so: Report = map_strings(report, lambda text: absolute.sub("", text))
    return named_so
