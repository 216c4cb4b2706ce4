"""Where the inspector of a program listens, by its own command line and NODE_OPTIONS or BUN_INSPECT."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_OPENS = re.compile(r"--inspect(?:-brk|-wait)?(?:=(?P<value>.*))?", re.S)
_PLACES = re.compile(r"--(?:inspect|debug)-port(?:=(?P<value>.*))?", re.S)
_ADDRESS = re.compile(
    r"(?:ws://)?(?:(?P<host>\[[0-9a-fA-F:]+\]|[\w.-]*[a-zA-Z.][\w.-]*)(?::|(?=/)|\Z))?(?P<port>\d{1,5})?(?P<path>/.*)?"
)


@dataclass(frozen=True, slots=True)
class Inspector:
    """Where an inspector listens, or would. `is_open` if the program was started with it.

    A port of 0 is any that is free; `path` is None where nobody but the program knows it.
    """

    host: str
    port: int
    is_open: bool = False
    path: str | None = None


def of_node(words: Iterable[str]) -> Inspector:
    """Return where a Node's inspector listens, or would if it were opened: the last option counts.

    >>> of_node(["--inspect-port=9300"]).port, of_node(["--inspect=[::1]:0"]).host
    (9300, '::1')
    """
    found = Inspector("127.0.0.1", 9229)
    for value, opens in _values(words):
        host, port, _ = _address(value)
        found = Inspector(host or found.host, found.port if port is None else port, found.is_open or opens)
    return found


def of_bun(words: Iterable[str]) -> Inspector | None:
    """Return where a Bun's inspector listens; None if it was started without one.

    >>> of_bun(["--inspect=4000/here"])
    Inspector(host='localhost', port=4000, is_open=True, path='/here')
    """
    found = None
    for value, opens in _values(words):
        host, port, path = _address(value)
        if opens:
            found = Inspector(host or "localhost", 6499 if port is None else port, True, path)
    return found


def _values(words: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Yield the value of each option that places the inspector, and whether it opens it too."""
    wanted = False  # the value of the last word is the next one
    for word in words:
        if wanted:
            yield word, False
            wanted = False
        elif match := _OPENS.fullmatch(word):
            yield match["value"] or "", True
        elif match := _PLACES.fullmatch(word):
            wanted = match["value"] is None
            if not wanted:
                yield match["value"], False


def _address(value: str) -> tuple[str | None, int | None, str | None]:
    match = _ADDRESS.fullmatch(value)
    if match is None:
        return None, None, None
    port = None if match["port"] is None else int(match["port"])
    return match["host"] and match["host"].strip("[]"), port, match["path"]
