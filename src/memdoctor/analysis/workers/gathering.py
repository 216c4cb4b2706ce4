"""Who is meant: looks, events and logs of one worker brought together, whatever names it in each."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from memdoctor.analysis.workers.ends import stand_together
from memdoctor.analysis.workers.log_owners import LogOwners
from memdoctor.analysis.workers.pids import pid_by_script
from memdoctor.analysis.workers.worker import Worker
from memdoctor.model import DAEMON, App, Case, Event, Log, ProcessTable
from memdoctor.text import file_name

_CUT = 7  # characters of a name that `pm2 logs` keeps
_OLDEST = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True, eq=False)
class _Draft:
    """A worker on its way: an app, or what a file alone tells of."""

    name: str
    pm_id: int | None = None
    home: str | None = None  # of its daemon
    is_app: bool = True
    looks: list[App] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    logs: list[Log] = field(default_factory=list)
    linked: str | None = None


def workers_of(case: Case) -> tuple[Worker, ...]:
    """Return the workers of a case, those that PM2 shows first, each with all that is told of it."""
    gathering = _Gathering(case.tables)
    # What names only the app comes last, and behind its like what does not tell its daemon.
    for app in sorted(case.apps, key=lambda app: (app.pm_id is None, app.home is None)):
        gathering.take_look(app)
    unnamed: dict[str, list[Event]] = defaultdict(list)
    naming = {event.source for event in case.events if event.app is not None}
    for event in case.events:
        if event.app is not None:
            gathering.take_event(event)
        elif event.kind != DAEMON:  # that is PM2 itself
            unnamed[event.source].append(event)
    for sample in case.samples:
        if sample.worker is not None:
            gathering.of_file(sample.worker)
    apps = list(gathering.apps.values())
    for source, events in unnamed.items():
        gathering.place(source, events, apps, names_others=source in naming)
    gathering.take_logs(case.logs)
    return tuple(_finished([*gathering.apps.values(), *gathering.files.values()]))


class _Gathering:
    """The workers of a case on their way."""

    def __init__(self, tables: Sequence[ProcessTable]) -> None:
        self._tables = tables
        self._processes = {one.pid: one for table in tables for one in table.processes}
        self.apps: dict[tuple[str, int | None, str | None], _Draft] = {}
        self.files: dict[str, _Draft] = {}
        self._by_name: dict[str, list[_Draft]] = defaultdict(list)
        self._by_number: dict[int, list[_Draft]] = defaultdict(list)
        self._owners: LogOwners[_Draft] = LogOwners()

    def take_look(self, look: App) -> None:
        """Take a look; one without a number means the only app of its name."""
        draft = self._app(look.name, look.pm_id, look.home, look.pid)
        draft.looks.append(look)
        self._owners.look(draft, look)
        if not look.pid:
            self._owners.pid(draft, pid_by_script(look, self._tables))

    def take_event(self, event: Event) -> None:
        """Take an event that names an app; a name that `pm2 logs` has cut is completed by its number."""
        name = event.app or ""
        draft = self._app_or_none(name, event.pm_id, None, event.pid)
        if draft is None and event.pm_id is not None:
            of_number = self._by_number[event.pm_id]
            cut = [one for one in of_number if one.name[:_CUT].strip() == name.strip()]
            draft = self._of_daemon(cut, None, event.pid)
        draft = draft or self._app(name, event.pm_id, None, event.pid)
        draft.events.append(event)
        self._owners.pid(draft, event.pid)

    def of_file(self, source: str) -> _Draft:
        """Return the worker of which nothing is known but a file."""
        return self.files.setdefault(source, _Draft(source, is_app=False))

    def place(
        self, source: str, events: Sequence[Event], apps: Sequence[_Draft], *, names_others: bool
    ) -> None:
        """Give the events of a log that name nobody to the worker whose log it is."""
        owners = self._owners.of_file(source) or self._owners.of_pids(event.pid for event in events)
        if not owners:
            owners = self._by_chance(source, events, apps, names_others=names_others)
        if len(owners) == 1:
            owners[0].events += events
            return
        for event in events:
            [owner] = self._owners.of_pids([event.pid])[:1] or [self.of_file(source)]
            owner.events.append(event)

    def _by_chance(
        self, source: str, events: Sequence[Event], apps: Sequence[_Draft], *, names_others: bool
    ) -> list[_Draft]:
        """Return the worker whose ends stand where the errors do, or the only one; it is noted why."""
        beside = [draft for draft in apps if stand_together(events, draft.events)]
        if len(beside) == 1:
            beside[0].linked = f"{file_name(source)} has an error at its exits"
            return beside
        if len(apps) != 1 or not LogOwners.may_be_of(source, apps[0].name):
            return []
        if self._is_of_another(events, apps[0]):
            return []
        if not names_others:
            apps[0].linked = "it is the only worker of this case"
        return list(apps)

    def _is_of_another(self, events: Sequence[Event], draft: _Draft) -> bool:
        """Whether a listing shows that the processes of a log run another script than the worker."""
        scripts = {file_name(look.script) for look in draft.looks if look.script}
        shown = [self._processes[event.pid] for event in events if event.pid in self._processes]
        argued = [one.argv for one in shown if one.argv]
        return bool(scripts and argued) and not any(
            script in word for argv in argued for word in argv for script in scripts
        )

    def take_logs(self, logs: Sequence[Log]) -> None:
        """Give each log to the workers that it tells of."""
        told: dict[str, list[_Draft]] = defaultdict(list)
        for draft in (*self.apps.values(), *self.files.values()):
            for source in {event.source for event in draft.events}:
                told[source].append(draft)
        for log in logs:
            for draft in told[log.source]:
                draft.logs.append(log)

    def _app(self, name: str, pm_id: int | None, home: str | None, pid: int | None) -> _Draft:
        draft = self._app_or_none(name, pm_id, home, pid)
        if draft is None:
            draft = self.apps[name, pm_id, home] = _Draft(name, pm_id, home)
            self._by_name[name].append(draft)
            if pm_id is not None:
                self._by_number[pm_id].append(draft)
            self._owners.add(draft, name, pm_id)
        return draft

    def _app_or_none(
        self, name: str, pm_id: int | None, home: str | None, pid: int | None
    ) -> _Draft | None:
        named = self._by_name[name]
        same = [one for one in named if one.pm_id == pm_id]
        return self._of_daemon(same or (named if pm_id is None else []), home, pid)

    def _of_daemon(self, drafts: Sequence[_Draft], home: str | None, pid: int | None) -> _Draft | None:
        """Return which of some workers is meant: that of the daemon, with the pid, or the only one."""
        fitting = [one for one in drafts if home is None or one.home in (home, None)]
        if len(fitting) > 1 and home is None:
            of_pid = [one for one in self._owners.of_pids([pid]) if one in fitting]
            fitting = of_pid if len(of_pid) == 1 else fitting
        if len(fitting) > 1:
            fitting = [one for one in fitting if one.home == home]
        return fitting[0] if len(fitting) == 1 else None


def _finished(drafts: Sequence[_Draft]) -> Iterator[Worker]:
    names = Counter(one.name if one.is_app else file_name(one.name) for one in drafts)
    numbered = Counter((one.name, one.pm_id) for one in drafts if one.is_app)
    for draft in drafts:
        short = draft.name if draft.is_app else file_name(draft.name)
        number = draft.pm_id
        if draft.is_app:
            name = short if names[short] == 1 or number is None else f"{short} (id {number})"
            if draft.home is not None and numbered[draft.name, number] > 1:
                name = f"{name} of {draft.home}"
        else:
            name = short if names[short] == 1 else draft.name
        yield Worker(
            name,
            draft.name if draft.is_app else None,
            number,
            tuple(sorted(draft.looks, key=lambda look: (look.at or _OLDEST, look.elapsed or 0))),
            _in_time_order(draft.events),
            tuple(draft.logs),
            draft.linked,
            None if draft.is_app else draft.name,
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
