"""Text that came from a file and will be shown to a person."""

import dataclasses
import unicodedata
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

# Controls, formats (bidi, zero width), surrogates, private use, line separators.
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def printable(text: str, *, limit: int = 2_000) -> str:
    r"""Return `text`, at most `limit` long, with all that steers a terminal as a visible escape.

    >>> printable("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if unicodedata.category(c) not in _UNPRINTABLE else _escape(c) for c in text)


def _escape(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def map_strings(value: Any, change: Callable[[str], str]) -> Any:
    """Return a copy of a tree of dataclasses, tuples and mappings with every string changed."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple):
        return tuple(map_strings(item, change) for item in value)
    if isinstance(value, Mapping):
        return {change(str(key)): map_strings(item, change) for key, item in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {
            field.name: map_strings(getattr(value, field.name), change)
            for field in dataclasses.fields(value)
        }
        return dataclasses.replace(value, **fields)
    return value


def closest(word: str, known: tuple[str, ...]) -> str:
    """Return the help that a mistyped word deserves: `did you mean …?`, or what there is."""
    import difflib

    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else "there is: " + ", ".join(known)
