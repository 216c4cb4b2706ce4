"""Frames of amp, which PM2's sockets speak: a byte that counts the arguments, then each with its length.

An argument is bytes whose first two tell what they are: `j:` JSON, `s:` text.
"""

import struct
from collections.abc import Callable
from typing import Any

JSON, TEXT = b"j:", b"s:"
_VERSION = 1
_LENGTH = struct.Struct(">I")


def text(value: str) -> bytes:
    """Return a text as an argument."""
    return TEXT + value.encode()


def json(value: Any) -> bytes:
    """Return a JSON value as an argument."""
    import orjson

    return JSON + orjson.dumps(value)


def frame(*arguments: bytes) -> bytes:
    """Return the frame with these arguments, at most 15."""
    meta = bytes([_VERSION << 4 | len(arguments)])
    return meta + b"".join(_LENGTH.pack(len(one)) + one for one in arguments)


def read_frame(read: Callable[[int], bytes], most_bytes: int) -> list[bytes]:
    """Return the arguments of the frame that comes; `read` returns so many bytes, never fewer.

    Raises ValueError for what is no frame, and for one with more bytes than wanted, before they are read.
    """
    meta = read(1)[0]
    if meta >> 4 != _VERSION:
        raise ValueError("it does not speak amp")
    arguments: list[bytes] = []
    for _ in range(meta & 15):
        length: int = _LENGTH.unpack(read(_LENGTH.size))[0]
        if length > most_bytes:
            raise ValueError(f"an answer of more than {most_bytes >> 20} MiB is not read")
        most_bytes -= length
        arguments.append(read(length))
    return arguments
