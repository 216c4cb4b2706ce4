"""Text that came from a file and will be shown to a person."""

import dataclasses
import functools
import operator
import unicodedata
from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import Any

_WITHOUT_STRINGS = frozenset({int, float, bool, type(None), datetime})
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
    """Return a tree of dataclasses, tuples and mappings with every string changed.

    What holds no string that changes is not copied.
    """
    known: dict[str, str] = {}

    def walk(node: Any) -> Any:
        kind: Any = type(node)
        if kind is str:
            if node not in known:
                known[node] = change(node)
            return known[node] if known[node] != node else node
        if kind in _WITHOUT_STRINGS or isinstance(node, Enum):
            return node
        if kind is tuple:
            items = tuple(map(walk, node))
            return items if any(map(operator.is_not, items, node)) else node
        if kind is dict:
            return {walk(key): walk(item) for key, item in node.items()}
        changed = {
            name: item for name in _fields(kind) if (item := walk(old := getattr(node, name))) is not old
        }
        return dataclasses.replace(node, **changed) if changed else node

    return walk(value)


@functools.cache
def _fields(kind: Any) -> tuple[str, ...]:
    # Raises TypeError for what is no record: a filter must not let pass what it does not know.
    return tuple(field.name for field in dataclasses.fields(kind))


def file_name(path: str) -> str:
    r"""Return the last part of a path, of either system.

    >>> file_name("/srv/app/worker.js"), file_name("C:\\app\\node.exe")
    ('worker.js', 'node.exe')
    """
    return path.replace("\\", "/").rsplit("/", 1)[-1]


def sentence(statement: str, whose: str | None = None) -> str:
    """Return a statement as a sentence; a name before it keeps its case.

    >>> sentence("the heap grows"), sentence("it grows", "mail")
    ('The heap grows.', 'mail: it grows.')
    """
    return f"{statement[:1].upper()}{statement[1:]}." if whose is None else f"{whose}: {statement}."


def closest(word: str, known: tuple[str, ...]) -> str:
    """Return the help that a mistyped word deserves: `did you mean …?`, or what there is."""
    import difflib

    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else "there is: " + ", ".join(known)


_ENDINGS = (".zst", ".xz", ".gz", ".json", ".jsc", ".heapsnapshot")


def is_beside(file: str, snapshot: str) -> bool:
    """Whether a file has the name of a snapshot, but for their endings.

    >>> is_beside("run/leak-1.usage.json", "run/leak-1.heapsnapshot.xz"), is_beside("a/10.json", "a/1.json")
    (True, False)
    """
    stem = snapshot
    for ending in _ENDINGS:
        stem = stem.removesuffix(ending)
    return file != snapshot and file.startswith(f"{stem}.")
