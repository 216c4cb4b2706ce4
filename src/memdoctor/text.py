"""Text that came from a file and will be shown to a person."""

import dataclasses
import functools
import operator
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
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


# A command of a GitHub workflow: two colons after any space, or in its old form anywhere in a line.
_COMMAND = re.compile(r"^([^\S\n]*+):(?=:)", re.MULTILINE)


def without_commands(text: str) -> str:
    """Return lines that a GitHub workflow takes for no command.

    >>> without_commands("::error::x"), without_commands("a ##[group]"), without_commands("a::b")
    (': :error::x', 'a ## [group]', 'a::b')
    """
    return _COMMAND.sub(r"\1: ", text).replace("##[", "## [")


def _escape(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def map_strings(
    value: Any,
    change: Callable[[str], str],
    *,
    fixed: frozenset[str] = frozenset(),
    own_keys: frozenset[str] = frozenset(),
) -> Any:
    """Return a tree of dataclasses, tuples and mappings with every string changed.

    Fields named in `fixed` stay as they are, and so do the keys of mappings in fields named in `own_keys`.
    What holds no string that changes is not copied.
    """
    known: dict[str, str] = {}

    def walk(node: Any, own: bool = False) -> Any:
        kind: Any = type(node)
        if kind is str:
            if node not in known:
                known[node] = change(node)
            return known[node] if known[node] != node else node
        if kind in _WITHOUT_STRINGS or isinstance(node, Enum):
            return node
        if kind is tuple:
            items = tuple(walk(item, own) for item in node)
            return items if any(map(operator.is_not, items, node)) else node
        if kind is dict:
            return {key if own else walk(key): walk(item, own) for key, item in node.items()}
        changed = {
            name: item
            for name in _fields(kind)
            if name not in fixed and (item := walk(old := getattr(node, name), name in own_keys)) is not old
        }
        return dataclasses.replace(node, **changed) if changed else node

    return walk(value)


@functools.cache
def _fields(kind: Any) -> tuple[str, ...]:
    # Raises TypeError for what is no record: a filter must not let pass what it does not know.
    return tuple(field.name for field in dataclasses.fields(kind))


def fields_named(value: Any, name: str) -> Iterator[str]:
    """Yield the texts in the fields of one name in a tree of dataclasses, tuples and mappings."""
    if isinstance(value, tuple):
        for item in value:
            yield from fields_named(item, name)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from (item,) if key == name and isinstance(item, str) else fields_named(item, name)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in _fields(type(value)):
            item = getattr(value, field)
            yield from (item,) if field == name and isinstance(item, str) else fields_named(item, name)


def with_group(match: re.Match[str], new: str, group: str = "it") -> str:
    """Return what was matched, with something else in the place of one group.

    >>> with_group(re.compile("key=(?P<it>.+);").search("a key=b;"), "***")
    'key=***;'
    """
    first, end = match.span(group)
    return match.string[match.start() : first] + new + match.string[end : match.end()]


def file_name(path: str) -> str:
    r"""Return the last part of a path, of either system.

    >>> file_name("/srv/app/worker.js"), file_name("C:\\app\\node.exe")
    ('worker.js', 'node.exe')
    """
    return path.replace("\\", "/").rsplit("/", 1)[-1]


def file_names(paths: Sequence[str]) -> dict[str, str]:
    """Return for each path the last part of it; all of it where another one has the same.

    >>> file_names(["/srv/a.json", "/srv/b.json"]), file_names(["x/a.json", "y/a.json"])
    ({'/srv/a.json': 'a.json', '/srv/b.json': 'b.json'}, {'x/a.json': 'x/a.json', 'y/a.json': 'y/a.json'})
    """
    last = [file_name(path) for path in paths]
    times = Counter(last)
    return {path: name if times[name] == 1 else path for path, name in zip(paths, last, strict=True)}


def sentence(statement: str, whose: str | None = None) -> str:
    """Return a statement as a sentence; a name before it keeps its case.

    >>> sentence("the heap grows"), sentence("it grows", "mail")
    ('The heap grows.', 'mail: it grows.')
    """
    return f"{capital(statement)}." if whose is None else f"{whose}: {statement}."


def capital(text: str) -> str:
    """Return a text as the begin of a sentence; a name that it begins with keeps its case.

    >>> capital("external, RSS"), capital("growth: 3 MiB/h"), capital("a-2.json: it grows")
    ('External, RSS', 'Growth: 3 MiB/h', 'a-2.json: it grows')
    """
    first = text.split(" ", 1)[0].rstrip(",.;:")
    return text[:1].upper() + text[1:] if first.isalpha() else text


def closest(word: str, known: tuple[str, ...]) -> str:
    """Return the help that a mistyped word deserves: `did you mean …?`, or what there is.

    >>> closest("jsn", ("json", "terminal")), closest("x", tuple("abcdefghijklmn"))
    ('did you mean json?', 'there is: a, b, c, d, e, f, g, h, i, j, k, l and 2 more')
    """
    import difflib

    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]}?"
    more = f" and {len(known) - _MOST_WORDS} more" if len(known) > _MOST_WORDS else ""
    return "there is: " + ", ".join(known[:_MOST_WORDS]) + more


_MOST_WORDS = 12  # that a person reads in one line
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
