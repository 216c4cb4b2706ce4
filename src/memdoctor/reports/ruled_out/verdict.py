"""What the silence of a rule means."""

from collections.abc import Callable
from typing import NamedTuple

from memdoctor.findings import Report


class Verdict(NamedTuple):
    """Whether a case rules something out, or cannot decide it: by what, and where that stands."""

    decided: bool
    because: str
    place: str | None = None


# None where the report does not hold what it would take to say either.
Judge = Callable[[Report], Verdict | None]


def decided(because: str, place: str | None) -> Verdict:
    """Return that a case rules something out."""
    return Verdict(True, because, place)


def not_decided(because: str, place: str | None = None) -> Verdict:
    """Return that a case lacks what it would take."""
    return Verdict(False, because, place)
