"""All that PM2 prints of apps, in any order in one text: descriptions, lists, and its mini list."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from memdoctor.errors import InputError
from memdoctor.model import App, Problem
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts.pm2.app_draft import MOST_APPS, tell
from memdoctor.readers.parts.pm2.describe_block import DescribeBlock, described, untitled
from memdoctor.readers.parts.pm2.list_table import ListTable, columns_of
from memdoctor.readers.parts.pm2.look_time import ABOVE, time_in
from memdoctor.readers.parts.pm2.mini_list import MiniBlock, mini_block
from memdoctor.readers.parts.pm2.printed_lines import cells_of, lines_of
from memdoctor.readers.parts.pm2.spoken import BEST, EMPTY, spoken

_LOGS_OF_REPORT = "Daemon logs"


def apps_in(opened: Opened, nothing: str, help_line: str) -> Iterator[App | Problem]:
    """Yield the apps that PM2 prints in a text, in their order, and what could not be read.

    Raises InputError, saying `nothing`, if there is neither an app nor an empty list.
    """
    text = _Text(opened.source.name)
    for number, line in lines_of(opened, text.problems):
        yield from text.take(number, line)
        if text.found >= MOST_APPS:
            text.tell(f"more than {MOST_APPS} apps: the rest is left out", number)
            break
    yield from text.end()
    yield from text.problems
    if not text.found and not text.is_empty:
        raise InputError(nothing, help_line)


@dataclass(slots=True)
class _Text:
    """A text on its way: what is open in it, and the time that was told above."""

    name: str
    problems: list[Problem] = field(default_factory=list)
    open: DescribeBlock | ListTable | MiniBlock | None = None
    found: int = 0
    is_empty: bool = False  # a list of no app was seen
    at: datetime | None = None
    seen: set[tuple[type, int | None]] = field(default_factory=set)  # since that time

    def take(self, number: int, line: str) -> Iterator[App]:
        """Take a line, and yield the apps that it ends."""
        cells = cells_of(line)
        if cells is None:
            yield from self._plain(number, line)
        else:
            yield from self._row(number, cells)

    def end(self) -> Iterator[App]:
        """Close what is open, and yield its app."""
        closed, self.open = self.open, None
        if isinstance(closed, ListTable):
            if not closed.is_closed:
                tell(self.problems, Problem(self.name, "a list that is cut off", BEST, closed.place))
            elif not closed.rows:
                self.is_empty = True
                tell(self.problems, Problem(self.name, EMPTY, place=closed.place))
        elif closed is not None:
            yield from self._done(closed.app(), type(closed))

    def tell(self, message: str, number: int, help_line: str = "") -> None:
        """Note something about a line."""
        tell(self.problems, Problem(self.name, message, help_line, f"{self.name}:{number}"))

    def _row(self, number: int, cells: list[str]) -> Iterator[App]:
        place = f"{self.name}:{number}"
        if columns := columns_of(cells):
            yield from self.end()
            self.open = ListTable(self.name, place, columns, len(cells), self.problems)
        elif isinstance(self.open, ListTable):
            yield from self._done(self.open.app(number, cells), ListTable)
        elif begun := untitled(number, cells, self.name, self.problems):
            if isinstance(self.open, DescribeBlock) and not self.open.has_status:
                begun = self.open
            else:
                yield from self.end()
            self.open = begun
            begun.row(number, cells)
        elif isinstance(self.open, DescribeBlock):
            self.open.row(number, cells)

    def _plain(self, number: int, line: str) -> Iterator[App]:
        begun = described(number, line, self.name, self.problems) or mini_block(
            number, line, self.name, self.problems
        )
        if begun is not None:
            yield from self.end()
            self.open = begun
        elif self._goes_on(number, line):
            return
        else:
            yield from self.end()
            self._note(number, line)

    def _goes_on(self, number: int, line: str) -> bool:
        """Whether the line belongs to what is open."""
        if isinstance(self.open, ListTable):
            edge = line.lstrip()[:1]
            self.open.is_closed = edge == "└"
            return edge in ("├", "")
        if isinstance(self.open, DescribeBlock):
            return self.open.line(line)
        return self.open is not None and self.open.take(number, line)

    def _note(self, number: int, line: str) -> None:
        """Look at a line outside of everything for a time, and for what PM2 says beside."""
        if at := time_in(line):
            self.at, self.seen = at, set()
        elif message := spoken(line):
            self.tell(message, number)
        elif _LOGS_OF_REPORT in line and line.startswith("---"):
            self.tell("the log in a report of PM2: left out", number, "bring pm2.log itself")

    def _done(self, app: App | None, kind: type) -> Iterator[App]:
        """Yield an app, with the time told above it unless that is of an earlier look."""
        if app is None:
            return
        self.found += 1
        if (kind, app.pm_id) in self.seen:
            self.at = None
        self.seen.add((kind, app.pm_id))
        yield app if self.at is None else replace(app, at=self.at, time_from=ABOVE)
