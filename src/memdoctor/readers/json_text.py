"""JSON from a hostile place: bounded before it is parsed, errors with their line."""

from typing import Any

import orjson

from memdoctor.errors import InputError

# A parsed value takes up to about 100 bytes: bounding the values bounds the memory.
MOST_BYTES = 16 * 1024 * 1024
MOST_VALUES = 500_000


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
