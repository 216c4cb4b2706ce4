"""`memdoctor heap`."""

import os
from pathlib import Path
from typing import Annotated

import typer

from memdoctor.analysis.heap.view import VIEWS
from memdoctor.cli.options import ShowOptions, complete_from, reporting

_TOP = 25  # rows shown if nothing is said

ViewName = Annotated[
    str | None,
    typer.Argument(
        metavar="VIEW",
        help=" or ".join(VIEWS) + ".",
        autocompletion=complete_from(*VIEWS),
        show_default=False,
    ),
]
File = Annotated[
    str | None,
    typer.Argument(metavar="FILE", help="A heap snapshot; - is standard input.", show_default=False),
]


@reporting
def heap(options: ShowOptions, view: ViewName = None, file: File = None) -> None:
    """Look inside a heap snapshot.

    Reads snapshots of Node, Chrome, Deno and Bun, also packed with gzip, xz or zstd. Sizes are as
    DevTools shows them: shallow is the object itself, retained what would be freed with it.
    """
    from memdoctor.cli.progress import shown_progress
    from memdoctor.cli.publish import publish_view
    from memdoctor.config import FORMATS, load_settings
    from memdoctor.errors import InputError, UsageError
    from memdoctor.text import closest

    settings = load_settings(options.typed(), os.environ, Path.cwd())
    if view is None or view not in VIEWS:
        message = "which view?" if view is None else f"there is no view {view}"
        raise UsageError(message, closest(view or "", VIEWS))
    if file is None:
        raise UsageError("no snapshot to look into", "name a file, or - to read standard input")
    with shown_progress():
        from memdoctor.analysis.heap.views import view_of
        from memdoctor.readers.snapshot import read_snapshot

        try:
            table = view_of(view, *read_snapshot(file))
        except InputError as error:
            place = f" ({error.place})" if error.place else ""
            name = "stdin" if file == "-" else file
            raise InputError(f"{name}: {error.message}{place}", error.help) from error
    for_machines = FORMATS[settings.format].for_machines
    top = (0 if for_machines else _TOP) if options.top is None else settings.top
    publish_view(table, settings, options.output, top)
