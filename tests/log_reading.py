"""Runs the reader of logs on one input, for tests without the rest of the house."""

import json
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


def docker(line: str, separators: tuple[str, str] = (",", ":")) -> str:
    """Return a line as docker keeps it in its files: Go escapes brackets."""
    kept = {
        "log": line + "\n",
        "stream": "stderr",
        "attrs": {"token": "ghp_0123456789abcdef"},
        "time": "2026-11-20T09:13:24.123456789Z",
    }
    return json.dumps(kept, separators=separators).replace("<", "\\u003c").replace(">", "\\u003e")


def pm2_json(text: str) -> str:
    """Return what an app wrote at once, as PM2 writes it with --json or --log-type json."""
    return json.dumps(
        {
            "message": text + "\n",
            "timestamp": "2026-11-20T09:13:24",
            "type": "err",
            "process_id": 0,
            "app_name": "api",
        },
        separators=(",", ":"),
    )


def journal(line: str) -> str:
    """Return a line as `journalctl -o json` shows it; the journal takes all output for information."""
    return json.dumps(
        {"MESSAGE": line, "_PID": "77", "PRIORITY": "6", "__REALTIME_TIMESTAMP": "1795166004000000"}
    )


def wrapped(text: str, wrap: Wrap) -> str:
    """Return a text with something around each of its lines."""
    return "".join(wrap(line) + "\n" for line in text.removesuffix("\n").split("\n"))
