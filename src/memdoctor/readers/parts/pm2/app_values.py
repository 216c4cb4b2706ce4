"""Values as PM2 has them, in JSON or printed; each is taken only if it is what it should be."""

import re
from typing import Any

from memdoctor.cuts import beginning
from memdoctor.readers.parts import sizes, values
from memdoctor.readers.parts.values import WrongKindError
from memdoctor.text import file_name

# What PM2 writes where it knows nothing, with or without the unit of what it does not know.
_ABSENT = frozenset({"n/a", "null", "undefined", "nan"})
_LONGEST_PATH = 4096
STATUSES = (
    *("online", "launching", "stopping", "stopped", "errored", "waiting restart"),
    *("one-launch-status", "created", "restart"),
)
_SINCE = re.compile(r"([0-9]{1,6})([smhDMY])")
_STEPS = {"s": 1, "m": 60, "h": 3600, "D": 86_400, "M": 2_592_000, "Y": 31_536_000}


def is_absent(raw: Any) -> bool:
    """Whether a value says that PM2 knows none."""
    if not isinstance(raw, str):
        return raw is None
    words = raw[:100].split(None, 1)
    return not words or words[0].lower() in _ABSENT


def count(raw: Any) -> int:
    """Return a whole number that is not negative, also from digits in a text."""
    number = values.whole(values.from_text(raw) if isinstance(raw, str) else raw)
    if number < 0:
        raise WrongKindError(f"{number} is negative")
    return number


def some(raw: Any) -> int | None:
    """Return a whole number; 0 is what PM2 writes of a process that does not run."""
    return count(raw) or None


def share(raw: Any) -> float:
    """Return a percentage as a share.

    >>> share(89.52), share("100 %")
    (0.8952, 1.0)
    """
    number = values.number(values.from_text(raw.strip().removesuffix("%")) if isinstance(raw, str) else raw)
    if number < 0:
        raise WrongKindError(f"{number:g} % is negative")
    return round(number / 100, 6)


def size(raw: Any) -> int | None:
    """Return bytes of a number, or of a text such as "56.2mb" or "300M"; 0 is none."""
    if not isinstance(raw, str):
        return some(raw)
    found = sizes.parse_size(raw, thousands=False)
    if found.bytes < 0:
        raise WrongKindError("a negative size")
    return found.bytes or None


def mode(raw: Any) -> str:
    """Return fork or cluster."""
    return values.text(raw).removesuffix("_mode")


def program(raw: Any) -> str:
    """Return the name of an interpreter, which PM2 may know by its path.

    >>> program("/usr/bin/node"), program("python3")
    ('node', 'python3')
    """
    return file_name(path(raw)).removesuffix(".exe")


def path(raw: Any) -> str:
    """Return a path."""
    if not isinstance(raw, str):
        raise WrongKindError("no text where a path belongs")
    return beginning(raw, _LONGEST_PATH)


def home(raw: Any) -> str | None:
    """Return PM2's home by the path of an app's pid file, None of one that the app has put elsewhere.

    >>> home("/home/app/.pm2/pids/api-0.pid"), home("/run/api.pid")
    ('/home/app/.pm2', None)
    """
    folder, _, _ = path(raw).replace("\\", "/").rpartition("/")
    above, _, last = folder.rpartition("/")
    return above if above and last == "pids" else None


def since(text: str) -> tuple[float, float] | None:
    """Return a time since the start and the step to which it was cut; of what does not run PM2 prints 0.

    >>> since("3m"), since("0s"), since("0")
    ((180.0, 60.0), (0.0, 1.0), None)
    """
    word = text.strip()
    if word == "0":
        return None
    found = _SINCE.fullmatch(word)
    if found is None:
        raise WrongKindError(f"{sizes.shown(word)} is no uptime of PM2")
    step = float(_STEPS[found[2]])
    return int(found[1]) * step, step
