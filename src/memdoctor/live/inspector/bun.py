"""A Bun through the inspector it was started with: WebKit's protocol, JavaScriptCore's snapshot."""

import json
from collections.abc import Callable
from typing import Any, Self

from memdoctor.errors import CaptureError
from memdoctor.live.inspector.session import SECONDS, Attached, Session

_MEMORY = """JSON.stringify({
  timestamp: new Date().toISOString(), pid: process.pid, uptime: process.uptime(),
  platform: process.platform, nodeVersion: process.version,
  versions: {bun: process.versions.bun}, memoryUsage: process.memoryUsage()})"""


class BunSession(Attached):
    """A connection to the inspector of a Bun."""

    def __init__(self, session: Session) -> None:
        """Take a connection. Raises CaptureError if what answers is no Bun."""
        super().__init__(session)
        self._heap_is_on = False
        pid = self._evaluated("process.pid")
        if not isinstance(pid, int) or isinstance(pid, bool):
            raise CaptureError(f"what answers at {session.place} is no Bun: it has no process.pid")
        self.pid: int = pid

    @classmethod
    def at(cls, host: str, port: int, path: str, waiting: Callable[[], None] = lambda: None) -> Self:
        """Attach to an inspector that is open; `waiting` is called again and again during a wait.

        Raises CaptureError if none is there, or memdoctor[live] is not installed.
        """
        return cls.on(Session(host, port, path, waiting))

    def memory(self) -> dict[str, object]:
        """Return memoryUsage() as a document that `memdoctor analyze` reads.

        Raises CaptureError if the process does not answer, or has ended.
        """
        try:
            found = json.loads(self._evaluated(_MEMORY))
        except (TypeError, ValueError):
            found = None
        if not isinstance(found, dict):
            raise CaptureError("the Bun tells nothing of its memory")
        return found

    def collect_garbage(self, seconds: float = SECONDS) -> None:
        """Collect all garbage. Raises CaptureError if that is not done in so many seconds."""
        self._session.ask("Heap.gc", seconds=seconds)

    def take_snapshot(self, write: Callable[[bytes], None], seconds: float) -> None:
        """Take a heap snapshot and give it to `write`, whole: the process stands still until then.

        Raises CaptureError if it is not there in so many seconds, and what `write` raises.
        """
        if not self._heap_is_on:  # twice is an error
            self._session.ask("Heap.enable")
            self._heap_is_on = True
        snapshot = self._session.ask("Heap.snapshot", seconds=seconds).get("snapshotData")
        if not isinstance(snapshot, str):
            raise CaptureError("the Bun gives no snapshot")
        write(snapshot.encode("utf-8", "surrogatepass"))

    def _evaluated(self, expression: str) -> Any:
        parameters = {"expression": expression, "returnByValue": True}
        answer = self._session.ask("Runtime.evaluate", parameters)
        if answer.get("wasThrown"):
            raise CaptureError("the Bun cannot be asked: it throws an error")
        found = answer.get("result")
        return found.get("value") if isinstance(found, dict) else None
