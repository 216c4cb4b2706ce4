"""JSON from a hostile place: bounded before it is parsed, errors with their line."""

import re
from collections.abc import Iterator
from typing import Any

import orjson

from memdoctor.errors import InputError

# A parsed value takes up to about 100 bytes: bounding the values bounds the memory.
MOST_BYTES = 16 * 1024 * 1024
MOST_VALUES = 500_000
_KEY = re.compile(rb'"\s*:')


def parse(data: bytes) -> Any:
    """Return the JSON value in `data`.

    Raises InputError with line and column where it is not JSON, or if it holds too many values.
    """
    values = data.count(b",") + data.count(b"[") + data.count(b"{") + data.count(b":")
    if values > MOST_VALUES:
        raise InputError(
            f"about {values:,} JSON values in one document".replace(",", " "),
            f"memdoctor reads up to {MOST_VALUES:,} at once; split the file".replace(",", " "),
        )
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        position = f"line {error.lineno} column {error.colno}"
        reason = str(error).removesuffix(f": {position} (char {error.pos})")
        raise InputError(f"not valid JSON: {reason}", _hint(data, error), place=position) from error


def repeated_keys(data: bytes, root: Any) -> Iterator[tuple[str, int]]:
    """Yield keys that stand twice in one object, with their line; the parser takes the last silently."""
    if len(_KEY.findall(data)) <= _keys_in(root):
        return
    from memdoctor.readers.parts.lenient import NotAValueError, parse_value

    text = data.decode("utf-8", errors="replace")
    try:
        parsed = parse_value(text, len(text) - len(text.lstrip()))
    except NotAValueError:
        return
    for repair, position in parsed.repairs.items():
        key, twice, _ = repair.partition(" stands there twice")
        if twice:
            yield key, text.count("\n", 0, position) + 1


def _keys_in(root: Any) -> int:
    waiting, count = [root], 0
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            count += len(value)
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return count


def _hint(data: bytes, error: orjson.JSONDecodeError) -> str:
    if error.pos >= len(data.rstrip()):
        return "the document seems cut off: copy it whole"
    return "give the file itself, or the text from its first { to its last }"


def pointer(base: str, key: str) -> str:
    """Return a JSON pointer (RFC 6901) one step further.

    >>> pointer("dump.json#", "a/b")
    'dump.json#/a~1b'
    """
    return f"{base}/{key.replace('~', '~0').replace('/', '~1')}"
