"""One line of a heap's timeline: what stands before the sizes, used and committed heap, what stands behind."""

import re
from dataclasses import dataclass

from memdoctor.readers.parts import sizes, times
from memdoctor.readers.parts.values import WrongKindError

_LONGEST_LINE = 400
_NUMBER = r"[~≈]?\s?[0-9]{1,7}(?:\.[0-9]{1,6})?"
_UNIT = r"(?:[KMG]i?B?\b)"
_BETWEEN = r"[\s|│*`]*"
# used / committed with one unit or two; or two cells, each with its unit
_PAIR = re.compile(
    rf"(?P<used>{_NUMBER})\s?(?P<used_unit>{_UNIT})?{_BETWEEN}(?P<slash>[/÷]|\bof\b)?{_BETWEEN}"
    rf"(?P<committed>{_NUMBER})\s?(?P<committed_unit>{_UNIT})",
    re.I,
)
_USAGE = re.compile(r"[~≈]?\s?([0-9]{1,3}(?:\.[0-9]{1,4})?)\s?%")
_EDGES = " \t|│>*`•:–—-"
_START = re.compile(
    r"(?:at |after |on |fresh |cold )?(?:start(?:[ -]?up|ed)?|boot(?:ed)?|launch(?:ed)?|initial(?:ly)?|t ?= ?0|baseline)",
    re.I,
)
_RESTART = re.compile(
    r"(?:after |on |post[- ]|pm2 |a |the )*(?:re-?start(?:ed)?|reboot(?:ed)?|reload(?:ed)?)", re.I
)
_LENGTH = re.compile(
    r"(?:after |at |t ?\+ ?|~|≈|\+)*(?P<length>[0-9].{0,30}?)(?: (?:later|in|after|uptime|up))?", re.I
)
_COLLECTED = re.compile(r"\bgc\b|garbage|collect", re.I)
_COMMITTED_WORD = re.compile(r"\b(?:total|committed|heap size|heaptotal)\b", re.I)
_USED_WORD = re.compile(r"\bused\b|\bheapused\b", re.I)


@dataclass(frozen=True, slots=True)
class Row:
    """What one line says. Sizes are bytes, `elapsed` seconds since the start of the process."""

    label: str
    starts: bool
    restarts: bool
    elapsed: float | None
    used: int
    committed: int
    usage: float | None
    resolution: int

    @property
    def is_worded(self) -> bool:
        """Whether words tell the moment, and not only a length of time."""
        return self.starts or self.restarts or _COLLECTED.search(self.label) is not None


def row_of(line: str, *, swapped: bool = False) -> Row | None:
    """Return what a line says, None for any other line; `swapped` where committed stands first."""
    if len(line) > _LONGEST_LINE or (pair := _PAIR.search(line)) is None:
        return None
    before = line[: pair.start()].strip(_EDGES)
    starts, restarts = (
        _START.fullmatch(_bare(before)) is not None,
        _RESTART.fullmatch(_bare(before)) is not None,
    )
    elapsed = _elapsed(_bare(before))
    collected = _COLLECTED.search(before) is not None
    if not (starts or restarts or collected or elapsed is not None):
        return None
    if not pair["slash"] and not pair["used_unit"]:
        return None  # two numbers in a row are no two sizes
    try:
        unit = pair["committed_unit"]
        used = sizes.parse_size(pair["used"].replace(" ", ""), unit=pair["used_unit"] or unit)
        committed = sizes.parse_size(pair["committed"].replace(" ", ""), unit=unit)
    except WrongKindError:
        return None
    if swapped:
        used, committed = committed, used
    if used.bytes > committed.bytes:
        return None
    behind = line[pair.end() :]
    usage = _USAGE.search(behind)
    remark = _USAGE.sub("", behind).strip(_EDGES + "()")
    return Row(
        label="; ".join(part for part in (_said(before, elapsed), remark[:60]) if part),
        starts=starts or restarts,
        restarts=restarts,
        elapsed=elapsed,
        used=used.bytes,
        committed=committed.bytes,
        usage=None if usage is None else float(usage[1]) / 100,
        resolution=max(used.resolution, committed.resolution),
    )


def used_comes_second(line: str) -> bool:
    """Whether a line is a heading that names the committed heap before the used one."""
    used, committed = _USED_WORD.search(line), _COMMITTED_WORD.search(line)
    return used is not None and committed is not None and committed.start() < used.start()


def _bare(label: str) -> str:
    """Return a label without what stands in brackets behind it."""
    return label.partition("(")[0].strip(_EDGES)


def _elapsed(label: str) -> float | None:
    """Return the length of time that a label is, in seconds."""
    match = _LENGTH.fullmatch(label)
    if match is None:
        return None
    try:
        return times.seconds(match["length"])
    except WrongKindError:
        return None


def _said(before: str, elapsed: float | None) -> str:
    """Return what a label says besides the time."""
    return before[:60] if elapsed is None else before.partition("(")[2].rstrip(") ")[:60]
