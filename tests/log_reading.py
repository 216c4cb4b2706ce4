"""Runs the reader of logs on one input, for tests without the rest of the house."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from memdoctor.model import Event, Log, Problem, Sample
from memdoctor.readers import log
from memdoctor.readers.opening import open_input

from conftest import ROOT

LOGS = ROOT / "fixtures" / "logs"
WARNING = (
    "(node:4242) MaxListenersExceededWarning: Possible EventEmitter memory leak detected. 11 data "
    "listeners added to [Bus]. MaxListeners is 10. Use emitter.setMaxListeners() to increase limit\n"
)
Wrap = Callable[[str], str]


@dataclass
class Told:
    """What the reader of logs yields, by kind."""

    events: list[Event] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    logs: list[Log] = field(default_factory=list)

    @property
    def log(self) -> Log:
        """The one log there is."""
        [only] = self.logs
        return only

    def of(self, *kinds: str) -> list[Event]:
        """Return the events of these kinds."""
        return [event for event in self.events if event.kind in kinds]

    @property
    def short(self) -> list[tuple[str, dict[str, Any]]]:
        """Kind and detail of each event."""
        return [(event.kind, dict(event.detail)) for event in self.events]


def told(path: Path) -> Told:
    """Return what the reader finds in a file."""
    with open_input(str(path)) as opened:
        return sorted_out(log.read(opened))


def sorted_out(records: Iterable[Event | Log | Sample | Problem]) -> Told:
    """Return records by kind."""
    found = Told()
    places: dict[type, list[Any]] = {
        Event: found.events,
        Sample: found.samples,
        Problem: found.problems,
        Log: found.logs,
    }
    for record in records:
        places[type(record)].append(record)
    return found


def told_in(text: str | bytes, folder: Path) -> Told:
    """Return what the reader finds in a text."""
    path = folder / "app.log"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return told(path)


def wrapped(text: str, wrap: Wrap) -> str:
    """Return a text with something around each of its lines."""
    return "".join(wrap(line) + "\n" for line in text.removesuffix("\n").split("\n"))
