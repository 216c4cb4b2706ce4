"""What is shown while something is watched: a table on a terminal, lines in a pipe, nothing beside JSON."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from memdoctor.cli.outgoing import cleaned, outgoing

if TYPE_CHECKING:
    from memdoctor.config import Settings
    from memdoctor.findings import Overview
    from memdoctor.watching import Moment

Show = Callable[["Moment"], None]


@contextmanager
def shown(settings: "Settings", *, quiet: bool) -> "Iterator[Show | None]":
    """Give what shows a look, None where nothing is to be shown. Notes are told as they come."""
    from memdoctor.cli.publish import colored, columns, on_terminal, say
    from memdoctor.reports import watched
    from memdoctor.reports.render import Style

    if quiet or (settings.format != "terminal" and not on_terminal()):
        with _notes(at_once=True):
            yield None
    elif on_terminal():
        from memdoctor.reports.live_view import LiveView

        style = Style(columns(), colored(settings.color, to_file=False))
        with _notes(at_once=False), LiveView(style) as view:  # a note would stand within the table
            yield lambda moment: view.show(
                cleaned(tuple(moment.lines)), moment.cpu_shares, _judged(moment), _footer(moment)
            )
    else:
        with _notes(at_once=True):
            yield lambda moment: say(
                "".join(map(outgoing, watched.lines(moment.lines, moment.cpu_shares, moment.judged)))
            )


@contextmanager
def _notes(*, at_once: bool) -> Iterator[None]:
    from memdoctor.cli.publish import tell
    from memdoctor.progress import listening

    kept: list[str] = []

    def note(text: str) -> None:
        if at_once:
            tell(text, word="note")
        else:
            kept.append(text)

    try:
        with listening(lambda stage, done, total: None, note):
            yield
    finally:
        for text in kept:
            tell(text, word="note")


def _judged(moment: "Moment") -> "Overview":
    """Return what is judged, without the samples themselves: they become more with each look."""
    return cleaned(replace(moment.judged, samples=()))


def _footer(moment: "Moment") -> str:
    from memdoctor.units import duration

    left = "" if moment.left is None else f"{duration(round(moment.left))} left · "
    return f"{left}Ctrl-C ends it, with a report"
