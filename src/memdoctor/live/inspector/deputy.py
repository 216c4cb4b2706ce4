"""A deputy within a Node: it takes snapshots and hands them over, with no inspector open meanwhile.

It is put there through the inspector, connects back to memdoctor, and is gone when that connection ends.
The inspector itself is not used for snapshots: it would be open while the process stands still and cannot
close it; and V8 forgets the ids of all objects, by which a series is compared, when a client of it goes.
"""

import json
import secrets
import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Self

from memdoctor.cuts import whole_words
from memdoctor.errors import CaptureError
from memdoctor.live.inspector.node import MEMORY, NodeSession
from memdoctor.live.inspector.target import INSTEAD
from memdoctor.progress import tell

_HOST = "127.0.0.1"
_SECONDS = 10.0  # for it to connect, and for an answer while the process does not stand still
_TICK = 0.25  # between two looks at whether to go on waiting
# What follows, and how many bytes: d data, e the end with the answer, x an error.
_HEAD = struct.Struct(">cI")
_LARGEST_PART = 64 << 20
_LONGEST_ERROR = 200  # characters
_DEPUTY = """((net, v8, inspector, port, key) => {
  const socket = net.connect(port, '%(host)s', () => socket.write(key)).unref();
  const send = (kind, text) => {
    const data = Buffer.from(text), head = Buffer.alloc(5);
    head.write(kind);
    head.writeUInt32BE(data.length, 1);
    socket.write(head);
    socket.write(data);
  };
  let own;
  const tasks = {
    m: () => send('e', (%(memory)s)(v8)),
    g: () => {
      if (!own) (own = new inspector.Session()).connect();
      own.post('HeapProfiler.collectGarbage', () => send('e', ''));
    },
    s: () => v8.getHeapSnapshot().on('data', part => send('d', part)).on('end', () => send('e', '')),
  };
  socket.on('data', data => {
    for (const task of String(data)) try { tasks[task](); } catch (error) { send('x', String(error)); }
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => own?.disconnect());
})(require('net'), require('v8'), require('inspector'), %(port)d, '%(key)s')"""


class Deputy:
    """A connection to the deputy in one process; close it, or use it as a context manager."""

    def __init__(self, session: NodeSession, waiting: Callable[[], None]) -> None:
        """Put the deputy into the process. `waiting` is called several times a second during a wait.

        Raises CaptureError if it does not connect, and what `waiting` raises.
        """
        self._waiting = waiting
        self._rest = bytearray()
        key = secrets.token_hex(16)
        with socket.create_server((_HOST, 0)) as server:
            server.settimeout(_TICK)
            place = {"host": _HOST, "port": server.getsockname()[1], "key": key, "memory": MEMORY}
            session.evaluate(_DEPUTY % place)
            self._connection = self._accepted(server, key.encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connection, and the deputy with it."""
        with suppress(OSError):
            self._connection.close()

    def memory(self) -> dict[str, object]:
        """Return memoryUsage() and getHeapStatistics() as one document, as `memdoctor analyze` reads it.

        Raises CaptureError if the process does not answer, or has ended.
        """
        found = json.loads(self._ask(b"m", _SECONDS))
        if not isinstance(found, dict):
            raise CaptureError("the process tells nothing of its memory")
        return found

    def collect_garbage(self, seconds: float) -> None:
        """Collect all garbage. Raises CaptureError if that is not done in so many seconds."""
        self._ask(b"g", seconds)

    def take_snapshot(self, write: Callable[[bytes], None], seconds: float) -> None:
        """Take a heap snapshot, its parts given to `write`: the process stands still until it is whole.

        Raises CaptureError if it is not whole in so many seconds, and what `write` raises.
        """
        self._ask(b"s", seconds, write)

    def _ask(self, task: bytes, seconds: float, write: Callable[[bytes], None] = lambda _: None) -> bytes:
        """Return the answer to a task; `write` gets the data before it."""
        until = time.monotonic() + seconds
        with suppress(OSError):  # that it has gone is told by the answer that does not come
            self._connection.sendall(task)
        while True:
            kind, length = _HEAD.unpack(self._read(_HEAD.size, until))
            if length > _LARGEST_PART:
                raise CaptureError("the deputy in the process says what cannot be")
            data = self._read(length, until)
            if kind == b"d":
                write(data)
            elif kind == b"e":
                return data
            else:
                reason = whole_words(data.decode("utf-8", "replace"), _LONGEST_ERROR)
                raise CaptureError(f"the process could not do it: {reason}")

    def _read(self, count: int, until: float) -> bytes:
        """Return so many bytes, or raise CaptureError if they do not come in time."""
        while len(self._rest) < count:
            self._waiting()
            try:
                part = self._connection.recv(1 << 20)
            except TimeoutError:
                if time.monotonic() > until:
                    raise CaptureError("the process does not answer in time") from None
                tell("the process stands still")
                continue
            except OSError:
                part = b""
            if not part:
                raise CaptureError("the process has ended, or closed the connection") from None
            self._rest += part
        data = bytes(self._rest[:count])
        del self._rest[:count]
        return data

    def _accepted(self, server: socket.socket, key: bytes) -> socket.socket:
        """Return the connection of the deputy: whoever does not know the key is turned away."""
        until = time.monotonic() + _SECONDS
        while time.monotonic() < until:
            self._waiting()
            with suppress(OSError):
                connection, _ = server.accept()
                connection.settimeout(_TICK)
                if secrets.compare_digest(_first(connection, len(key)), key):
                    return connection
                connection.close()
        message = f"the process does not connect back within {_SECONDS:g} s: it does not come to its events"
        raise CaptureError(message, INSTEAD)


def _first(connection: socket.socket, count: int) -> bytes:
    """Return the first bytes that somebody sends, fewer if they do not come at once."""
    data = b""
    with suppress(OSError):
        while len(data) < count and (part := connection.recv(count - len(data))):
            data += part
    return data
