"""What is to be ended of a machine that was made up, and what a second look leaves out of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from memdoctor.analysis.processes.machine import Machine
from memdoctor.endings import Asked, End, Plan, Why
from memdoctor.live.ending.again import still_meant
from memdoctor.live.ending.guards import Me
from memdoctor.live.ending.plan import planned
from memdoctor.model import GONE, PRESENT, Case, Process, ProcessTable, Stream

_AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
DEAD = {0: Stream("pipe", GONE), 1: Stream("pipe", GONE)}
ANN, ROOT = Me("ann", False), Me("root", True)
LOOKER = 900


def process(pid: int, ppid: int, *argv: str, **more: Any) -> Process:
    """Return a process of Ann's, an hour old."""
    facts: dict[str, Any] = {
        "user": "ann",
        "sid": pid,
        "age": 3600.0,
        "rss": 9 << 20,
        "uss": 5 << 20,
        "cpu_seconds": 0.01,
    }
    facts |= {"start_ticks": pid * 10, "started_at": _AT - timedelta(hours=1)}
    return Process(
        "this machine", f"/proc/{pid}", pid, ppid, argv=argv, exact=True, **facts | more
    )  # fmt: skip


def orphan(pid: int, *argv: str, **more: Any) -> Process:
    """Return a certain orphan: taken in by init, its streams lead to nobody, its session is gone."""
    return process(pid, 1, *(argv or ("mcp-server",)), **{"sid": 77, "streams": DEAD} | more)


BASE = (
    process(1, 0, "/sbin/init", user="root", sid=1),
    process(2, 0, user="root", is_kernel=True),
    process(LOOKER - 1, 1, "bash", tty="pts/0", cgroup="/user.slice/session-1.scope"),
    process(
        LOOKER, LOOKER - 1, "memdoctor", sid=LOOKER - 1, tty="pts/0", cgroup="/user.slice/session-1.scope"
    ),
)


def case_of(*processes: Process, seconds: float = 0) -> Case:
    """Return a machine with these processes beside the usual ones, at a moment."""
    at = _AT + timedelta(seconds=seconds)
    rows = (*BASE, *processes)
    table = ProcessTable(
        "this machine", "", rows, at=at, system="linux", live=True, looker=LOOKER, whole=True
    )
    return Case(tables=(table,))


def plan_of(asked: Asked, *processes: Process, who: Me = ANN) -> Plan:
    return planned(Machine(case_of(*processes)), asked, who)


ORPHANS = Asked(orphans=True)


def pids(plan: Plan) -> list[int]:
    return [one.pid for one in plan.targets]


def spared(plan: Plan) -> dict[int, str]:
    return {one.pid: one.reason for one in plan.spared}


def test_orphans_are_ended_with_what_they_started_parents_first() -> None:
    below = process(101, 100, "node", "helper.js", sid=77)
    lowest = process(102, 101, "sleep", "60", sid=77)
    plan = plan_of(ORPHANS, lowest, below, orphan(100))
    assert pids(plan) == [100, 101, 102]
    assert [one.row.depth for one in plan.targets] == [0, 1, 2]
    assert {one.root for one in plan.targets} == {100}
    assert plan.cost.frees == 15 << 20


def test_what_is_only_likely_is_not_ended() -> None:
    streams = {0: Stream("pipe", GONE), 1: Stream("file")}
    plan = plan_of(ORPHANS, orphan(100, "/opt/job", streams=streams, sid=100))
    assert pids(plan) == []
    [one] = plan.unsure
    assert (one.pid, one.reason) in {(100, "only likely"), (100, "only possible")}
    named = plan_of(Asked((100,)), orphan(100, "/opt/job", streams=streams, sid=100))
    assert pids(named) == [100]


@pytest.mark.parametrize(
    ("more", "words", "who"),
    [
        ({"user": "bob"}, "it belongs to bob", ANN),
        ({"user": None}, "whose it is is not shown", ANN),
        ({"cgroup": "/system.slice/cron.service"}, "it is of the service cron.service", ROOT),
        ({"sid": 100, "tty": "pts/3"}, "it leads the session at terminal pts/3", ANN),
        ({"is_kernel": True}, "it is a thread of the kernel", ROOT),
        ({"start_ticks": None, "started_at": None}, "its start is not shown", ROOT),
    ],
)
def test_what_is_never_ended_though_it_is_named(more: dict[str, Any], words: str, who: Me) -> None:
    plan = plan_of(Asked((100,)), orphan(100, **more), who=who)
    assert pids(plan) == []
    [one] = plan.refused
    assert words in one.reason


def test_what_is_in_doubt_and_another_users_is_not_offered_by_its_pid() -> None:
    streams = {0: Stream("pipe", GONE), 1: Stream("file")}
    plan = plan_of(ORPHANS, orphan(100, "/opt/job", streams=streams, sid=100, user="bob"))
    assert plan.unsure == ()
    assert spared(plan) == {100: "it belongs to bob"}


def test_root_ends_what_belongs_to_others() -> None:
    assert pids(plan_of(ORPHANS, orphan(100, user="bob"), who=ROOT)) == [100]


def test_a_job_of_the_service_that_memdoctor_runs_in_is_no_service() -> None:
    unit = "/system.slice/ci-runner.service"
    rows = [replace(one, cgroup=unit) if one.pid == LOOKER else one for one in BASE]
    case = case_of(orphan(100, cgroup=unit))
    table = replace(case.tables[0], processes=(*rows, case.tables[0].processes[-1]))
    plan = planned(Machine(replace(case, tables=(table,))), Asked((100,)), ANN)
    assert pids(plan) == [100]


def test_memdoctor_and_what_it_runs_below_are_never_ended() -> None:
    plan = plan_of(Asked((LOOKER, LOOKER - 1, 1, 2)), who=ROOT)
    assert pids(plan) == []
    assert len(plan.refused) == 4


