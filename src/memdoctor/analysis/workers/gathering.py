"""Who is meant: looks, events and logs of one worker brought together, whatever names it in each."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from memdoctor.analysis.workers.worker import Worker
from memdoctor.model import App, Case, Event, Log
from memdoctor.text import file_name

_CUT = 7  # characters of a name that `pm2 logs` keeps
# app-error.log, app-out-3.log, app-error__2026-11-20_00-00-00.log.1.gz
_LOG_OF_APP = re.compile(
    r"(?P<app>.+?)-(?:error|err|out)(?:-(?P<id>\d{1,6}))?(?:__[\d_-]{1,30})?\.log(?:\.[\w.]{1,20})?"
)
_ROTATED = re.compile(
    r"(?:__[\d_-]{1,30})?(?P<end>\.log|\.err|\.out|\.txt)(?:[.-]\d{1,8}){0,3}(?:\.(?:gz|xz|zst))?\Z"
)
_OLDEST = datetime.min.replace(tzinfo=UTC)

Key = tuple[str, int | None]


@dataclass(slots=True)
class _Draft:
    """A worker on its way."""

    looks: list[App] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    logs: list[Log] = field(default_factory=list)
    linked: str | None = None


def workers_of(case: Case) -> tuple[Worker, ...]:
    """Return the workers of a case, those that PM2 shows first, each with all that is told of it."""
    drafts: dict[Key, _Draft] = {}
    for sample in case.samples:
        if sample.worker is not None:
            drafts.setdefault((sample.worker, None), _Draft())
    for app in case.apps:
        drafts.setdefault((app.name, app.pm_id), _Draft()).looks.append(app)
    for event in case.events:
        if event.app is not None and (key := _known(event, drafts)) not in drafts:
            drafts[key] = _Draft()
    by_source: dict[str, list[Event]] = defaultdict(list)
    for event in case.events:
        if event.app is not None:
            drafts[_known(event, drafts)].events.append(event)
        else:
            by_source[event.source].append(event)
    known = list(drafts)
    for source, events in by_source.items():
        _place(source, events, drafts, known)
    for log in case.logs:
        for draft in drafts.values():
            if any(event.source == log.source for event in draft.events):
                draft.logs.append(log)
    return tuple(_finished(drafts))


def _known(event: Event, drafts: Iterable[Key]) -> Key:
    """Return whom an event names; a name that `pm2 logs` has cut is completed by its number."""
    name = event.app or ""
    for key in drafts:
        if key[1] is not None and key[1] == event.pm_id and len(name) >= _CUT and key[0].startswith(name):
            return key
    if event.pm_id is None:
        named = [key for key in drafts if key[0] == name]
        if len(named) == 1:
            return named[0]
    return name, event.pm_id


def _place(source: str, events: Sequence[Event], drafts: dict[Key, _Draft], known: Sequence[Key]) -> None:
    """Give the events of a log that names nobody to the worker whose log it is."""
    keys = _owners(source, events, drafts)
    if len(keys) == 1:
        drafts[keys[0]].events += events
        return
    if not keys and len(known) == 1:
        draft = drafts[known[0]]
        draft.events += events
        draft.linked = "it is the only worker of this case"
        return
    for event in events:
        key = next((key for key, draft in drafts.items() if event.pid and event.pid in _pids(draft)), None)
        drafts.setdefault(key or (file_name(source), None), _Draft()).events.append(event)


def _owners(source: str, events: Sequence[Event], drafts: dict[Key, _Draft]) -> list[Key]:
    """Return the workers that a log may be of: by the paths that PM2 shows, its name, the pids in it."""
    plain = _ROTATED.sub(r"\g<end>", file_name(source))
    by_path = [
        key
        for key, draft in drafts.items()
        if any(
            plain == file_name(path)
            for look in draft.looks
            for path in (look.error_log, look.out_log)
            if path
        )
    ]
    if by_path:
        return by_path
    named = _LOG_OF_APP.fullmatch(file_name(source))
    if named is not None:
        same = [key for key in drafts if _as_file(key[0]) == named["app"]]
        same = [key for key in same if named["id"] is None or key[1] == int(named["id"])] or same
        if same:
            return same
    pids = {event.pid for event in events if event.pid}
    return [key for key, draft in drafts.items() if pids & _pids(draft)]


def _as_file(app: str) -> str:
    """Return an app's name as PM2 writes it into the names of its logs."""
    return re.sub(r"[^A-Za-z0-9\-_]", "-", app)


def _pids(draft: _Draft) -> set[int]:
    of_looks = {look.pid for look in draft.looks if look.pid}
    return of_looks | {event.pid for event in draft.events if event.pid}


def _finished(drafts: dict[Key, _Draft]) -> Iterator[Worker]:
    names = [key[0] for key in drafts]
    for (app, pm_id), draft in drafts.items():
        name = app if names.count(app) == 1 or pm_id is None else f"{app} (id {pm_id})"
        looks = sorted(draft.looks, key=lambda look: (look.at or _OLDEST, look.elapsed or 0))
        yield Worker(
            name,
            app if draft.looks or pm_id is not None or any(one.app for one in draft.events) else None,
            pm_id,
            tuple(looks),
            _in_time_order(draft.events),
            tuple(draft.logs),
            draft.linked,
        )


def _in_time_order(events: Sequence[Event]) -> tuple[Event, ...]:
    """Return events by time; one without a time stays behind the one before it in its log."""
    keyed, last = [], _OLDEST
    source = None
    for index, event in enumerate(events):
        last = event.at or (last if event.source == source else _OLDEST)
        source = event.source
        keyed.append((last, index, event))
    return tuple(event for _, _, event in sorted(keyed, key=lambda item: item[:2]))
