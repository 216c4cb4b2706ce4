"""A block of `pm2 describe`: a title, a table of settings, and tables of what the app measures."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from memdoctor.model import App, Problem
from memdoctor.readers.parts import values
from memdoctor.readers.parts.heap_flags import in_node_options, is_share
from memdoctor.readers.parts.pm2.app_draft import AppDraft
from memdoctor.readers.parts.pm2.app_values import (
    STATUSES,
    count,
    home,
    is_absent,
    mode,
    path,
    program,
    share,
    size,
    some,
)
from memdoctor.readers.parts.pm2.spoken import BEST

_TITLE = re.compile(r"Describing process with id ([0-9]{1,9}) - name (.{1,4096})")
_END = "Use `pm2 monit` to monitor"
_FLAG = "--max-old-space-size="

_SETTINGS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "status": ("status", values.text),
    "restarts": ("restarts", count),
    "unstable restarts": ("unstable_restarts", count),
    "script path": ("script", path),
    "error log path": ("error_log", path),
    "out log path": ("out_log", path),
    "pid path": ("home", home),
    "interpreter": ("interpreter", program),
    "script id": ("pm_id", count),
    "exec mode": ("mode", mode),
    "node.js version": ("node_version", values.text),
    "created at": ("created_at", values.moment),
    "max memory restart": ("memory_limit", size),
}
_HEAP = {"Used Heap Size": "heap_used", "Heap Size": "heap_total"}
_METRICS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "Heap Usage": ("heap_usage", share),
    "Active handles": ("handles", count),
    "Active requests": ("requests", count),
}


class Section(Enum):
    """The table that comes next."""

    SETTINGS = auto()
    METRICS = auto()
    ENVIRONMENT = auto()
    OTHER = auto()


_SECTIONS = {
    "Code metrics value": Section.METRICS,
    "Divergent env variables": Section.ENVIRONMENT,
    "Actions available": Section.OTHER,
    "Revision control metadata": Section.OTHER,
    "Process configuration": Section.OTHER,
}


@dataclass(frozen=True, slots=True)
class _Options:
    """What NODE_OPTIONS limits the heap to; `open_length` is that of a text that may go on, else 0."""

    limit: int | None
    open_length: int
    place: str


@dataclass(slots=True)
class DescribeBlock:
    """One app on its way. Of its environment only the limit of the heap is looked at."""

    draft: AppDraft
    place: str
    section: Section = Section.SETTINGS
    options: _Options | None = None
    asks_for_share: bool = False  # of the memory, as a limit
    longest: int = 0  # length of the other variables

    @property
    def has_status(self) -> bool:
        """Whether its table of settings has begun."""
        return "status" in self.draft.fields

    def line(self, line: str) -> bool:
        """Take a line that is no row; False after the last one of the block."""
        for title, section in _SECTIONS.items():
            if title in line:
                self.section = section
        return _END not in line

    def row(self, number: int, cells: Sequence[str]) -> None:
        """Take a row of the section's table."""
        place = f"{self.draft.name}:{number}"
        if len(cells) < 2:
            if self.section is not Section.OTHER:
                self.draft.tell("a row that is cut off: left out", place)
            return
        key, value = cells[0], " ".join(cells[1:])  # each argument of node has a cell
        if self.section is Section.SETTINGS:
            self._take_setting(key, value, place)
        elif self.section is Section.METRICS:
            self._take_metric(key, value, place)
        elif self.section is Section.ENVIRONMENT:
            self._take_variable(key, value, place)

    def app(self) -> App | None:
        """Return the app; None, with a problem, if there is a title and nothing else."""
        if not self.has_status:
            self.draft.tell("a description without its table: left out", self.place)
            return None
        shows_options = self._take_options()
        return self.draft.app(self.place, shows_options=shows_options)

    def _take_setting(self, key: str, value: str, place: str) -> None:
        if key == "name":
            self.draft.take_name(value, place)
        elif key == "uptime":
            self.draft.take_uptime(value, place)
        elif key == "interpreter args":
            self.asks_for_share = is_share(value)
            limit = None if is_absent(value) else in_node_options(value)
            self.draft.take("heap_limit", limit, some, place)
        elif known := _SETTINGS.get(key):
            self.draft.take(known[0], value, known[1], place)

    def _take_metric(self, key: str, value: str, place: str) -> None:
        if target := _HEAP.get(key):
            self.draft.take_heap(target, value, place)
        elif known := _METRICS.get(key):
            self.draft.take(known[0], value, known[1], place)

    def _take_variable(self, key: str, value: str, place: str) -> None:
        """Look at a variable's length; of the one that may limit the heap, at that limit, too."""
        if key == "NODE_OPTIONS":
            last = (value.split() or [""])[-1].replace("_", "-")
            open_end = last.startswith(_FLAG) or _FLAG.startswith(last)
            self.asks_for_share = self.asks_for_share or is_share(value)
            self.options = _Options(in_node_options(value), len(value) if open_end else 0, place)
        else:
            self.longest = max(self.longest, len(value))

    def _take_options(self) -> bool:
        """Take the limit of NODE_OPTIONS, unless its last digits may be missing; False if all may be.

        PM2 shows a variable only where its own terminal has another value for it.
        """
        options = self.options
        if "heap_limit" in self.draft.fields:
            return True
        if options is None:
            return False
        # PM2 cuts variables at the width of the terminal: where one is longer, this one is whole.
        if options.open_length >= max(self.longest, 1):
            self.draft.tell("NODE_OPTIONS may be cut off: no limit is read from it", options.place, BEST)
            return False
        self.draft.take("heap_limit", options.limit, some, options.place)
        return not self.asks_for_share


def described(number: int, line: str, name: str, problems: list[Problem]) -> DescribeBlock | None:
    """Return the block that a title begins, None if the line is no title."""
    found = _TITLE.search(line)
    if found is None:
        return None
    block = DescribeBlock(AppDraft(name, problems), f"{name}:{number}")
    block.draft.take_name(found[2], block.place)
    block.draft.take("pm_id", found[1], count, block.place)
    return block


def untitled(number: int, cells: Sequence[str], name: str, problems: list[Problem]) -> DescribeBlock | None:
    """Return the block that a table of settings begins by itself, None if the row is not its first."""
    if len(cells) < 2 or cells[0] != "status" or cells[1] not in STATUSES:
        return None
    return DescribeBlock(AppDraft(name, problems), f"{name}:{number}")
