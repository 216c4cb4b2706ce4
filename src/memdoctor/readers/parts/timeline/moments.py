"""The moment of a row: a start, a restart, a collection, a length of time, a time of day, a date."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from memdoctor.readers.parts import times, values
from memdoctor.readers.parts.values import WrongKindError

DAY = 86_400.0
_SCALE = {**times.UNITS, "week": 7 * DAY, "weeks": 7 * DAY}
_COUNTS = (
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_WORTH = {
    **{"half": 0.5, "half a": 0.5, "half an": 0.5, "a": 1.0, "an": 1.0},
    **{word: float(count) for count, word in enumerate(_COUNTS, 1)},
}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_UNIT = r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|(?-i:[hmsd]))"
_WORDED = rf"half(?:\s{{1,4}}an?)?|an?|{'|'.join(_COUNTS)}"
_PART = rf"(?:[0-9]{{1,7}}(?:[.,][0-9]{{1,3}})?\s{{0,4}}-?|(?:{_WORDED})\s{{1,4}}){_UNIT}(?![A-Za-z])\.?"
_BEFORE_LENGTH = (
    r"(?:t\s?[+=]\s{0,4}|\+\s{0,4}|[~≈]\s?|(?:about|approx\.?|after|at|in|up|for|another|uptime:?)\s{1,4})"
)
_BEHIND_LENGTH = (
    r"(?:\s{1,4}(?:later|of uptime|uptime|up|running|elapsed|passed|(?:in|after)(?!\s{1,4}[a-z])))?(?![\w])"
)
# No length and no time of day is one of two sizes: `15h/18h` would be none, `7 / 9` neither.
_NO_SIZE = r"(?!\s?[/÷]\s?[~≈]?[0-9])"
_OF_DAY = (
    r"(?P<hour>[01]?[0-9]|2[0-3]):(?P<minute>[0-5][0-9])(?::(?P<second>[0-5][0-9])(?:[.,][0-9]{1,9})?)?"
    r"(?:\s?(?P<half>[ap])\.?m\b\.?)?(?:\s?(?:hrs?|h|uhr|utc|gmt|z|cest|cet)\b)?(?!\w|:[0-9])"
)
_DAYS = rf"(?:{'|'.join(_WEEKDAYS)})(?:[a-z]{{0,6}}day)?"
_DATE = (
    r"(?:(?P<year>[0-9]{4})[-/.](?P<month>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})"
    r"|(?P<day_first>[0-9]{1,2})\.(?P<month_second>[0-9]{1,2})\.(?P<year_last>[0-9]{4}))(?![0-9])"
)
_CLOCK = (
    r"(?P<clock>[0-9]{1,2}:[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{1,9})?)?)"
    r"\s?(?P<zone>Z\b|UTC\b|GMT\b|[+-][0-9]{2}:?[0-9]{2}\b)?(?!\w|:[0-9])"
)

START, RESTART, COLLECTED, LENGTH, HOURS, COUNTED, ZERO, DATE, OF_DAY, DAY_NUMBER = range(10)
_TIMES = frozenset({LENGTH, HOURS, COUNTED, ZERO, DATE, OF_DAY, DAY_NUMBER})
_ARTICLES = r"(?:(?:at|after|on|since|fresh|cold|the|app|process|worker|pm2|first)\s{1,4}){0,4}"
_ATOMS: dict[int, re.Pattern[str]] = {
    kind: re.compile(pattern, re.IGNORECASE)
    for kind, pattern in {
        START: rf"{_ARTICLES}(?:start(?:[ -]?up|ed|ing)?|boot(?:ed|[ -]?up)?|launch(?:ed)?|initial(?:ly)?"
        r"|fresh|baseline|begin(?:ning)?|t\s?=\s?0)(?!\w|[./-]\w|=)",
        RESTART: r"(?P<since>(?:after|since|post)[ -])?"
        r"(?:(?:at|on|upon|pm2|a|the|app|worker|process|just|manual)[ -]){0,4}"
        r"(?:re-?start(?:ed|s)?|reboot(?:ed)?|reload(?:ed)?|new process)"
        r"(?:\s{1,4}by\s{1,4}pm2)?(?![\w=/-])",
        COLLECTED: r"(?:(?:just|right|shortly|soon)\s{1,4})?(?:(?:after|before|post|at|on)[ -])?"
        r"(?:(?:a|the|full|major|minor|forced|manual|global)[ -]){0,3}"
        r"(?:gc(?:'?e?d|\s{1,4}ran)?|garbage[ -]collect(?:ion|ed)|collection|collected)(?!\w|[./-]\w|=)",
        LENGTH: rf"(?:{_BEFORE_LENGTH}){{0,3}}(?P<parts>{_PART}(?:\s?,?\s?(?:and\s)?{_PART}){{0,3}}"
        rf"(?:(?<=[0-9]h)[0-5][0-9](?![0-9]|[.,:/][0-9]))?){_BEHIND_LENGTH}{_NO_SIZE}",
        HOURS: r"(?:(?:t\s?[+=]|\+|after|uptime:?)\s{0,4}(?P<hours>[0-9]{1,4}):(?P<of_hour>[0-5][0-9])"
        r"(?::(?P<rest>[0-5][0-9]))?(?:\s?h(?:ours?|rs?)?\b)?"
        r"|(?P<bare>[0-9]{1,4}):(?P<of_bare>[0-5][0-9])\s?h(?:ours?|rs?)?\s{1,4}(?:later|in|up))"
        rf"{_BEHIND_LENGTH}(?!\w|:[0-9])",
        COUNTED: r"(?:at\s)?(?P<unit>minutes?|mins?|hours?|hrs?)\s?(?P<count>[0-9]{1,5})"
        rf"(?!\w|[.,:][0-9]){_NO_SIZE}",
        ZERO: r"(?:t\s?[+=]?\s?|\+\s?)?0(?!\w|[.,:/-][0-9]|\s?[/÷%])",
        DATE: rf"(?:(?:at|on)\s)?{_DATE}(?:(?:[T\s|│,;]{{1,40}}|\s{{0,4}}at\s)(?P<time>{_CLOCK}))?",
        OF_DAY: rf"(?:(?:at|around|@)\s?|~)?(?:(?P<weekday>{_DAYS})\.?,?\s{{1,4}}"
        r"|day\s?(?P<number>[0-9]{1,4}),?\s{1,4}"
        r"|(?:yesterday|today|tomorrow|tonight|next day|that night|same day),?\s{1,4})?"
        rf"(?:at\s)?{_OF_DAY}{_NO_SIZE}",
        DAY_NUMBER: r"(?:at |on )?day\s?(?P<number>[0-9]{1,4})(?!\w|[.:][0-9])",
    }.items()
}
_FIRST = re.compile(r"[0-9A-Za-z+~≈@]")
_GAP = re.compile(r"[\s|│@:,;()\[\]·–—-]{0,20}(?:(?:at|on)\s(?=[0-9])|@\s?)?")
_PARTS = re.compile(
    rf"(?:(?P<number>[0-9.,]{{1,12}})\s{{0,4}}-?|\b(?P<word>{_WORDED})\s{{1,4}})(?P<unit>{_UNIT})"
    r"|(?P<minutes>[0-9]{2})",
    re.IGNORECASE,
)
_SINCE = re.compile(
    r"(?:after|since|post)[ -](?:.{0,20} )?(?:re-?)?(?:start|boot|launch|load)", re.IGNORECASE
)
_MOST_ATOMS = 4


@dataclass(slots=True)
class Moment:
    """When a row was noted, as its words tell. `end` is where they end in the text.

    `length` are seconds since the start of the process, `of_day` those since midnight, `day` the number of
    a day or (`is_weekday`) of a day of the week. `since_restart`: "after the restart", which may be above.
    """

    end: int = 0
    starts: bool = False
    restarts: bool = False
    since_restart: bool = False
    collected: bool = False
    length: float | None = None
    of_day: float | None = None
    day: int | None = None
    is_weekday: bool = False
    has_seconds: bool = False  # of a time of day: 0:07:00 may be a length
    at: datetime | None = None
    words: list[str] = field(default_factory=list)

    @property
    def is_worded(self) -> bool:
        """Whether words tell the moment, and not only a time."""
        return self.starts or self.restarts or self.collected

    @property
    def is_timed(self) -> bool:
        """Whether a time tells it."""
        return self.length is not None or self.of_day is not None or self.day is not None or bool(self.at)


def moment_at(text: str, start: int, *, in_prose: bool = False) -> Moment | None:
    """Return the moment that a text names from a position on, None if there is none.

    In prose words of the row before may stand there: what a collection is told of stands alone.
    """
    moment, position, kinds = Moment(), start, list[int]()
    for _ in range(_MOST_ATOMS):
        found = _longest(text, position)
        if found is None or not _goes_on(text, moment.end, found, kinds, in_prose=in_prose):
            break
        kind, match = found
        try:
            _take(moment, kind, match)
        except (WrongKindError, ValueError, OverflowError):
            break
        moment.end = match.end()
        kinds.append(kind)
        gap = _GAP.match(text, moment.end)
        position = gap.end() if gap else moment.end
    if moment.length is not None:  # "7 min after start" is no more than "+7 min"
        moment.words = [word for word in moment.words if not _SINCE.match(word)]
    return moment if kinds else None


def said_by(text: str) -> Moment | None:
    """Return the moment that is the whole of a text."""
    moment = moment_at(text, 0)
    return moment if moment is not None and moment.end == len(text.rstrip(" :.)]")) else None


def _longest(text: str, position: int) -> tuple[int, re.Match[str]] | None:
    if _FIRST.match(text, position) is None:
        return None
    found = [(kind, match) for kind, pattern in _ATOMS.items() if (match := pattern.match(text, position))]
    return max(found, key=lambda one: one[1].end(), default=None)


def _goes_on(
    text: str, end: int, found: tuple[int, re.Match[str]], kinds: list[int], *, in_prose: bool
) -> bool:
    """Whether words belong to the moment before them, and not to the next row."""
    kind, match = found
    if not kinds:
        return not (in_prose and kind == ZERO and match[0] == "0")
    if (kind == ZERO and match[0] == "0") or (kind in kinds and kind != LENGTH):
        return False
    between = text[end : match.start()]
    if kinds[-1] in _TIMES:
        return not (kind in kinds and "(" not in between) and "\n" not in between
    apart = any(char in between for char in ",;·\n")
    return not apart and not (in_prose and kinds[-1] == COLLECTED)


def _take(moment: Moment, kind: int, match: re.Match[str]) -> None:
    said = " ".join(match[0].split())
    if kind == START:
        moment.starts = True
    elif kind == RESTART:
        moment.restarts, moment.since_restart = True, match["since"] is not None
    elif kind == COLLECTED:
        moment.collected = True
    else:
        _take_time(moment, kind, match)
        return
    moment.words.append(said)


def _take_time(moment: Moment, kind: int, match: re.Match[str]) -> None:
    if kind == DATE:
        moment.at = _date(match)
    elif kind == OF_DAY:
        moment.of_day, moment.has_seconds = _of_day(match), match["second"] is not None
        if match["weekday"]:
            moment.day, moment.is_weekday = _WEEKDAYS.index(match["weekday"][:3].lower()), True
        elif match["number"]:
            moment.day = int(match["number"])
    elif kind == DAY_NUMBER:
        moment.day = int(match["number"])
    elif moment.length is None:
        moment.length = values.number(_length(kind, match))


def _length(kind: int, match: re.Match[str]) -> float:
    if kind == ZERO:
        return 0.0
    if kind == COUNTED:
        return int(match["count"]) * _SCALE[match["unit"].lower()]
    if kind == HOURS:
        hours = int(match["hours"] or match["bare"]) * 3600
        return hours + int(match["of_hour"] or match["of_bare"]) * 60.0 + int(match["rest"] or 0)
    return sum(_seconds(match["parts"]))


def _seconds(parts: str) -> Iterator[float]:
    for part in _PARTS.finditer(parts):
        if part["minutes"]:  # 1h15
            yield int(part["minutes"]) * 60.0
            continue
        word = " ".join((part["word"] or "").lower().split())
        count = _WORTH[word] if word else float(part["number"].replace(",", "."))
        yield count * _SCALE[part["unit"].lower()]


def _of_day(match: re.Match[str]) -> float:
    hour = int(match["hour"])
    if match["half"] and hour <= 12:
        hour = hour % 12 + (12 if match["half"].lower() == "p" else 0)
    return hour * 3600 + int(match["minute"]) * 60.0 + int(match["second"] or 0)


def _date(match: re.Match[str]) -> datetime:
    year = int(match["year"] or match["year_last"])
    month = int(match["month"] or match["month_second"])
    day = int(match["day"] or match["day_first"])
    clock = (match["clock"] or "00:00").replace(",", ".")
    clock = clock if clock[2] == ":" else f"0{clock}"
    zone = (match["zone"] or "").upper().replace("UTC", "Z").replace("GMT", "Z")
    return values.moment(f"{year:04}-{month:02}-{day:02}T{clock}{zone}")
