"""What the user assumes: how many of something come in a time, how large something is or may be."""

import re
from dataclasses import dataclass

from memdoctor.units import parse_size

TOTAL, LIMIT = "total", "limit"  # bytes to be explained; bytes that the heap may have

_FORM = re.compile(
    r"([A-Za-z_$][\w$.]{0,79})=([0-9][0-9 _]{0,15}(?:\.[0-9]{1,6})?)([A-Za-z]{0,3})(?:/([a-z]{1,7}))?"
)
TIMES = {
    **dict.fromkeys(("s", "sec", "second"), 1),
    **dict.fromkeys(("m", "min", "minute"), 60),
    **dict.fromkeys(("h", "hour"), 3600),
    **dict.fromkeys(("d", "day"), 86_400),
    "week": 604_800,
    "month": 2_629_800,
    "year": 31_557_600,
}


@dataclass(frozen=True, slots=True)
class Assumption:
    """So many of what is called `name`, at most or, with `seconds`, in each such time; or so many bytes."""

    name: str
    value: float
    seconds: float | None
    text: str  # as it was typed

    @property
    def per_second(self) -> float | None:
        """How many come in a second."""
        return None if self.seconds is None else self.value / self.seconds


def parse_assumption(text: str) -> Assumption:
    """Return what a text such as sessions=100/day, sessions=5000, total=54GB or limit=4GiB assumes.

    Raises ValueError for any other text.

    >>> parse_assumption("sessions=100/day").per_second * 86400
    100.0
    """
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} assumes nothing that can be understood")
    name, number, unit, time = match.groups()
    number = number.replace(" ", "").replace("_", "")
    if not float(number):
        raise ValueError(f"{text!r}: nothing follows from none of it")
    if name in (TOTAL, LIMIT) and not unit:
        raise ValueError(f"{text!r}: a size has a unit")
    if name in (TOTAL, LIMIT):
        if time is not None:
            raise ValueError(f"{text!r}: {name} is a size, with no time")
        return Assumption(name, float(parse_size(f"{number}{unit}")), None, text)
    if unit or (time is not None and time not in TIMES):
        raise ValueError(f"{text!r}: a number, and perhaps /hour or /day")
    return Assumption(name, float(number), None if time is None else float(TIMES[time]), text)
