"""Bytes, durations and counts as people read them."""

import re
from collections.abc import Callable

KiB = 1 << 10
MiB = 1 << 20
GiB = 1 << 30

_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,6})?) ?(ms|s|m|min|h|d)")
_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,6})?) ?([kmgtKMGT](?:i?[bB])?|[bB])?")
_LONGEST = 1e9  # seconds: beyond are no times between looks, but mistakes
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400}

_YEAR, _YEARS_FROM = 31_557_600, 2

_BINARY = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")


def three_digits(number: float) -> str:
    """Return a number between -1000 and 1000 with three significant digits.

    >>> three_digits(4.9069), three_digits(36.5), three_digits(661.2)
    ('4.91', '36.5', '661')
    """
    magnitude = abs(number)
    decimals = 2 if magnitude < 9.995 else 1 if magnitude < 99.95 else 0
    if magnitude < 0.9995:
        decimals = 3
    return f"{number:.{decimals}f}"


def size(count: float | None) -> str:
    """Return a count of bytes in binary units, three significant digits; `unknown` for None.

    >>> size(5268754565), size(512), size(None)
    ('4.91 GiB', '512 B', 'unknown')
    """
    if count is None:
        return "unknown"
    unit = 0
    scaled = float(count)
    while abs(scaled) >= 999.5 and unit < len(_BINARY) - 1:
        scaled /= 1024
        unit += 1
    return f"{scaled:.0f} B" if unit == 0 else f"{three_digits(scaled)} {_BINARY[unit]}"


def spoken_size(count: float) -> str:
    """Return a size for a sentence, two significant digits below 10.

    >>> spoken_size(3238541571), spoken_size(118501521)
    ('3.0 GiB', '113 MiB')
    """
    number, unit = size(count).split(" ")
    if unit == "B":
        return f"{number} B"
    return f"{float(number):.1f} {unit}" if abs(float(number)) < 9.95 else f"{float(number):.0f} {unit}"


def duration(seconds: float | None) -> str:
    """Return a duration in its two largest units; `unknown` for None.

    >>> duration(31.878), duration(2033.87), duration(22123)
    ('31.9 s', '33 min 54 s', '6 h 9 min')
    """
    if seconds is None:
        return "unknown"
    if seconds < 59.95:
        return f"{three_digits(seconds)} s"
    whole = round(seconds)
    if whole < 3600:
        return _two(whole, 60, "min", 1, "s")
    if seconds >= _YEARS_FROM * _YEAR:
        return f"{grouped(round(seconds / _YEAR))} years"
    whole = round(seconds / 60) * 60
    if whole < 86_400:
        return _two(whole, 3600, "h", 60, "min")
    return _two(round(seconds / 3600) * 3600, 86_400, "d", 3600, "h")


def _two(whole: int, large: int, large_name: str, small: int, small_name: str) -> str:
    first, rest = divmod(whole, large)
    second = rest // small
    return f"{first} {large_name} {second} {small_name}" if second else f"{first} {large_name}"


def rate(per_second: float, unit: str) -> str:
    """Return a rate in `unit` per second as one per hour: MiB for bytes, else a count.

    >>> rate(70_460, "bytes"), rate(847_600, "bytes"), rate(-0.5, "count")
    ('242 MiB/h', '2 910 MiB/h', '−1 800 per hour')
    """
    return f"{_hourly(per_second, unit)} {'MiB/h' if unit == 'bytes' else 'per hour'}"


def interval(low: float, high: float, unit: str) -> str:
    """Return the interval of a rate, in the rate's unit.

    >>> interval(66_680, 75_120, "bytes")
    '[229, 258]'
    """
    return f"[{_hourly(low, unit)}, {_hourly(high, unit)}]"


def _hourly(per_second: float, unit: str) -> str:
    number = per_second * 3600 / (MiB if unit == "bytes" else 1)
    magnitude = abs(number)
    if magnitude < 0.0005:
        return "0"
    if magnitude < 999.5:
        text = f"{number:.0f}" if number == int(number) else three_digits(number)
    else:
        text = grouped(number) if magnitude < 1e7 else f"{number:.2e}"
    return text.replace("-", "−") if number < 0 else text


def parse_duration(text: str) -> float:
    """Return the seconds of "15s", "1.5 min", "2h".

    Raises ValueError for anything else.
    """
    match = _DURATION.fullmatch(text.strip())
    seconds = float(match[1]) * _SECONDS[match[2]] if match else 0
    if not is_length_of_time(seconds):
        raise ValueError(f"{text!r} is no length of time")
    return seconds


def is_length_of_time(seconds: float) -> bool:
    """Whether something can last so long: more than nothing, and less than 31 years."""
    return 0 < seconds < _LONGEST


def parse_size(text: str) -> int:
    """Return the bytes of "54GB", "1.5 GiB", "512M": in memory these are all binary units.

    Raises ValueError for anything else.

    >>> parse_size("1.5GiB"), parse_size("54 GB") == 54 * GiB
    (1610612736, True)
    """
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no size")
    return int(float(match[1]) * 1024 ** "bkmgt".index((match[2] or "b")[0].lower()))


def grouped(number: float) -> str:
    """Return a number as a person writes it, thousands apart by a space, at most two decimals.

    >>> grouped(74693.03), grouped(490.68), grouped(12)
    ('74 693', '490.68', '12')
    """
    if isinstance(number, float) and abs(number) < 1000 and number != int(number):
        return f"{number:.2f}"
    return f"{number:,.0f}".replace(",", " ")


def spoken(value: float, unit: str) -> str:
    """Return a number as a person reads it, with its unit; without one that is known it is a count.

    >>> spoken(5268754565, "bytes"), spoken(253_656_000, "bytes/h"), spoken(7, "handles")
    ('4.91 GiB', '242 MiB/h', '7')
    """
    if unit in _WORDING:
        return _WORDING[unit](value)
    return rate(value / 3600, unit.removesuffix("/h")) if unit.endswith("/h") else grouped(value)


def count_of(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun; `many` where the plural is not `one` with an s.

    >>> count_of(1, "sample"), count_of(20_000, "process", "processes")
    ('1 sample', '20 000 processes')
    """
    return f"{grouped(count)} {one if count == 1 else many or f'{one}s'}"


def ordinal(number: int) -> str:
    """Return which one in a row.

    >>> ordinal(32), ordinal(11), ordinal(101), ordinal(4)
    ('32nd', '11th', '101st', '4th')
    """
    is_teen = number % 100 in {11, 12, 13}
    return f"{grouped(number)}{'th' if is_teen else _ORDINALS.get(number % 10, 'th')}"


_ORDINALS = {1: "st", 2: "nd", 3: "rd"}


def percent(ratio: float) -> str:
    """Return a ratio as a percentage.

    >>> percent(0.945), percent(0.004), percent(0.0001)
    ('94 %', '0.4 %', '< 0.1 %')
    """
    number = ratio * 100
    if 0 < number < 0.05:
        return "< 0.1 %"
    return f"{number:.1f} %" if 0 < abs(number) < 0.95 else f"{number:.0f} %"


_WORDING: dict[str, Callable[[float], str]] = {
    "bytes": size,
    "bytes/s": lambda value: f"{size(value)}/s",
    "seconds": duration,
    "MiB/h": lambda value: f'{grouped(value)} "MB/h"',
    "ratio": lambda value: f"{value:.3g}",
    "share": percent,
}
