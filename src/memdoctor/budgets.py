"""What the user allows: so much memory, so many listeners, so much growth in an hour.

A budget is `NAME=VALUE`, or a band `NAME=WARN..LIMIT`. Its name says what is measured and in which unit.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from memdoctor.assumptions import TIMES
from memdoctor.budget_names import ALSO, NAMES, WITH_TARGET, Named
from memdoctor.cuts import beginning
from memdoctor.text import closest, printable
from memdoctor.units import parse_size

_COUNT = re.compile(r"[0-9]{1,15}")
_SHARE = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,6})?) ?(%?)")
_FORMS = {
    "bytes": "a size with its unit, such as 500MiB",
    "share": "a share, such as 85%",
    "bytes/h": "growth in a time, such as 50MiB/h",
    "count/h": "growth in a time, such as 100/h",
}
HELP = "such as rss=500MiB, heap_of_limit=80%..90%, growth=50MiB/h or entries:Cache.items=1000"


@dataclass(frozen=True, slots=True)
class Budget:
    """So much of what `name` measures is allowed: beyond `warn` is a warning, beyond `limit` an error."""

    name: str  # as in NAMES or WITH_TARGET
    target: str | None
    warn: float | None
    limit: float
    text: str  # the value as it was typed
    where: str  # it was set: --budget, MEMDOCTOR_BUDGET, or a file with the place in it

    @property
    def full_name(self) -> str:
        """The name as the user writes it."""
        return self.name if self.target is None else f"{self.name}:{self.target}"

    @property
    def measure(self) -> Named:
        """What it measures."""
        return NAMES[self.name] if self.target is None else WITH_TARGET[self.name]

    @property
    def words(self) -> str:
        """What it measures, in words."""
        return self.measure.words.format(self.target)

    @property
    def least(self) -> float:
        """From where on it is worth a word."""
        return self.limit if self.warn is None else self.warn


def budgets_in(value: Any, where: str) -> tuple[Budget, ...]:
    """Return the budgets of a text (`a=1,b=2`), of a list of such, or of a table.

    Raises ValueError for anything else.
    """
    if isinstance(value, Mapping):
        return tuple(_of_table(value, where, ""))
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, Sequence):
        raise ValueError(f"{_short(str(value))} is no budget")
    return merged((), [budget for item in items for budget in _of_item(item, where)])


def merged(base: Sequence[Budget], over: Sequence[Budget]) -> tuple[Budget, ...]:
    """Return budgets of two places: of one name that of the second place."""
    return tuple({one.full_name: one for one in (*base, *over)}.values())


def parse_budget(text: str, where: str) -> Budget:
    """Return what a text such as rss=500MiB or heap_of_limit=80%..90% allows.

    Raises ValueError, with what would be right, for any other text.

    >>> parse_budget("rss=500MiB", "--budget").limit == 500 * 2**20
    True
    >>> parse_budget("heap_of_limit=80%..90%", "--budget").warn
    0.8
    """
    name, sign, value = text.strip().rpartition("=")
    if not sign or not name.strip():
        raise ValueError(f"{_short(text)} is no budget: NAME=VALUE")
    return _budget(name.strip(), value.strip(), where)


def _of_item(item: Any, where: str) -> Iterator[Budget]:
    if isinstance(item, Budget):
        yield item
    else:
        yield from (parse_budget(text, where) for text in str(item).split(","))


def _of_table(table: Mapping[str, Any], where: str, above: str) -> Iterator[Budget]:
    for key, value in table.items():
        name, place = f"{above}{key}", f"{where}/{key}"
        if isinstance(value, Mapping) and not above and key in WITH_TARGET:
            yield from _of_table(value, place, f"{key}:")
        elif isinstance(value, str | int | float) and not isinstance(value, bool):
            yield _budget(name, str(value), place)
        else:
            raise ValueError(f"budget {_short(name)} cannot be {_short(str(value))}")


def _budget(name: str, value: str, where: str) -> Budget:
    word, _, target = name.partition(":")
    word = word.lower().replace("-", "_")
    word = ALSO.get(word, word)
    measure = (WITH_TARGET if target else NAMES).get(word)
    if measure is None:
        raise ValueError(f"there is no budget {_short(name)}; {_nearest(word, target)}")
    first, band, second = value.partition("..")
    numbers = [
        _number(part.strip(), measure.unit, name) for part in ((first, second) if band else (first,))
    ]
    if band and not numbers[0] < numbers[1]:
        raise ValueError(f"budget {_short(name)}={_short(value)}: a band goes from less to more")
    warn = numbers[0] if band else None
    return Budget(word, target or None, warn, numbers[-1], value, where)


def _nearest(word: str, target: str) -> str:
    if not target and word in WITH_TARGET:
        return f"{word}:NAME names what is meant"
    return closest(word, (*NAMES, *(f"{name}:NAME" for name in WITH_TARGET)))


def _number(text: str, unit: str, name: str) -> float:
    """Return a value in a unit. Raises ValueError for what is none."""
    parse = {"bytes": _bytes, "share": _share, "bytes/h": _hourly, "count/h": _hourly}.get(unit, _count)
    try:
        return parse(text) if unit != "count/h" else _hourly(text, counted=True)
    except ValueError:
        form = _FORMS.get(unit, "a whole number, such as 1000")
        raise ValueError(f"budget {_short(name)} cannot be {_short(text)}: {form}") from None


def _bytes(text: str) -> float:
    if text[-1:].isdigit() and text != "0":
        raise ValueError(text)
    return float(parse_size(text))


def _count(text: str) -> float:
    if _COUNT.fullmatch(text) is None:
        raise ValueError(text)
    return float(text)


def _share(text: str) -> float:
    match = _SHARE.fullmatch(text)
    share = float(match[1]) / (100 if match[2] else 1) if match else -1.0
    if not 0 < share <= (10 if match and match[2] else 1):
        raise ValueError(text)
    return share


def _hourly(text: str, *, counted: bool = False) -> float:
    amount, sign, time = text.partition("/")
    if not sign or time.strip() not in TIMES:
        raise ValueError(text)
    return (_count if counted else _bytes)(amount.strip()) * 3600 / TIMES[time.strip()]


def _short(text: str) -> str:
    return printable(beginning(text, 60))
