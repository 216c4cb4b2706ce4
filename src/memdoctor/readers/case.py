"""All inputs of a call as one case. What cannot be read becomes a problem; the rest is still read."""

import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

from memdoctor.errors import InputError
from memdoctor.model import Case, Problem, Sample, Source
from memdoctor.readers import sniff
from memdoctor.readers.opening import open_input
from memdoctor.readers.thinning import thinned

# What makes two samples the same look: everything but where it was found.
_IDENTITY = tuple(
    field.name
    for field in fields(Sample)
    if field.name not in {"source", "place", "places", "series", "document", "marks"}
    and not field.name.endswith("_counts")
)


def read_case(inputs: Sequence[str], stdin: BinaryIO) -> Case:
    """Read every input: paths, folders, and `-` for `stdin`.

    Nothing is raised for an input that cannot be read: it becomes a problem marked `unread`.
    """
    sources: list[Source] = []
    samples: list[Sample] = []
    problems: list[Problem] = []
    for name in dict.fromkeys(inputs):  # a file named twice is one file
        for path, in_folder in _expand(name, problems):
            try:
                source, records = _read(path, stdin)
            except InputError as error:
                problems.append(_unread(path, error, in_folder))
                continue
            sources.append(source)
            samples += [record for record in records if isinstance(record, Sample)]
            problems += [record for record in records if isinstance(record, Problem)]
    if not sources and not any(problem.unread for problem in problems):
        help_line = "name the files that are diagnostics, or their folder"
        problems.append(Problem(_shown(inputs), "nothing in it could be read", help_line, unread=True))
    samples = list(_without_duplicates(samples, problems))
    return Case(tuple(sources), tuple(samples), tuple(problems))


def _read(path: str, stdin: BinaryIO) -> tuple[Source, list[Sample | Problem]]:
    with open_input(path, stdin) as opened:
        name = sniff.identify(opened.head)
        reader = import_module(f"memdoctor.readers.{name}")
        return replace(opened.source, format=name), list(thinned(reader.read(opened), opened.source.name))


def _expand(name: str, problems: list[Problem]) -> Iterator[tuple[str, bool]]:
    """Yield the input, or for a folder the regular files in it, hidden ones and folders left out."""
    folder = Path(name)
    try:
        entries = sorted(folder.iterdir()) if name != "-" and folder.is_dir() else None
    except (OSError, ValueError) as error:
        message = getattr(error, "strerror", None) or "cannot be opened"
        problems.append(Problem(name, message, unread=True))
        return
    if entries is None:
        yield name, False
        return
    left_out = []
    for entry in entries:
        if entry.name.startswith(".") or not _is_regular(entry):
            left_out.append(entry.name)
        else:
            yield str(entry), True
    if left_out:
        named = ", ".join(left_out[:5]) + (f" and {len(left_out) - 5} more" if left_out[5:] else "")
        problems.append(Problem(name, f"not opened: {named}"))


def _is_regular(path: Path) -> bool:
    # A pipe or a device in a folder could block for ever.
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False


def _unread(path: str, error: InputError, in_folder: bool) -> Problem:
    name = "stdin" if path == "-" else path
    # A folder may hold other files too; a file that was named is meant.
    return Problem(name, error.message, error.help, error.place, unread=not in_folder)


def _shown(inputs: Iterable[str]) -> str:
    return ", ".join(inputs) or "no input"


def _without_duplicates(samples: list[Sample], problems: list[Problem]) -> Iterator[Sample]:
    """Drop a timed sample that was already brought: the same dump twice is one look."""
    seen: dict[tuple[object, ...], Sample] = {}
    for sample in samples:
        if sample.at is None and sample.uptime is None:
            yield sample
            continue
        first = seen.setdefault(tuple(getattr(sample, name) for name in _IDENTITY), sample)
        if first is sample:
            yield sample
        else:
            problems.append(Problem(sample.source, f"the same sample as in {first.place}: left out"))