def test_one_below_that_is_protected_protects_all_above() -> None:
    service = process(101, 100, "postgres", sid=77, cgroup="/system.slice/db.service")
    plan = plan_of(ORPHANS, orphan(100), service)
    assert pids(plan) == []
    assert "which it started: it is of the service db.service" in spared(plan)[100]
    assert plan.refused == ()  # nobody asked for it by name


def test_managers_and_their_workers_only_by_name() -> None:
    god = orphan(100, "PM2 v6.0.14: God Daemon (/home/ann/.pm2)")
    worker = process(101, 100, "node", "/srv/api.js", sid=77)
    assert pids(plan_of(ORPHANS, god, worker)) == []
    plan = plan_of(Asked((101,)), god, worker)
    assert pids(plan) == [101]
    assert any("PM2 (pid 100) starts it again: pm2 stop NAME" in text for text in plan.targets[0].warnings)
    plan = plan_of(Asked((100,)), god, worker)
    assert pids(plan) == [100, 101]
    assert any("better pm2 kill" in text for text in plan.targets[0].warnings)


def test_a_pid_that_is_named_twice_is_ended_once() -> None:
    plan = plan_of(Asked((100, 100, 101), orphans=True), orphan(100), process(101, 100, "node", sid=77))
    assert pids(plan) == [100, 101]


def looked_again(
    asked: Asked, first: Sequence[Process], then: Sequence[Process]
) -> dict[int, tuple[str, str]]:
    """Return what is left out at a second look, by pid; what is still meant is `meant`."""
    before, now = (Machine(case_of(*rows, seconds=n)) for n, rows in enumerate((first, then)))
    plan = planned(before, asked, ANN)
    assert plan.targets
    kept, left = still_meant(plan, before, now, ANN)
    found = {one.pid: ("meant", "") for one in kept}
    return found | {one.target.pid: (one.end, one.detail) for one in left}


def test_what_is_as_it_was_is_still_meant() -> None:
    rows = [orphan(100), process(101, 100, "node", sid=77)]
    assert looked_again(ORPHANS, rows, rows) == {100: ("meant", ""), 101: ("meant", "")}


@pytest.mark.parametrize("asked", [ORPHANS, Asked((100,))])
@pytest.mark.parametrize(
    ("then", "words"),
    [
        (
            [orphan(100), process(105, 100, "node", "new.js", sid=77)],
            "has started new.js (pid 105) meanwhile",
        ),
        ([replace(orphan(100), ppid=50), process(50, 1, "daemon")], "has another parent now, pid 50"),
        ([orphan(100, streams={**DEAD, 0: Stream("pipe", PRESENT)})], "somebody is at the other end"),
    ],
)
def test_what_has_changed_is_left_out(asked: Asked, then: list[Any], words: str) -> None:
    found = looked_again(asked, [orphan(100)], then)
    assert found[100][0] == End.CHANGED
    assert words in found[100][1]


def test_a_loop_of_commands_that_goes_on_is_still_meant() -> None:
    shell = orphan(100, "sh", "-c", "loop", streams=DEAD)
    first = [shell, process(101, 100, "node", "/srv/job.js", sid=77)]
    for then in (("node", "/srv/job.js"), ("sleep", "5")):
        found = looked_again(Asked((100,)), first, [shell, process(102, 100, *then, sid=77)])
        assert found == {100: ("meant", ""), 101: (End.BEFORE, ""), 102: ("meant", "")}
    found = looked_again(Asked((100,)), first, [shell, process(102, 100, "node", "/srv/other.js", sid=77)])
    assert found[100][0] == End.CHANGED


def test_what_the_analysis_would_not_say_again_is_left_out() -> None:
    then = orphan(100, streams={0: Stream("null"), 1: Stream("null")})
    end, words = looked_again(ORPHANS, [orphan(100)], [then])[100]
    assert end == End.CHANGED
    assert words.startswith("memdoctor ps ")
    assert looked_again(Asked((100,)), [orphan(100)], [then])[100][0] == "meant"


def test_what_has_ended_meanwhile_is_not_signalled() -> None:
    first = [orphan(100), orphan(200)]
    assert looked_again(ORPHANS, first, [orphan(200)])[100] == (End.BEFORE, "")
    end, words = looked_again(ORPHANS, first, [orphan(200), orphan(100, start_ticks=4711)])[100]
    assert end == End.BEFORE
    assert "pid 100 is another process now" in words
    assert looked_again(ORPHANS, first, [orphan(200), orphan(100, state="Z")])[100] == (End.BEFORE, "")


def leaking(count: int, **more: Any) -> list[Process]:
    children = [process(500 + n, 400, "claude", sid=400, tty="", **more) for n in range(count)]
    return [process(400, 1, "worker-daemon"), *children]


def test_leaked_children_are_ended_only_when_it_is_certain() -> None:
    asked = Asked(leaked=(400,))
    one_look = planned(Machine(case_of(*leaking(9))), asked, ANN)
    assert pids(one_look) == []
    assert {one.why for one in one_look.spared} == {Why.UNSURE}
    tables = (*case_of(*leaking(8)).tables, *case_of(*leaking(9), seconds=70).tables)
    plan = planned(Machine(Case(tables=tables)), asked, ANN)
    assert len(pids(plan)) == 9
    assert {one.row.confidence for one in plan.targets} == {"certain"}


def test_a_parent_without_leaked_children_and_one_that_is_not_there() -> None:
    plan = plan_of(Asked(leaked=(400, 4711)), *leaking(3))
    assert pids(plan) == []
    assert "has no children that look leaked" in plan.notes[0]
    assert [one.pid for one in plan.refused] == [4711]
