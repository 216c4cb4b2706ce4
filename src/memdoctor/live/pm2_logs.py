"""The logs of the apps that PM2 runs, and its own: what a crash was about stands there."""

import errno
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from memdoctor.live.pm2_home import home_at, shown
from memdoctor.model import TRACE_GC, Case, Problem
from memdoctor.readers.case import read_case
from memdoctor.units import MiB, size

_LARGEST = 256 * MiB  # of one log: beyond that its reading should be asked for
_OWN = "pm2.log"


def and_logs(case: Case, home: Path | None = None) -> Case:
    """Return a case with the events in the logs of its apps, and in pm2.log those of its apps.

    A log that is missing is passed over, one that is too large is a problem.
    """
    problems: list[Problem] = []
    names = list(dict.fromkeys(_readable(case, home, problems)))
    if not names:
        return replace(case, problems=(*case.problems, *problems))
    read = read_case(names)
    shown_apps = {(app.name, app.pm_id) for app in case.apps}
    events = tuple(
        event for event in read.events if event.app is None or (event.app, event.pm_id) in shown_apps
    )
    told = {event.source for event in events}
    return replace(
        case,
        sources=(*case.sources, *(source for source in read.sources if source.name in told)),
        samples=(*case.samples, *(one for one in read.samples if one.document == TRACE_GC)),
        events=(*case.events, *events),
        logs=(*case.logs, *(log for log in read.logs if log.source in told)),
        problems=(*case.problems, *problems, *(one for one in read.problems if one.source in told)),
    )


def _readable(case: Case, home: Path | None, problems: list[Problem]) -> Iterator[str]:
    """Yield the logs that are there and of a size to be read without being asked for."""
    paths = [home_at(home).folder / _OWN]
    paths += [Path(path) for app in case.apps for path in (app.error_log, app.out_log) if path]
    for path in dict.fromkeys(paths):
        try:
            length = path.stat().st_size if path.is_file() else 0
            if length and not os.access(path, os.R_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        except FileNotFoundError:
            continue
        except (OSError, ValueError) as error:
            message = getattr(error, "strerror", None) or "no name of a file"
            problems.append(Problem(shown(path), f"{message}: not read"))
            continue
        if length > _LARGEST:
            message = f"{size(length)}: not read here"
            problems.append(Problem(shown(path), message, f"memdoctor analyze {shown(path)} reads it"))
        elif length:
            yield str(path)
