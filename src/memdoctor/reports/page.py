"""A page of text for a terminal: what rich draws, as a string."""

import io
from collections.abc import Iterable

from rich.console import Console, RenderableType

from memdoctor.reports.render import Style


def drawn(blocks: Iterable[RenderableType], style: Style) -> str:
    """Return blocks one below the other, `style.width` columns wide, without spaces at line ends."""
    page = io.StringIO()
    console = Console(
        file=page,
        width=style.width,
        color_system="standard" if style.color else None,
        force_terminal=style.color,
        legacy_windows=False,
        markup=False,
        highlight=False,
        emoji=False,
        _environ={},
    )
    for block in blocks:
        console.print(block)
    lines = [line.rstrip() for line in page.getvalue().split("\n")]
    return "\n".join(lines).strip("\n") + "\n"
