"""Somebody who listens where PM2's daemon would, and answers as a test wants."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from memdoctor.live import amp

Behaviour = Callable[[socket.socket], None]
ID = amp.text("memdoctor:0")
_ENTRY = {
    "name": "app",
    "pm_id": 0,
    "pid": 4242,
    "monit": {"memory": 50 << 20, "cpu": 0},
    "pm2_env": {"status": "online", "restart_time": 0, "exec_mode": "fork_mode"},
}


def answer(message: Any, *more: bytes) -> bytes:
    """Return a frame with a message and the id of memdoctor's question."""
    return amp.frame(amp.json(message), *(more or (ID,)))


ONE_APP = answer({"args": [[_ENTRY]]})


@contextmanager
def short_folder() -> Iterator[Path]:
    """Make a folder in which a socket's path is short enough."""
    with TemporaryDirectory(prefix="pm2-", dir="/tmp") as folder:
        yield Path(folder)


@contextmanager
def listening(behave: Behaviour, backlog: int = 8) -> Iterator[Path]:
    """Listen in a home, behave so on each connection, and return the home."""
    with short_folder() as home, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(home / "rpc.sock"))
        listener.listen(backlog)

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    with connection, suppress(OSError):
                        behave(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield home
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def question(connection: socket.socket) -> dict[str, Any]:
    """Return what is asked."""

    def read(count: int) -> bytes:
        return connection.recv(count, socket.MSG_WAITALL)

    call, asked = amp.read_frame(read, 1 << 20)
    assert asked == ID
    found: dict[str, Any] = json.loads(call.removeprefix(amp.JSON))
    return found


def answering(*answers: bytes) -> Behaviour:
    """Answer with the first of these, then with the next; the last is for all further questions."""
    left = list(answers)

    def behave(connection: socket.socket) -> None:
        question(connection)
        connection.sendall(left.pop(0) if len(left) > 1 else left[0])

    return behave


def dripping(connection: socket.socket) -> None:
    """Begin an answer that would be right, and send the rest of it byte by byte, for ever."""
    question(connection)
    connection.sendall(ONE_APP[:10])
    while True:
        connection.sendall(b" ")
        time.sleep(0.2)


def hanging(connection: socket.socket) -> None:
    """Take the question, and say nothing until the other side goes away."""
    question(connection)
    connection.recv(1)
