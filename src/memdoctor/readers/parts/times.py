"""Times as tables and logs write them: a moment, or a time since some start."""

import re
from datetime import UTC, datetime

from memdoctor.readers.parts import values
from memdoctor.readers.parts.sizes import shown
from memdoctor.readers.parts.values import WrongKindError

UNITS = {
    **{"ms": 0.001, "msec": 0.001, "millisecond": 0.001, "milliseconds": 0.001},
    **{"s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1},
    **{"min": 60, "mins": 60, "minute": 60, "minutes": 60, "m": 60},
    **{"h": 3600, "hr": 3600, "hrs": 3600, "hour": 3600, "hours": 3600},
    **{"d": 86_400, "day": 86_400, "days": 86_400},
}
_NUMBER = re.compile(r"[0-9]{1,19}+(?:\.[0-9]{0,12}+)?+")
_PART = re.compile(r"([0-9]{1,12}+(?:\.[0-9]{0,12}+)?+)\s?([A-Za-z]{1,12}+),?\s?")
_CLOCK = re.compile(r"([0-9]{1,4}):([0-5][0-9]):([0-5][0-9](?:\.[0-9]{1,9})?)")
_ISO = re.compile(
    r"[\s\[(\"']{0,4}([0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?"
    r"(?:Z|[+-][0-9]{2}:?[0-9]{2})?)"
)
_LONGEST = 60

# An epoch between 2001 and 2286, in seconds or in milliseconds; nothing between the two ranges.
_EPOCH_SECONDS = (1e9, 1e10)
_EPOCH_MILLISECONDS = (1e12, 1e13)


def moment(text: str) -> datetime:
    """Return the moment a text names: ISO 8601, or an epoch in seconds or milliseconds."""
    word = text.strip()
    if not _NUMBER.fullmatch(word):
        if len(word) > _LONGEST:
            raise WrongKindError(f"{shown(word)} is no time")
        return values.moment(word)
    epoch = float(word)
    if _EPOCH_MILLISECONDS[0] <= epoch < _EPOCH_MILLISECONDS[1]:
        return datetime.fromtimestamp(epoch / 1000, UTC)
    if _EPOCH_SECONDS[0] <= epoch < _EPOCH_SECONDS[1]:
        return datetime.fromtimestamp(epoch, UTC)
    raise WrongKindError(f"{shown(word)} is neither an epoch nor an ISO-8601 time")


def seconds(text: str, unit: str = "") -> float:
    """Return a length of time: "431 seconds (~7 min)", "+36 min", "1 h 20 min", "00:36:05".

    `unit` is that of the column, used where the text has none.
    """
    word = text[: _LONGEST + 1].strip().lstrip("+~≈ ")
    word = word.partition("(")[0].strip()  # what follows says it again in other words
    if len(text) > _LONGEST or not word:
        raise WrongKindError(f"{shown(text)} is no length of time")
    if _NUMBER.fullmatch(word) and (unit in UNITS or float(word) == 0):
        return float(values.number(float(word) * UNITS.get(unit, 1)))
    if clock := _CLOCK.fullmatch(word):
        return int(clock[1]) * 3600 + int(clock[2]) * 60 + float(clock[3])
    return _sum_of_parts(word, text)


def leading_moment(line: str) -> datetime | None:
    """Return the ISO time a line of a log begins with, or None."""
    match = _ISO.match(line)
    if match is None:
        return None
    try:
        return values.moment(match[1].replace(",", "."))
    except WrongKindError:
        return None


def _sum_of_parts(word: str, text: str) -> float:
    total, position = 0.0, 0
    while position < len(word):
        part = _PART.match(word, position)
        if part is None or part[2].lower() not in UNITS:
            raise WrongKindError(f"{shown(text)} is no length of time")
        total += float(part[1]) * UNITS[part[2].lower()]
        position = part.end()
    return float(values.number(total))
