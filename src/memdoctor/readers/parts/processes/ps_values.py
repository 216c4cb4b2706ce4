"""Values as `ps` writes them: times, ages, sizes, states."""

import re
from datetime import UTC, datetime

_ETIME = re.compile(r"(?:([0-9]{1,6})-)?(?:([0-9]{1,4}):)?([0-9]{1,7}):([0-9]{2})(?:[.,]([0-9]{1,3}))?")
_BUSYBOX_AGE = re.compile(r"([0-9]{1,6})([dhms])(?:([0-9]{2})([hms])?)?")
_DECIMAL = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,6})?%?")
_SIZE = re.compile(r"([0-9]{1,16})(?:[.,]([0-9]{1,3}))?([kKmMgGtT]?)")
_SECONDS = {"d": 86_400, "h": 3600, "m": 60, "s": 1}
_POWERS = {"k": 1, "m": 2, "g": 3, "t": 4}
_CLOCK = re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2}")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MOST_WORDS = 7  # of a start time in full


def whole(word: str) -> int | None:
    """Return a whole number of at most 15 digits, or None."""
    text = word.removeprefix("-")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        return None
    return int(word)


def decimal(word: str) -> float | None:
    """Return a number with a decimal point or comma."""
    return float(word.rstrip("%").replace(",", ".")) if _DECIMAL.fullmatch(word) else None


def seconds(word: str) -> float | None:
    """Return a length of time: `[[DD-]HH:]MM:SS`, `6319:44.71`, plain seconds, or busybox's `2h05`.

    >>> seconds("02-16:50:46"), seconds("0:04"), seconds("08:09"), seconds("6319:44.71")
    (233446.0, 4.0, 489.0, 379184.71)
    """
    number = whole(word)
    if number is not None:
        return float(number) if number >= 0 else None
    if found := _ETIME.fullmatch(word):
        days, hours, minutes, rest, part = found.groups(default="0")
        total = (int(days) * 24 + int(hours)) * 3600 + int(minutes) * 60 + int(rest)
        return round(total + float(f"0.{part}"), 3)
    if found := _BUSYBOX_AGE.fullmatch(word):
        large, unit, small, below = found.groups()
        smaller = {"d": "h", "h": "m", "m": "s"}.get(unit)
        total = int(large) * _SECONDS[unit]
        return float(total + (int(small) * _SECONDS[below or smaller or "s"] if small else 0))
    return None


def size(word: str) -> int | None:
    """Return bytes: a number of KiB, or one with a letter, as busybox writes it.

    >>> size("48472"), size("45m"), size("1.3g")
    (49635328, 47185920, 1395864371)
    """
    found = _SIZE.fullmatch(word)
    if found is None:
        return None
    number = float(f"{found[1]}.{found[2] or 0}")
    return int(number * (1024 ** _POWERS[found[3].lower()] if found[3] else 1024))


def start_words(words: list[str]) -> int:
    """Return how many words a start time takes: `Fri Nov 20 09:19:44 2026` five, `Oct 31` two, else one.

    Other languages have other words, but all have a clock with a year beside it.
    """
    ahead = words[:_MOST_WORDS]
    for index in range(2, len(ahead)):
        if _CLOCK.fullmatch(ahead[index]):
            years = [at for at in (index - 1, index + 1) if at < len(ahead) and _YEAR.fullmatch(ahead[at])]
            return max(index, *years) + 1 if years else _short(words)
    return _short(words)


def _short(words: list[str]) -> int:
    is_day = words[0].lower() in _MONTHS and len(words) > 1 and words[1].isdigit() and len(words[1]) < 3
    return 2 if is_day else 1


def start(words: list[str]) -> datetime | None:
    """Return a start time in full, read as UTC, for it names no zone; None for any other.

    Only English is read: `mar` is a month there, and a day in four other languages.
    """
    text = [word.strip(".,").lower() for word in words]
    if not text or text[0][:3] not in _DAYS:
        return None
    month = next((_MONTHS.index(word[:3]) + 1 for word in text[1:] if word[:3] in _MONTHS), None)
    clock = next((word for word in text if _CLOCK.fullmatch(word)), None)
    year = next((word for word in text if _YEAR.fullmatch(word)), None)
    day = next((word for word in text if word.isdigit() and len(word) < 3), None)
    if month is None or clock is None or year is None or day is None:
        return None
    hours, minutes, rest = map(int, clock.split(":"))
    try:
        return datetime(int(year), month, int(day), hours, minutes, rest, tzinfo=UTC)
    except ValueError:  # the 31st of February
        return None
