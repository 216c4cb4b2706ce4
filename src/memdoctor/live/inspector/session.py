"""Questions to an inspector and its answers, over one WebSocket; its library is imported when used."""

import json
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any, Self

from memdoctor.cuts import whole_words
from memdoctor.errors import CaptureError, not_installed

SECONDS = 10.0  # within which a process that is not frozen answers
_HANDSHAKE = 3.0  # it has a thread of its own
_TICK = 0.25  # between two looks at whether to go on waiting
_LONGEST_ERROR = 200


def require_library() -> Callable[..., Any]:
    """Return what connects to a WebSocket. Raises CaptureError if the library is not installed."""
    try:
        from websockets.sync.client import connect
    except ImportError:
        raise CaptureError(*not_installed("live", "the WebSocket library")) from None
    return connect


def _failures() -> tuple[type[Exception], ...]:
    """Return what a connection raises when it fails."""
    from websockets.exceptions import WebSocketException

    return WebSocketException, OSError, EOFError, ValueError


class Session:
    """One connection to an inspector; close it, or use it as a context manager."""

    def __init__(self, host: str, port: int, path: str, waiting: Callable[[], None] = lambda: None) -> None:
        """Connect. `waiting` is called several times a second while an answer is waited for.

        Raises CaptureError if nobody answers there as a WebSocket does.
        """
        self.place = f"{host}:{port}"
        self._waiting, self._last, self._stack = waiting, 0, ExitStack()
        connect = require_library()
        try:
            connection = socket.create_connection((host, port), SECONDS)
            connection.settimeout(None)
            self._socket: Any = self._stack.enter_context(_connected(connect, connection, host, port, path))
        except _failures() as error:
            raise CaptureError(f"the inspector at {self.place} takes no connection: {error}") from None

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connection; one that has ended already is no error."""
        try:
            self._stack.close()
        except _failures():
            return

    def ask(
        self,
        method: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        seconds: float = SECONDS,
    ) -> dict[str, Any]:
        """Return the result of a method; events that come before it are passed over.

        Raises CaptureError for an error, for no answer in so many seconds, and when the connection ends.
        """
        self._last += 1
        until = time.monotonic() + seconds
        self._send({"id": self._last, "method": method, "params": dict(parameters or {})})
        while True:
            message = self._receive(method, until)
            if message.get("id") == self._last:
                return _result(message, method)

    def _send(self, message: Mapping[str, Any]) -> None:
        try:
            self._socket.send(json.dumps(message))
        except _failures() as error:
            raise self._ended() from error

    def _receive(self, method: str, until: float) -> dict[str, Any]:
        """Return the next message; `waiting` may raise to end the wait."""
        import orjson

        while True:
            self._waiting()
            try:
                text = self._socket.recv(timeout=_TICK)
                break
            except TimeoutError:
                if time.monotonic() > until:
                    raise CaptureError(f"the inspector at {self.place} does not answer {method}") from None
            except _failures() as error:
                raise self._ended() from error
        try:
            message = orjson.loads(text)
        except ValueError:
            message = None
        if not isinstance(message, dict):
            raise CaptureError(f"what listens at {self.place} is no inspector: it speaks no JSON")
        return message

    def _ended(self) -> CaptureError:
        return CaptureError(f"the inspector at {self.place} has ended the connection")


class Attached:
    """What asks over a connection; as a context manager it ends the connection, no more."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @classmethod
    def on(cls, session: Session) -> Self:
        """Take a connection, and end it if it is not one to such a runtime (CaptureError)."""
        try:
            return cls(session)
        except BaseException:
            session.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connection; the inspector stays open."""
        self._session.close()


def _connected(
    connect: Callable[..., Any], connection: socket.socket, host: str, port: int, path: str
) -> Any:
    """Return the WebSocket on a connection: a frozen process answers no ping, and a chunk has any size."""
    import inspect

    options: dict[str, Any] = {"max_size": None, "compression": None, "open_timeout": _HANDSHAKE}
    # From 15 on websockets pings, and takes proxies.
    known = inspect.signature(connect).parameters
    options |= {name: None for name in ("ping_interval", "proxy") if name in known}
    named = f"[{host}]" if ":" in host else host
    return connect(f"ws://{named}:{port}/{path.lstrip('/')}", sock=connection, close_timeout=1, **options)


def _result(message: Mapping[str, Any], method: str) -> dict[str, Any]:
    error = message.get("error")
    if isinstance(error, dict):
        words = whole_words(str(error.get("message", "no reason")), _LONGEST_ERROR)
        raise CaptureError(f"{method} is declined: {words}")
    result = message.get("result")
    return result if isinstance(result, dict) else {}
