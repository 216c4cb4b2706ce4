"""What PM2 runs on this machine: its daemon is asked, and none is ever started."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from memdoctor.errors import CaptureError
from memdoctor.live import CLOCK
from memdoctor.live.machine import one_look
from memdoctor.live.pm2_home import Home, home_at, nobody_at, shown
from memdoctor.live.pm2_rpc import NoAnswerError, ask
from memdoctor.live.window import looks
from memdoctor.model import App, Case, Problem, Source
from memdoctor.progress import note
from memdoctor.readers.apps import named
from memdoctor.readers.parts.plain import MOST_PROBLEMS
from memdoctor.readers.parts.pm2.monitor_fields import app_of

_FORMAT = "pm2"
_UNANSWERED = "the process that pm2.pid beside it names may be stopped, busy, or no PM2"
_INTERVAL = 15.0  # seconds from look to look
_MOST_LOOKS = 2_000  # in a window: the apps of all of them are kept
_MOST_KEPT = 100_000  # apps of all looks together
_MOST_MISSED = 3  # looks in a row without an answer, within a window


class Watched:
    """Looks at the apps of one daemon, again and again."""

    def __init__(self, home: Home, names: Sequence[str] = ()) -> None:
        self.home, self.name, self.names = home, f"PM2 ({home})", names
        self.problems: dict[Problem, None] = {}
        self._places: dict[str, Mapping[str, str]] = {}
        self._has_looked = False

    def look(self) -> tuple[App, ...]:
        """Return the apps at this moment. Raises CaptureError if PM2 does not run, or does not answer."""
        at = datetime.now(UTC)
        found: list[App] = []
        problems: list[Problem] = []
        for index, entry in enumerate(_entries(self.home)):
            app = app_of(
                entry if isinstance(entry, dict) else {}, self.name, f"{self.name}#/{index}", problems
            )
            if app is not None:
                found.append(self._kept(replace(app, at=at, time_from=CLOCK)))
        self.problems |= dict.fromkeys(problems[:MOST_PROBLEMS])
        if not self.names:
            return tuple(found)
        if not self._has_looked:
            self._has_looked = True
            named(found, self.names)  # a name that is wrong is told at once, not after the window
        return tuple(app for app in found if app.name in self.names or str(app.pm_id) in self.names)

    def try_look(self) -> tuple[App, ...] | CaptureError:
        """Return the apps at this moment, or why they could not be seen."""
        try:
            return self.look()
        except CaptureError as error:
            return error

    def tell(self, message: str, help_line: str = "") -> None:
        """Note what could not be seen; the same is told once."""
        self.problems[Problem(self.name, message, help_line)] = None

    def _kept(self, app: App) -> App:
        """Return an app that shares its places with the last look: they take more memory than the rest."""
        known = self._places.get(app.place)
        if known == app.places:
            return replace(app, places=known)
        self._places[app.place] = app.places
        return app


def apps(home: Path | None = None) -> tuple[App, ...]:
    """Return what PM2 runs at this moment, by the daemon of a home: PM2_HOME or ~/.pm2 if none is named.

    Raises CaptureError if PM2 does not run, or does not answer.
    """
    return Watched(_reachable(home)).look()


def this_pm2(
    seconds: float | None = None,
    interval: float | None = None,
    home: Path | None = None,
    names: Sequence[str] = (),
) -> Case:
    """Return what PM2 runs, all of it or apps with some names: at one moment, or in a window of seconds.

    `interval` is the time between two looks in it. All processes of the machine are looked at once, at the
    end, so that an app's pid can be checked. Ctrl-C ends the window early, and so does a daemon that
    answers no more: what was seen is kept.

    Raises CaptureError if the first look fails, UsageError if it shows no app of a name.
    """
    watched = Watched(_reachable(home), names)
    seen = _window(watched, seconds, _pause(seconds, interval or _INTERVAL))
    apps = tuple(app for found in seen for app in found)
    if not apps:
        watched.tell("PM2 runs no app")
    return Case(
        (Source(watched.name, "live", format=_FORMAT),),
        apps=apps,
        beside=(one_look(),),
        problems=tuple(watched.problems),
    )


def _window(watched: Watched, seconds: float | None, pause: float) -> list[tuple[App, ...]]:
    """Return what all looks have shown; a daemon may be too busy to answer one of them, or be replaced."""
    found: list[tuple[App, ...]] = []
    missed = kept = 0  # looks in a row without an answer; apps
    try:
        for seen in looks(watched.try_look, seconds, pause):
            if isinstance(seen, tuple):
                found.append(seen)
                missed, kept = 0, kept + len(seen)
                if kept > _MOST_KEPT:
                    watched.tell(f"the window ends early: {kept} looks at single apps are kept")
                    break
                continue
            if not found:
                raise seen
            missed += 1
            watched.tell(f"a look had no answer: {seen.message}", seen.help)
            if missed == _MOST_MISSED:
                watched.tell(f"the window ends early: {missed} looks in a row had no answer")
                break
    except KeyboardInterrupt:
        if not found:
            raise
    return found


def _pause(seconds: float | None, interval: float) -> float:
    """Return the time between two looks: longer than wanted where there would be too many of them."""
    shortest = (seconds or 0) / _MOST_LOOKS
    if interval < shortest:
        note(f"one look every {shortest:.3g} s: up to {_MOST_LOOKS} looks are kept")
    return max(shortest, interval)


def _reachable(folder: Path | None) -> Home:
    if sys.platform == "win32":
        message = "live PM2 is read on Linux and macOS"
        raise CaptureError(message, "bring the output of pm2 jlist: memdoctor pm2 FILE")
    return home_at(folder)


def _entries(home: Home) -> list[Any]:
    """Return what the daemon says of each app."""
    try:
        given = ask(home.socket, "getMonitorData", {})
        if given and isinstance(given[0], list):
            return list(given[0])
        raise NoAnswerError("does not answer as PM2 does: it gives no list of apps")
    except OSError as error:
        raise nobody_at(home, error) from None
    except NoAnswerError as error:
        raise CaptureError(f"{shown(home.socket)} {error}", _UNANSWERED) from None
