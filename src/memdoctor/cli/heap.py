"""`memdoctor heap`."""

from collections.abc import Sequence
from dataclasses import dataclass
from inspect import cleandoc
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memdoctor.analysis.heap.view import EVERYTHING, NEEDS_TARGET, TAKES_SAMPLE, TAKES_TWO, VIEWS
from memdoctor.cli.options import ShowOptions, complete_from, reporting
from memdoctor.cli.outgoing import settings_of

if TYPE_CHECKING:
    from memdoctor.analysis.heap.view import Ask, View
    from memdoctor.model import Sample

_TOP = {False: 25, True: 200}  # rows if nothing is said: for people, for machines

ViewName = Annotated[
    str | None,
    typer.Argument(
        metavar="VIEW",
        help="One of those above.",
        autocompletion=complete_from(*VIEWS),
        show_default=False,
    ),
]
Words = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[WHAT] FILE",
        help="A heap snapshot, - is standard input. Before it for retainers a class or the id of a "
        "node, for node an id; after it for external what process.memoryUsage() said, for classes "
        "a later snapshot to compare with.",
        show_default=False,
    ),
]
Sort = Annotated[
    str | None,
    typer.Option("--sort", metavar="COLUMN", help="Order by that column; -COLUMN turns it round."),
]
Filter = Annotated[str | None, typer.Option("--filter", metavar="TEXT", help="Only rows with that text.")]
Depth = Annotated[
    int | None, typer.Option("--depth", metavar="N", min=1, help="How deep a tree or a way is shown.")
]
ShowStrings = Annotated[
    bool, typer.Option("--show-strings", help="Show contents of strings, also where it is no terminal.")
]


@reporting
def heap(  # noqa: PLR0917 - typer's parameters
    options: ShowOptions,
    view: ViewName = None,
    words: Words = None,
    sort: Sort = None,
    wanted: Filter = None,
    depth: Depth = None,
    show_strings: ShowStrings = False,
) -> None:
    """Look inside a heap snapshot.

    Reads snapshots of Node, Chrome, Deno and Bun, also packed with gzip, xz or zstd. Sizes are as
    DevTools shows them: shallow is the object itself, retained what would be freed with it.
    """
    from memdoctor.cli.progress import shown_progress
    from memdoctor.cli.publish import publish_view
    from memdoctor.config import FORMATS, FORMATS_OF_VIEWS
    from memdoctor.errors import UsageError
    from memdoctor.text import closest

    settings = settings_of(options.typed(), options.output, of_case=False)
    if FORMATS[settings.format].of_cases:
        raise UsageError(
            f"a view of a heap has no findings to write as {settings.format}",
            f"it takes {', '.join(FORMATS_OF_VIEWS)}; memdoctor analyze writes {settings.format}",
        )
    if view is None or view not in VIEWS:
        message = "which view?" if view is None else f"there is no view {view}"
        raise UsageError(message, closest(view or "", tuple(VIEWS)))
    asked = _told_apart(view, words or [])
    for_machines = FORMATS[settings.format].for_machines
    top = _TOP[for_machines] if options.top is None else options.top
    if options.top is None and for_machines and view in EVERYTHING:
        top = 0
    sample = None if asked.usage is None else _sample(asked.usage)
    with shown_progress():
        from memdoctor.analysis.heap.arrange import arranged
        from memdoctor.analysis.heap.view import Ask

        narrowed = sort is not None or wanted is not None
        ask = Ask(asked.what, depth, 0 if narrowed else top, sample)
        table = arranged(_table(view, asked.files, ask), sort, wanted)
    publish_view(table, settings, options.output, top, show_strings=show_strings)


# In a paragraph that begins with \b lines stay as they are.
_LIST = "\n".join(["\b", *(f"{name:12} {about}" for name, about in VIEWS.items())])
heap.__doc__ = f"{cleandoc(heap.__doc__ or '')}\n\n{_LIST}"


def _table(view: str, files: Sequence[str], ask: "Ask") -> "View":
    """Return a view of one snapshot, or of what changed between two. Raises InputError, naming the file."""
    from memdoctor.analysis.heap.inside import Inside
    from memdoctor.analysis.heap.views import changes, view_of
    from memdoctor.errors import InputError
    from memdoctor.readers.snapshot import read_snapshot

    read = []
    for file in files:
        try:
            read.append(read_snapshot(file))
            if len(files) == 1:
                [(source, graph)] = read
                return view_of(view, source, Inside(graph), ask)
        except InputError as error:
            place = f" ({error.place})" if error.place else ""
            name = "stdin" if file == "-" else file
            raise InputError(f"{name}: {error.message}{place}", error.help) from error
    before, after = read
    return changes(view, before, after)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The words after the view: the snapshots, the class or node, the file with a sample."""

    files: tuple[str, ...]
    what: str | None = None
    usage: str | None = None


def _told_apart(view: str, words: list[str]) -> _Asked:
    """Return what the words are, in whichever order they come.

    Raises UsageError where one is missing or there is one too many.
    """
    from memdoctor.errors import UsageError

    if view in NEEDS_TARGET:
        files = [word for word in words if word == "-" or Path(word).is_file()]
        name = (files or words or [""])[-1]
        rest = [word for index, word in enumerate(words) if index != _last(words, name)]
        if len(rest) != 1:
            raise UsageError(f"{view} needs {NEEDS_TARGET[view]}, and a snapshot", _usage(view))
        return _Asked((name,), what=rest[0])
    if not words:
        raise UsageError("no snapshot to look into", "name a file, or - to read standard input")
    if view in TAKES_SAMPLE and len(words) == 2:
        return _Asked((words[0],), usage=words[1])
    if len(words) > (2 if view in TAKES_TWO else 1):
        most = "one snapshot, or two to compare" if view in TAKES_TWO else "one snapshot"
        raise UsageError(f"{view} takes {most}", _usage(view))
    return _Asked(tuple(words))


def _last(words: list[str], word: str) -> int:
    return len(words) - 1 - words[::-1].index(word)


def _usage(view: str) -> str:
    target = {"retainers": " NODE|CLASS", "node": " ID"}.get(view, "")
    more = " [FILE]" if view in TAKES_TWO else ""
    return f"memdoctor heap {view}{target} FILE{more}"


def _sample(name: str) -> "Sample":
    """Return the last sample in a file. Raises InputError if there is none."""
    from memdoctor.errors import InputError
    from memdoctor.readers.case import read_case

    case = read_case([name], None)
    if not case.samples:
        reason = f": {case.problems[0].message}" if case.problems else ""
        raise InputError(f"{name} holds no sample{reason}", "save what process.memoryUsage() returns")
    return case.samples[-1]
