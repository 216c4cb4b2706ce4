"""What is to be ended, and what became of it, at a terminal: rows of which only names shrink."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from memdoctor.endings import Plan, Reaping
from memdoctor.reports import reaping as words
from memdoctor.reports.numbers import GAP, unbreakable
from memdoctor.reports.page import drawn
from memdoctor.reports.render import Style
from memdoctor.reports.shrink import shrunk
from memdoctor.reports.view_table import table

_INDENT = (0, 0, 0, 2)


def plan(reaping: Reaping, style: Style) -> str:
    """Return what is to be ended, why, and what is not; empty if there is nothing to say."""
    return _page(_plan(words.harmless(reaping).plan, style), style)


def result(reaping: Reaping, style: Style) -> str:
    """Return what became of each process, and the answer."""
    return _page(_result(words.harmless(reaping), style), style)


def _page(blocks: Iterator[RenderableType], style: Style) -> str:
    text = drawn(blocks, style).replace(GAP, " ")
    return "" if not text.strip() else text


def _plan(plan: Plan, style: Style) -> Iterator[RenderableType]:
    if plan.targets:
        yield Text(unbreakable(words.title(plan)), style="bold")
        rows = words.target_rows(plan)
        yield Padding(table(words.TARGETS, rows, style.width - 2), _INDENT)
        yield Padding(_lines(words.reasons(plan.targets)), _INDENT)
        yield Text("")
    if plan.unsure:
        yield Text(words.unsure_title(plan), style="bold")
        rows = words.spared_rows(plan.unsure)
        yield Padding(table(words.TARGETS, rows, style.width - 2), _INDENT)
        for line in words.unsure_lines(plan):
            yield Padding(Text(unbreakable(line)), _INDENT)
        yield Text("")
    for line in words.held_back(plan):
        yield Text(unbreakable(line))


def _result(reaping: Reaping, style: Style) -> Iterator[RenderableType]:
    if reaping.outcomes:
        yield Text("")
        rows = words.outcome_rows(reaping.outcomes)
        yield Padding(table(words.OUTCOMES, rows, style.width - 2), _INDENT)
        yield Padding(_lines(words.details(reaping.outcomes)), _INDENT)
    for line in words.respawns(reaping):
        yield Padding(Text(unbreakable(line)), _INDENT)
    if reaping.log is not None:
        yield Text(f"  log: {shrunk(_short(reaping.log), style.width - 7)}")
    if reaping.outcomes:
        yield Text("")
    yield Text(unbreakable(words.answer(reaping)))


def _short(path: str) -> str:
    """Return a path with ~ for this user's folder."""
    try:
        return str(Path("~") / Path(path).relative_to(Path.home()))
    except (ValueError, RuntimeError):
        return path


def _lines(pairs: Iterable[tuple[str, str]]) -> RenderableType:
    """Return lines of pids and what holds for them; a long line goes on below its text."""
    grid = Table.grid()
    grid.add_column()
    for pids, text in pairs:
        grid.add_row(Text(unbreakable(f"{pids}: {text}"), style="dim"))
    return grid
