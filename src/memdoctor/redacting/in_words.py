"""What redact has done, as text and as JSON."""

import json
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from memdoctor.redacting.results import Copy, Suspicion
from memdoctor.text import printable
from memdoctor.units import grouped, size

_STILL_TELLS = (
    "sizes, counts, structure, times, pids, ports and other numbers, the lengths of words, and file "
    "names are as they were"
)


def copies_told(copies: Sequence[Copy], width: int) -> str:
    """Return what became of each file, and what a copy may still tell."""
    lines = [line for copy in copies for line in _copy_told(copy)]
    return _text((*lines, "", *textwrap.wrap(f"What it may still tell: {_STILL_TELLS}.", width)))


def _copy_told(copy: Copy) -> Iterator[str]:
    is_heap = copy.format.endswith("snapshot")
    what = "strings" if is_heap else "words"
    which = "names of the runtime, numbers" if is_heap else "known words, numbers, times"
    yield f"{printable(copy.target)}  {size(copy.size)}, from {printable(copy.source)}"
    yield f"  {grouped(copy.counts.replaced)} {what} replaced, {grouped(copy.counts.kept)} kept: {which}"
    for dropped in copy.counts.dropped:
        yield f"  left out: {printable(dropped)}"


def suspicions_told(found: Sequence[Suspicion], width: int) -> str:
    """Return what looks like a secret, a line each, and how much that is."""
    count = "Nothing" if not found else f"{grouped(len(found))} {'text' if len(found) == 1 else 'texts'}"
    looks = "looks" if len(found) < 2 else "look"
    end = f"{count} {looks} like a secret. What looks like none may still be one."
    return _text((*map(_suspicion_told, found), *textwrap.wrap(end, width)))


def _suspicion_told(one: Suspicion) -> str:
    times = f", {grouped(one.count)} times" if one.count > 1 else ""
    preview, place = printable(one.preview), printable(one.place)
    return f"{one.kind}  {preview} ({one.length} characters{times})  {place}"


def copies_as_json(copies: Sequence[Copy]) -> str:
    """Return the same as a JSON object."""
    return _json({"copies": [_record(copy) for copy in copies], "still_tells": _STILL_TELLS})


def _record(copy: Copy) -> dict[str, Any]:
    return {
        "source": copy.source,
        "target": copy.target,
        "format": copy.format,
        "bytes": copy.size,
        "replaced_count": copy.counts.replaced,
        "kept_count": copy.counts.kept,
        "left_out": copy.counts.dropped,
    }


def suspicions_as_json(found: Sequence[Suspicion], files: int) -> str:
    """Return what was found in so many files as a JSON object."""
    return _json({"files": files, "suspicions": [asdict(one) for one in found]})


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=2) + "\n"


def _text(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
