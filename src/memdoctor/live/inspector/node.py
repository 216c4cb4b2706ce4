"""A Node through its inspector: what it says of its memory, and the end of the inspector."""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

from memdoctor.errors import CaptureError
from memdoctor.live.inspector.session import SECONDS, Attached, Session

# A function: `require` is there because of includeCommandLineAPI, but not later in a callback.
MEMORY = """v8 => JSON.stringify({
  timestamp: new Date().toISOString(), pid: process.pid, uptime: process.uptime(),
  platform: process.platform, nodeVersion: process.version,
  versions: {node: process.versions.node, v8: process.versions.v8},
  memoryUsage: process.memoryUsage(), heapStatistics: v8.getHeapStatistics()})"""
# They are looked up at once: in a timer `require` is gone.
_END = "(process._debugEnd ?? require('inspector').close)"
_END_SOON = f"void ((end, soon) => soon(() => end(), 50))({_END}, require('timers').setTimeout)"
_END_LATER = f"((end, later) => later(() => end(), %d).unref())({_END}, require('timers').setTimeout)"
_NOT_LATER = "function() { this.close() }"

_START = 2.0  # seconds within which a Node that has begun can require modules
_AGAIN = 0.02


class _ThrownError(CaptureError):
    """What was asked throws an error in the process."""


class NodeSession(Attached):
    """A connection to the inspector of a Node."""

    def __init__(self, session: Session) -> None:
        """Take a connection. Raises CaptureError if what answers is no Node."""
        super().__init__(session)
        self._alarm: str | None = None
        self.pid: int = self._awaited_pid()

    @classmethod
    def at(cls, host: str, port: int, waiting: Callable[[], None] = lambda: None) -> Self:
        """Attach to an inspector that is open; `waiting` is called again and again during a wait.

        Raises CaptureError if none is there, or memdoctor[live] is not installed.
        """
        return cls.on(Session(host, port, target_at(host, port), waiting))

    def evaluate(self, expression: str) -> Any:
        """Return the value of an expression: a number, a text, or nothing.

        Raises CaptureError if it throws, or nobody answers.
        """
        return self._evaluated(expression, by_value=True).get("value")

    def memory(self) -> dict[str, object]:
        """Return memoryUsage() and getHeapStatistics() as one document, as `memdoctor analyze` reads it.

        Raises CaptureError if the process does not answer, or has ended.
        """
        try:
            found = json.loads(self.evaluate(f"({MEMORY})(require('v8'))"))
        except (TypeError, ValueError):
            found = None
        if not isinstance(found, dict):
            raise CaptureError(f"the process at {self._session.place} tells nothing of its memory")
        return found

    def end_later(self, seconds: float) -> None:
        """Let the process close its inspector itself after so many seconds: memdoctor may be gone then."""
        found = self._evaluated(_END_LATER % (seconds * 1000), by_value=False)
        self._alarm = found.get("objectId")

    def end_inspector(self) -> None:
        """Let the process close its inspector, which ends this connection.

        Raises CaptureError if it does not answer.
        """
        if self._alarm is not None:
            call = {"functionDeclaration": _NOT_LATER, "objectId": self._alarm}
            self._alarm = None
            self._session.ask("Runtime.callFunctionOn", call)
        self.evaluate(_END_SOON)

    def end_inspector_now(self) -> None:
        """Let the process close its inspector without a timer, which takes away the answer as well."""
        with suppress(CaptureError):
            self.evaluate(f"{_END}()")

    def _awaited_pid(self) -> int:
        """Return the pid once modules can be required: a Node that is starting listens before they can."""
        until = time.monotonic() + _START
        while True:
            with suppress(_ThrownError):
                pid = self.evaluate("require('process').pid")
                if isinstance(pid, int) and not isinstance(pid, bool):
                    return pid
            if time.monotonic() > until:
                break
            time.sleep(_AGAIN)
        message = (
            f"what answers at {self._session.place} has no process.pid: it is no Node, or waits to begin"
        )
        raise CaptureError(message, "one that was started with --inspect-brk begins when it is let")

    def _evaluated(self, expression: str, *, by_value: bool) -> dict[str, Any]:
        parameters = {
            "expression": expression,
            "returnByValue": by_value,
            "includeCommandLineAPI": True,
            "silent": True,
        }
        result = self._session.ask("Runtime.evaluate", parameters)
        if "exceptionDetails" in result:
            raise _ThrownError(f"the process at {self._session.place} cannot be asked: it throws an error")
        found = result.get("result")
        return found if isinstance(found, dict) else {}


def target_at(host: str, port: int, seconds: float = SECONDS) -> str:
    """Return the path under which an open inspector debugs its program.

    Raises CaptureError if nobody listens there, or no inspector of a Node.
    """
    import http.client
    import socket

    connection = http.client.HTTPConnection(host, port, timeout=seconds)
    try:
        connection.request("GET", "/json/list")
        targets = json.loads(connection.getresponse().read(1 << 20))
        return str(targets[0]["webSocketDebuggerUrl"]).split("/", 3)[3]
    except ConnectionRefusedError:
        message = f"no inspector is open at {host}:{port}"
        raise CaptureError(message, "start Node with --inspect=127.0.0.1:9229") from None
    except socket.gaierror:
        raise CaptureError(f"there is no host {host}", "such as 127.0.0.1:9229") from None
    except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError):
        message = f"what listens at {host}:{port} is no inspector of a Node"
        raise CaptureError(message, "a Bun has one of its own kind, which only capture can ask") from None
    finally:
        connection.close()
