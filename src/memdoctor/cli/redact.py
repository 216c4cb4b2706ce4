"""`memdoctor redact`."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from memdoctor.redacting.results import Copy, Suspicion

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

_STILL_TELLS = (
    "sizes, counts, structure, times, pids, ports and other numbers, the lengths of words, and file "
    "names are as they were"
)


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
    if output is None or output == "-":
        raise UsageError("where should the copy go?", "name a file, or for several files a folder, with -o")
    _copy(files, output, keep_names=keep_names, force=force, as_json=as_json)


def _copy(files: list[str], output: str, *, keep_names: bool, force: bool, as_json: bool) -> None:
    from memdoctor.cli.progress import shown_progress
    from memdoctor.redacting.copying import Copying, jobs_for

    jobs = jobs_for(files, output, force=force)
    copying = Copying(keep_names=keep_names)
    with shown_progress():
        copies, failed = _each(
            [job.source for job in jobs], dict(zip(files, jobs, strict=True)), copying.copy
        )
    if as_json:
        _say_json({"copies": [_as_json(copy) for copy in copies], "still_tells": _STILL_TELLS})
    elif copies:
        _say_copies(copies)
    raise typer.Exit(2 if failed else 0)


def _audit(files: list[str], as_json: bool) -> None:
    from memdoctor.cli.progress import shown_progress
    from memdoctor.redacting.audit import audit

    with shown_progress():
        lists, failed = _each(files, {name: name for name in files}, audit)
    found = [one for each in lists for one in each]
    if as_json:
        from dataclasses import asdict

        _say_json({"files": len(lists), "suspicions": [asdict(one) for one in found]})
    elif lists:
        _say_suspicions(found)
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


def _say_copies(copies: "list[Copy]") -> None:
    from memdoctor.cli.publish import say
    from memdoctor.text import printable
    from memdoctor.units import grouped, size

    for copy in copies:
        what = "strings" if copy.format.endswith("snapshot") else "words"
        say(f"{printable(copy.target)}  {size(copy.size)}, from {printable(copy.source)}\n")
        say(f"  {grouped(copy.counts.replaced)} {what} replaced, {grouped(copy.counts.kept)} kept: ")
        say("names of the runtime, numbers\n" if what == "strings" else "known words, numbers, times\n")
        for dropped in copy.counts.dropped:
            say(f"  left out: {printable(dropped)}\n")
    say(f"\n{_wrapped(f'What it may still tell: {_STILL_TELLS}.')}\n")


def _say_suspicions(found: "list[Suspicion]") -> None:
    from memdoctor.cli.publish import say
    from memdoctor.text import printable
    from memdoctor.units import grouped

    for one in found:
        times = f", {grouped(one.count)} times" if one.count > 1 else ""
        place = (
            f"{one.source}#/{one.place}" if "/" in one.place else f"{one.source}:{one.place.split()[-1]}"
        )
        say(f"{one.kind}  {printable(one.preview)} ({one.length} characters{times})  {printable(place)}\n")
    count = "Nothing" if not found else f"{grouped(len(found))} {'text' if len(found) == 1 else 'texts'}"
    looks = "looks" if len(found) < 2 else "look"
    say(_wrapped(f"{count} {looks} like a secret. What looks like none may still be one.") + "\n")


def _wrapped(text: str) -> str:
    import textwrap

    from memdoctor.cli.publish import columns

    return "\n".join(textwrap.wrap(text, columns()))


def _as_json(copy: "Copy") -> dict[str, Any]:
    return {
        "source": copy.source,
        "target": copy.target,
        "format": copy.format,
        "bytes": copy.size,
        "replaced_count": copy.counts.replaced,
        "kept_count": copy.counts.kept,
        "left_out": copy.counts.dropped,
    }


def _say_json(value: dict[str, Any]) -> None:
    import json

    from memdoctor.cli.publish import say

    say(json.dumps(value, indent=2) + "\n")
