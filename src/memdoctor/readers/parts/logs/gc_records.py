"""One garbage collection as V8 prints it: --trace-gc, --trace-gc-nvp, and "Last few GCs"."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from memdoctor.model import Collection

# What no other line holds: a trace has the utilisation of the mutator, one for machines the sizes.
NEEDLES = (b"(average mu = ", b" total_size_before=")
_MIB = 1 << 20  # what V8 calls MB there
_NUMBER = rb"(\d{1,9}\.\d{1,6})"
_TEXT = (
    rb"((?:Shared |Minor ){0,2}(?:Scavenge|Mark-[Ss]weep|Mark-[Cc]ompact))(?: \([a-z ,]{1,40}\)){0,3} "
    + _NUMBER + rb" \(" + _NUMBER + rb"\) -(?:>|\\u003[eE]) " + _NUMBER + rb" \(" + _NUMBER + rb"\) MB"
    rb"(?:, pooled: [\d.]{1,12} MB)?(?:, (\d{1,12}\.\d{1,6}) / \d)?"
)  # fmt: skip
_PAIRS = rb"pause=(\d{1,12}(?:\.\d{1,6})?) mutator=[\d.]{1,20} gc=([a-z]{1,6}) "
# On Windows the isolate has no 0x; newer V8 writes its group behind it.
_RECORD = re.compile(
    rb"\[(\d{1,10}):((?:0x)?[0-9A-Fa-f]{1,16})(?::\w{1,16})?\] {0,24}(\d{1,13}(?:\.\d{1,6})?) ms: (?:"
    + _TEXT + rb"|" + _PAIRS + rb")"
)  # fmt: skip
_SIZES = re.compile(rb" total_size_before=(\d{1,15}) total_size_after=(\d{1,15})\b")
_MU = re.compile(rb"\(average mu = (\d\.\d{3})(?:, current mu = (\d\.\d{3}))?")
_TIME = b" ms: "
_LONGEST_START = 64  # bytes from the bracket to what follows the time
_MOST_PAIRS, _MOST_WORDS = 8192, 600  # bytes that follow in a record
_FULL = (b"mc", b"ms")
_KINDS = (*_FULL, b"s", b"mmc", b"mms")


class Record(NamedTuple):
    """One collection, from where to where it stands; `full` is None for one of the young generation.

    `step` is to what sizes were rounded, in bytes.
    """

    pid: int
    isolate: str
    since_start: float
    start: int
    end: int
    full: Collection | None
    step: int | None


def record_at(text: bytes, position: int) -> Record | None:
    """Return the collection whose utilisation, or whose sizes, stand at a position."""
    time = text.rfind(_TIME, max(position - _MOST_PAIRS, 0), position)
    start = text.rfind(b"[", max(time - _LONGEST_START, 0), time) if time >= 0 else -1
    found = _RECORD.match(text, start) if start >= 0 else None
    return None if found is None else _record(text, found)


def records_in(text: bytes, start: int, end: int) -> Iterator[Record]:
    """Yield the collections in a part of a text; they may follow each other without a line end."""
    for found in _RECORD.finditer(text, start, end):
        if record := _record(text, found):
            yield record


def _record(text: bytes, found: re.Match[bytes]) -> Record | None:
    pid, isolate, milliseconds, kind = found.group(1, 2, 3, 4)
    since_start = float(milliseconds) / 1000
    full, step, end = None, None, found.end()
    if kind is None:
        sizes = _SIZES.search(text, end, end + _MOST_PAIRS)
        if sizes is None or found[11] not in _KINDS or b"\n" in text[end : sizes.start()]:
            return None
        full, end = _of_pairs(found, sizes, since_start), sizes.end()
    elif kind.removeprefix(b"Shared ").startswith(b"Mark-"):
        full = _of_words(text, found, since_start)
        step = round(_MIB / 10 ** len(found[7].partition(b".")[2]))
    return Record(int(pid), isolate.decode("ascii"), since_start, found.start(), end, full, step)


def _of_words(text: bytes, found: re.Match[bytes], since_start: float) -> Collection:
    kind, before, committed_before, after, committed_after, pause = found.group(4, 5, 6, 7, 8, 9)
    mu, current_mu = _utilisation(text, found.end()) if pause else (None, None)
    return Collection(
        since_start,
        kind.decode("ascii").removeprefix("Shared "),
        _bytes(before),
        _bytes(after),
        _bytes(committed_before),
        _bytes(committed_after),
        round(float(pause) / 1000, 9) if pause else None,
        mu,
        current_mu,
    )


def _of_pairs(found: re.Match[bytes], sizes: re.Match[bytes], since_start: float) -> Collection | None:
    """Return a full collection of --trace-gc-nvp, which prints bytes, and not what is committed."""
    if found[11] not in _FULL:
        return None
    pause = round(float(found[10]) / 1000, 9)
    return Collection(since_start, "Mark-Compact", int(sizes[1]), int(sizes[2]), None, None, pause)


def _bytes(mib: bytes) -> int:
    return round(float(mib) * _MIB)


def _utilisation(text: bytes, position: int) -> tuple[float | None, float | None]:
    """Return the mutator utilisations in the rest of a record: before the next one, and on its line.

    The last of a list is cut off where the next begins.
    """
    found = _MU.search(text, position, position + _MOST_WORDS)
    if found is None or any(sign in text[position : found.start()] for sign in (b"\n", _TIME)):
        return None, None
    return float(found[1]), None if found[2] is None else float(found[2])
