"""One worker: what PM2 shows of an app's instance, and what logs tell of it, over all its restarts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from memdoctor.model import App, Event, Log

DEFAULT_LIMIT = "V8's default of some GiB (less on a small machine)"
RUNNING = frozenset({"online", "launching", "stopping"})
_BUN = frozenset({"bun", "bunx"})


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker by its name in the report. Looks are in time order, untimed ones first; so are events.

    `logs` are those that tell of it. `linked` says why a log that does not name it counts as its own.
    """

    name: str
    app: str | None = None
    pm_id: int | None = None
    looks: tuple[App, ...] = ()
    events: tuple[Event, ...] = ()
    logs: tuple[Log, ...] = ()
    linked: str | None = None
    file: str | None = None  # which alone tells of it, where no app is known

    @property
    def in_order(self) -> tuple[App, ...]:
        """The looks of which one follows the other: those with a time, where several have one; else all."""
        timed = tuple(look for look in self.looks if look.at is not None)
        return timed if len(timed) > 1 else self.looks

    @property
    def last(self) -> App | None:
        """The last look at it; of looks that stand in no order the one that tells most."""
        looks = self.in_order
        if all(look.at or look.elapsed is not None for look in looks):
            return looks[-1] if looks else None
        return max(reversed(looks), key=lambda look: (look.status is not None, len(look.places)))

    @property
    def source(self) -> str | None:
        """Where the last that is known of it stands."""
        if self.last is not None:
            return self.last.source
        return self.events[-1].source if self.events else None

    @property
    def pids(self) -> frozenset[int]:
        """The pids of all its processes that are known."""
        of_looks = (look.pid for look in self.looks)
        return frozenset(pid for pid in (*of_looks, *(one.pid for one in self.events)) if pid)

    @property
    def end(self) -> datetime | None:
        """Until when it was watched, by logs and looks."""
        logged = (log.last_at for log in self.logs)
        seen = [at for at in (*logged, *(look.at for look in self.looks)) if at is not None]
        return max(seen, default=None)

    def of_kind(self, *kinds: str) -> Iterator[Event]:
        """Yield its events of some kinds."""
        return (event for event in self.events if event.kind in kinds)


def is_bun(app: App) -> bool:
    """Whether PM2 runs an app with Bun."""
    return app.interpreter is not None and program(app.interpreter) in _BUN


def is_node(app: App) -> bool:
    """Whether PM2 runs an app with Node."""
    return app.interpreter is not None and program(app.interpreter) == "node"


def program(interpreter: str) -> str:
    """Return the name of an interpreter without its folder and version."""
    return interpreter.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".exe")
