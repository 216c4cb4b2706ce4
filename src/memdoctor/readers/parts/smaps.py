"""`/proc/PID/smaps_rollup` as text: `Name:   12345 kB`, where the kernel's kB is 1024 bytes."""

import re
from dataclasses import dataclass

_LINE = re.compile(r"\b(Rss|Pss|Private_Dirty|Swap):[ \t]*(\d{1,15}) ?(kB|KiB|MB|MiB|GB|GiB)\b")
_UNITS = {
    "kB": 1 << 10,
    "KiB": 1 << 10,
    "MB": 10**6,
    "MiB": 1 << 20,
    "GB": 10**9,
    "GiB": 1 << 30,
}
_FIELDS = {"Rss": "smaps_rss", "Pss": "pss", "Private_Dirty": "private_dirty", "Swap": "swap"}


@dataclass(frozen=True, slots=True)
class Rollup:
    """The figures by sample field, in bytes, and whether a person rounded them."""

    figures: dict[str, int]
    rounded: bool


def read_smaps(text: str) -> Rollup:
    """Return what a smaps rollup says of the whole process."""
    figures: dict[str, int] = {}
    rounded = False
    for name, number, unit in _LINE.findall(text[:100_000]):
        figures.setdefault(_FIELDS[name], int(number) * _UNITS[unit])
        rounded |= unit != "kB"
    return Rollup(figures, rounded)
