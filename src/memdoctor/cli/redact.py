"""`memdoctor redact`."""

from typing import Annotated, Any

import typer

Files = Annotated[
    list[str] | None,
    typer.Argument(metavar="FILE…", help="What memdoctor reads, also packed.", show_default=False),
]
Output = Annotated[
    str | None,
    typer.Option("-o", "--output", metavar="OUT", help="The copy; for several files a folder."),
]
KeepNames = Annotated[
    bool,
    typer.Option(
        "--keep-names", help="Of snapshots keep classes, functions and properties, replace contents."
    ),
]
Audit = Annotated[
    bool, typer.Option("--audit", help="List what looks like a secret, and where; write nothing.")
]
Force = Annotated[bool, typer.Option("--force", help="Replace a copy that is there already.")]
Json = Annotated[bool, typer.Option("--json", help="Say what was done as a JSON object.")]


def redact(  # noqa: PLR0917 - typer's parameters
    files: Files = None,
    output: Output = None,
    keep_names: KeepNames = False,
    audit: Audit = False,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Write a copy that is safe to attach, and analyses the same.

    Strings and words are replaced by others of the same length, the same text by the same in all files of
    a call; names of the runtime, numbers and structure stay. OUT that ends in .gz, .xz or .zst is packed.
    What memdoctor cannot read is refused, never copied. Exit 0: done. 1: --audit found something. 2: a
    file could not be read or written.
    """
    from memdoctor.errors import UsageError

    if not files:
        raise UsageError("nothing to redact", "memdoctor redact heap.heapsnapshot -o copy.heapsnapshot")
    if audit:
        _audit(files, as_json)
        return
    if not output or output == "-":
        raise UsageError("where should the copy go?", "name a file, or for several files a folder, with -o")
    _copy(files, output, keep_names=keep_names, force=force, as_json=as_json)


def _copy(files: list[str], output: str, *, keep_names: bool, force: bool, as_json: bool) -> None:
    from memdoctor.cli.progress import shown_progress
    from memdoctor.cli.publish import columns, say
    from memdoctor.redacting.copying import Copying, jobs_for
    from memdoctor.redacting.in_words import copies_as_json, copies_told

    jobs = jobs_for(files, output, force=force)
    copying = Copying(keep_names=keep_names)
    with shown_progress():
        copies, failed = _each(
            [job.source for job in jobs], dict(zip(files, jobs, strict=True)), copying.copy
        )
    if as_json:
        say(copies_as_json(copies))
    elif copies:
        say(copies_told(copies, columns()))
    raise typer.Exit(2 if failed else 0)


def _audit(files: list[str], as_json: bool) -> None:
    from memdoctor.cli.progress import shown_progress
    from memdoctor.cli.publish import columns, say
    from memdoctor.redacting.audit import audit
    from memdoctor.redacting.in_words import suspicions_as_json, suspicions_told

    with shown_progress():
        lists, failed = _each(files, {name: name for name in files}, audit)
    found = [one for each in lists for one in each]
    if as_json:
        say(suspicions_as_json(found, len(lists)))
    elif lists:
        say(suspicions_told(found, columns()))
    raise typer.Exit(2 if failed else min(len(found), 1))


def _each(names: list[str], asked: dict[str, Any], work: Any) -> tuple[list[Any], bool]:
    """Do the work on each file; tell at once of those that fail, and whether any did."""
    from memdoctor.cli.publish import tell
    from memdoctor.errors import InputError

    done, failed = [], False
    for name in names:
        try:
            done.append(work(asked[name]))
        except InputError as error:
            failed = True
            place = f" ({error.place})" if error.place else ""
            tell(f"{name}: {error.message}{place}", error.help)
    return done, failed
