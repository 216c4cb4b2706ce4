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
    seen: list[App] = []
    for name in names:
        found = [app for app in case.apps if name == app.name or name == str(app.pm_id)]
        if not found and not any(event.app == name for event in case.events):
            known = tuple(
                sorted({app.name for app in case.apps} | {one.app for one in case.events if one.app})
            )
            raise UsageError(f"PM2 runs no app {name}", closest(name, known) if known else "it runs none")
        seen += found
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
