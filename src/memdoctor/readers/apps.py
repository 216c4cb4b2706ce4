"""Of a case only some apps, as they are named."""

from collections.abc import Sequence
from dataclasses import replace

from memdoctor.errors import UsageError
from memdoctor.model import App, Case
from memdoctor.text import closest


def only(case: Case, names: Sequence[str]) -> Case:
    """Return a case with the looks and events of some apps alone, by name or number; none named means all.

    What names no app stays. Raises UsageError, with the closest name, for an app that is not there.
    """
    if not names:
        return case
    seen = named(case.apps, names, tuple(one.app for one in case.events if one.app))
    chosen = {app.name for app in seen} | set(names)
    numbers = {app.pm_id for app in seen}
    events = tuple(
        event
        for event in case.events
        if event.app is None or event.app in chosen or (event.pm_id is not None and event.pm_id in numbers)
    )
    wanted = {(app.name, app.pm_id) for app in seen}
    return replace(
        case, apps=tuple(app for app in case.apps if (app.name, app.pm_id) in wanted), events=events
    )


def named(apps: Sequence[App], names: Sequence[str], others: Sequence[str] = ()) -> list[App]:
    """Return the apps of some names or numbers; `others` are names that are known besides.

    Raises UsageError, with the closest name, for one that is not there.
    """
    seen: list[App] = []
    for name in names:
        found = [app for app in apps if name == app.name or name == str(app.pm_id)]
        if not found and name not in others:
            known = tuple(sorted({app.name for app in apps} | set(others)))
            raise UsageError(f"PM2 runs no app {name}", closest(name, known) if known else "it runs none")
        seen += found
    return seen
