"""Watched processes on a terminal, drawn again at each look and gone at the end."""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from memdoctor.findings import Overview
from memdoctor.reports import watched
from memdoctor.reports.render import Style
from memdoctor.reports.view_table import table
from memdoctor.units import grouped

_AROUND = 4  # lines of the screen that are no rows


class LiveView:
    """The table of what is watched now; a context manager."""

    def __init__(self, style: Style) -> None:
        console = Console(
            no_color=not style.color, markup=False, highlight=False, emoji=False, legacy_windows=False
        )
        self._live = Live(console=console, transient=True, auto_refresh=False)

    def __enter__(self) -> "LiveView":
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def show(
        self,
        lines: Sequence[Mapping[str, Any]],
        cpu_shares: Mapping[int, float],
        judged: Overview,
        footer: str,
    ) -> None:
        """Draw the processes of the last look, as many as the screen has room for."""
        console = self._live.console
        rows = watched.live_rows(lines, cpu_shares, judged)
        shown = rows[: max(console.height - _AROUND, 1)]
        more = f"{grouped(len(rows) - len(shown))} more · " if len(rows) > len(shown) else ""
        parts: list[RenderableType] = [Text(watched.live_title(lines, judged), style="bold")]
        if shown:
            parts.append(table(watched.LIVE_COLUMNS, shown, console.width))
        parts.append(Text(f"{more}{footer}", style="dim", no_wrap=True, overflow="ellipsis"))
        self._live.update(Group(*parts), refresh=True)
