"""A table of `pm2 ls`: columns by the words of its heading, a row for each app."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from memdoctor.model import App, Problem
from memdoctor.readers.parts import values
from memdoctor.readers.parts.pm2.app_draft import AppDraft
from memdoctor.readers.parts.pm2.app_values import STATUSES, count, mode, size, some
from memdoctor.readers.parts.pm2.printed_lines import is_cut
from memdoctor.readers.parts.pm2.spoken import BEST

_COLUMNS = {
    **{"id": "pm_id", "name": "name", "app name": "name", "mode": "mode", "pid": "pid"},
    **{"uptime": "uptime", "↺": "restarts", "restart": "restarts", "status": "status"},
    **{"mem": "rss", "memory": "rss"},
}
_CONVERTERS = {"pm_id": count, "mode": mode, "pid": some, "restarts": count, "rss": size}
_NEEDED = frozenset({"pm_id", "name", "status", "mode"})  # tables of modules and containers lack the last
_MARK = re.compile(r"[☵◉]\s")  # before the name of an app that is traced or monitored
_LEAST_LETTERS = 3


def columns_of(cells: Sequence[str]) -> Mapping[str, int]:
    """Return field → position, if the cells are the heading of a list of apps; else nothing."""
    columns: dict[str, int] = {}
    for index, cell in enumerate(cells):
        word = cell.lower()
        is_sign = len(word) == 1 and not word.isascii()  # of a restart, where the code page has lost it
        target = "restarts" if is_sign else _COLUMNS.get(word)
        if target is not None:
            columns.setdefault(target, index)
    return columns if columns.keys() >= _NEEDED else {}


@dataclass(slots=True)
class ListTable:
    """One table on its way."""

    name: str
    place: str
    columns: Mapping[str, int]
    width: int
    problems: list[Problem]
    rows: int = 0
    is_closed: bool = False  # its lower edge was seen, so no row is missing

    def app(self, number: int, cells: Sequence[str]) -> App | None:
        """Return the app of a row."""
        place = f"{self.name}:{number}"
        draft = AppDraft(self.name, self.problems)
        self.rows += 1
        if len(cells) != self.width:
            draft.tell("a row that is cut off, or does not fit the heading: left out", place, BEST)
            return None
        values_of = {target: cells[index] for target, index in self.columns.items()}
        self._take_name(draft, values_of.pop("name"), place)
        take_status(draft, values_of.pop("status"), place)
        for target, cell in values_of.items():
            if is_cut(cell):
                draft.tell(f"{target} cut off: not read", place, BEST)
            elif target == "uptime":
                draft.take_uptime(cell, place)
            else:
                draft.take(target, cell, _CONVERTERS[target], place)
        return draft.app(place)

    def _take_name(self, draft: AppDraft, cell: str, place: str) -> None:
        draft.take_name(_MARK.sub("", cell, count=1), place)
        if is_cut(cell):
            draft.tell("names are cut off", place, BEST)


def take_status(draft: AppDraft, cell: str, place: str) -> None:
    """Take a status; one that is cut off only if enough is left of it to tell which it is."""
    if cell and not is_cut(cell):
        draft.take("status", cell, values.text, place)
        return
    start = cell.partition("…")[0].strip()
    whole = [status for status in STATUSES if status.startswith(start)]
    if len(start) >= _LEAST_LETTERS and len(whole) == 1:
        draft.take("status", whole[0], values.text, place)
    else:
        draft.tell("status cut off: not read", place, BEST)
