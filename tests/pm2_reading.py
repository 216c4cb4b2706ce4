"""Runs one reader of PM2 on one input, for tests of readers without the rest of the house."""

import io
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from memdoctor.model import App, Problem, Source
from memdoctor.readers import sniff
from memdoctor.readers.opening import HEAD, Opened, open_input

from conftest import ROOT

PM2 = ROOT / "fixtures" / "pm2"
READERS = ("pm2_json", "pm2_describe", "pm2_list", "pm2_messages")
NAME = "a.txt"


@dataclass
class Found:
    """What a reader yields, by kind."""

    apps: list[App] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def by_id(self) -> dict[int | None, App]:
        """The apps by the number that PM2 gives them."""
        assert len({app.pm_id for app in self.apps}) == len(self.apps)
        return {app.pm_id: app for app in self.apps}

    @property
    def only(self) -> App:
        """The one app there is."""
        [app] = self.apps
        return app

    @property
    def messages(self) -> list[str]:
        """What was said."""
        return [problem.message for problem in self.problems]

    def take(self, reader: str, opened: Opened) -> "Found":
        """Add what a reader finds."""
        for record in import_module(f"memdoctor.readers.{reader}").read(opened):
            if isinstance(record, App):
                self.apps.append(record)
            else:
                assert isinstance(record, Problem)
                self.problems.append(record)
        return self


def read(file: str | Path) -> Found:
    """Return what the first reader whose signature fits finds in a fixture."""
    with open_input(str(PM2 / file)) as opened:
        return Found().take(next(sniff.candidates(opened.head)), opened)


def in_text(reader: str, content: str | bytes, name: str = NAME) -> Found:
    """Return what a reader finds in a content."""
    return Found().take(reader, _opened(content, name))


def of_text(content: str | bytes) -> Found:
    """Return what the first reader whose signature fits finds in a content."""
    opened = _opened(content, NAME)
    return Found().take(next(sniff.candidates(opened.head)), opened)


def _opened(content: str | bytes, name: str) -> Opened:
    data = content.encode() if isinstance(content, str) else content
    return Opened(Source(name, "path"), data[:HEAD], io.BytesIO(data[HEAD:]))


def plain(file: str) -> str:
    """Return the text of a fixture."""
    with open_input(str(PM2 / file)) as opened:
        return opened.read(1 << 24, "").decode()


def moved(app: App) -> App:
    """Return an app as if it stood nowhere, to compare it with one of another file."""
    from dataclasses import replace

    return replace(app, source="", place="", places={})
