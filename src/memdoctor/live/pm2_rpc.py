"""A question to PM2's daemon, on the socket and in the form in which `pm2` itself asks (pm2-axon-rpc).

A socket is only connected to: where no daemon runs, none is started.
"""

import socket
import time
from pathlib import Path
from typing import Any

from memdoctor.cuts import whole_words
from memdoctor.errors import InputError
from memdoctor.live import amp
from memdoctor.readers.parts.json_text import parse

SECONDS = 5.0  # for connection and answer together
MOST_BYTES = 64 << 20  # how many values they may hold is bounded by the parser
_ID = "memdoctor:0"  # of the message: its answer carries it too
_PART = 1 << 18
_PAUSE = 0.05  # seconds between two tries while the daemon's queue is full
_LONGEST_ERROR = 200


class NoAnswerError(Exception):
    """Somebody listens, but gives no answer that can be read: a sentence whose subject is the socket."""


def ask(path: Path, method: str, argument: Any) -> list[Any]:
    """Return what a method of the daemon gives.

    Raises OSError where nobody can be reached, NoAnswerError for no answer, or one that is none.
    """
    deadline = time.monotonic() + SECONDS
    call = {"type": "call", "method": method, "args": [argument]}
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        try:
            _connect(connection, path, deadline)
        except TimeoutError:
            raise NoAnswerError(f"takes no connection within {SECONDS:g} s") from None
        try:
            connection.sendall(amp.frame(amp.json(call), amp.text(_ID)))
            arguments = amp.read_frame(lambda count: _receive(connection, count, deadline), MOST_BYTES)
        except TimeoutError:
            raise NoAnswerError(f"gives no whole answer within {SECONDS:g} s") from None
        except OSError:
            raise NoAnswerError("closes the connection before its answer is whole") from None
        except ValueError as error:
            raise NoAnswerError(f"does not answer as PM2 does: {error}") from None
    return _given(arguments)


def _connect(connection: socket.socket, path: Path, deadline: float) -> None:
    while True:
        connection.settimeout(_left(deadline))
        try:
            return connection.connect(str(path))
        except BlockingIOError:  # its queue is full: Linux does not wait for that
            time.sleep(min(_PAUSE, _left(deadline)))


def _left(deadline: float) -> float:
    """Return the seconds until a moment. Raises TimeoutError when it is over."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _receive(connection: socket.socket, count: int, deadline: float) -> bytes:
    """Return so many bytes, however slowly they come. Raises OSError if fewer come, or too late."""
    parts: list[bytes] = []
    while count:
        connection.settimeout(_left(deadline))
        part = connection.recv(min(count, _PART))
        if not part:
            raise ConnectionResetError
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _given(arguments: list[bytes]) -> list[Any]:
    """Return what an answer gives: a message, and the id of the question."""
    if len(arguments) != 2 or arguments[1] != amp.text(_ID) or not arguments[0].startswith(amp.JSON):
        raise NoAnswerError("does not answer as PM2 does: its frame holds something else")
    try:
        message = parse(arguments[0].removeprefix(amp.JSON))
    except InputError as error:
        raise NoAnswerError(f"gives an answer that cannot be read: {error.message}") from None
    if isinstance(message, dict) and (told := message.get("error")):
        words = whole_words(told, _LONGEST_ERROR) if isinstance(told, str) else "one without words"
        raise NoAnswerError(f"answers with an error: {words}")
    given = message.get("args") if isinstance(message, dict) else None
    if not isinstance(given, list):
        raise NoAnswerError("does not answer as PM2 does: no args in its message")
    return given
