"""What looks like a secret in a file, and where. Nothing is written, and no secret is shown."""

import re
from collections.abc import Iterator

from memdoctor.readers.opening import Opened, open_input
from memdoctor.readers.sniff import snapshot_reader
from memdoctor.redacting.copying import recognised
from memdoctor.redacting.document import pieces
from memdoctor.redacting.forced import TOLD, tells
from memdoctor.redacting.results import Suspicion
from memdoctor.secrets import EVERYWHERE

_HOME = re.compile(r"(?:/home/|/Users/|\\Users\\)(?!root\b)(?P<it>[^\\/\s\"':;,|<>]{3,64}+)")
_VARIABLE = re.compile(
    r"\"(?P<name>[A-Z][A-Z0-9_]{2,100}+)\"\s*+:\s*+(?:\"(?=[^\"]))?(?P<it>(?<=\")(?:[^\"\\]++|\\.)++|(?<!\")[0-9]{3,20}+(?![.\w]))",
    re.S,
)
_LOOKED_FOR = (
    *EVERYWHERE,
    ("home folder", _HOME),
    ("environment value", _VARIABLE),
    *(("secret", pattern) for pattern in TOLD),
)
_SHOWN = 3  # first characters of a preview, of secrets that are longer than that by far


def audit(name: str) -> list[Suspicion]:
    """Return what looks like a secret in an input, the most frequent first, each distinct text once.

    Raises InputError for what no reader knows, and for a damaged snapshot.
    """
    recognised(name)
    found: dict[tuple[str, str], tuple[str, int]] = {}
    with open_input(name) as opened:
        texts = _strings(opened) if snapshot_reader(opened.head) else _lines(opened)
        for place, text in texts:
            for kind, secret in _secrets_in(text):
                first, count = found.get((kind, secret), (place, 0))
                found[kind, secret] = first, count + 1
    suspicions = [
        Suspicion(name, kind, f"{name}{place}", masked(secret), len(secret), count)
        for (kind, secret), (place, count) in found.items()
    ]
    return sorted(suspicions, key=lambda one: (one.kind, -one.count))


def _secrets_in(text: str) -> Iterator[tuple[str, str]]:
    """Yield kind and text of what looks like a secret; what one pattern found, no other finds again."""
    taken: list[tuple[int, int]] = []
    for kind, pattern in _LOOKED_FOR:
        for match in pattern.finditer(text):
            if pattern in TOLD and not tells(match):
                continue
            start, end = match.span("it")
            if start < end and not any(start < stop and begin < end for begin, stop in taken):
                taken.append((start, end))
                yield kind, match["it"]


def masked(secret: str) -> str:
    """Return what may be shown of a secret: its beginning, if that is a small part of it.

    >>> masked("ghp_abcdefghijklmnop"), masked("hunter2")
    ('ghp…', '…')
    """
    return (secret[:_SHOWN] if len(secret) > 4 * _SHOWN else "") + "…"


def _strings(opened: Opened) -> Iterator[tuple[str, str]]:
    """Yield the strings of a snapshot, each with its place in it."""
    from memdoctor.heap.strings import decode
    from memdoctor.readers.parts.outline import NUMBERS, TEXT_TABLES, Outline
    from memdoctor.readers.parts.reading import snapshot_content

    with snapshot_content(opened) as content:
        outline = Outline(content, NUMBERS, TEXT_TABLES, frozenset({"snapshot"}))
        outline.read()
        for table, strings in outline.strings.items():
            places = zip(strings.starts.tolist(), strings.lengths.tolist(), strict=True)
            for index, (start, length) in enumerate(places):
                yield f"#/{table}/{index}", decode(content.text[start : start + length])


def _lines(opened: Opened) -> Iterator[tuple[str, str]]:
    """Yield the lines of a text, each with its place in it."""
    number = 0
    for piece in pieces(opened):
        for line in piece.splitlines(keepends=True):
            yield f":{number + 1}", line
            number += line.endswith("\n")
