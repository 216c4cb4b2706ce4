"""What is more than noise between two reports."""

from memdoctor.thresholds import Thresholds

# Units in which more is worse.
COUNTS = frozenset(
    {
        "listeners",
        "entries",
        "objects",
        "handles",
        "descriptors",
        "contexts",
        "processes",
        "threads",
        "restarts",
        "exits",
        "crashes",
        "events",
        "times",
        "nodes",
        "strings",
        "closures",
        "count",
        "count/h",
        "",  # of what its label names: crashes, restarts
    }
)
BYTES = frozenset({"bytes", "bytes/h"})


def has_grown(before: float, now: float, unit: str, thresholds: Thresholds, share: float) -> bool:
    """Whether a number is larger by more than a share of what it was, and than the least of its unit."""
    return now - before > max(share * abs(before), _least(unit, thresholds))


def has_moved(before: float, now: float, unit: str, thresholds: Thresholds) -> bool:
    """Whether a number is another one, up or down, beyond noise."""
    least = _least(unit, thresholds)
    return abs(now - before) > max(thresholds.regression_share * max(abs(before), abs(now)), least)


def _least(unit: str, thresholds: Thresholds) -> float:
    if unit in BYTES:
        return thresholds.regression_bytes
    return thresholds.regression_count if unit in COUNTS else 0
