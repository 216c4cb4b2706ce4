"""The real PM2, the newest and an older one: what memdoctor says of its apps while they run.

The daemons run at the same time. Two command lines watch each of them for longer than two minutes, for what
an app holds in its first minute says nothing of growth; meanwhile the tests look at single moments.
"""

import json
import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from memdoctor.errors import CaptureError
from memdoctor.live.pm2 import apps, this_pm2
from memdoctor.model import App

from pm2_daemon import (
    APPS,
    HEALTHY,
    PM2,
    SECRET,
    STEADY,
    Daemon,
    Watched,
    files_in,
    memdoctor,
    started_in,
    trap,
    wait_until,
    watching,
)

_MIB = 1 << 20
_SECONDS, _INTERVAL = 124, 2
_SCHEMA = json.loads((files("memdoctor.reports") / "report.schema.json").read_text(encoding="utf-8"))

Report = dict[str, Any]


@pytest.fixture(scope="module")
def every_pm2() -> Iterator[Mapping[str, Watched]]:
    """Start every app under each PM2, and watch them all."""
    with watching(_SECONDS, _INTERVAL) as watched:
        yield watched


@pytest.fixture(params=list(PM2))
def watched(request: pytest.FixtureRequest, every_pm2: Mapping[str, Watched]) -> Watched:
    """Return one of the daemons, when PM2 knows all heaps and has given up an app."""
    if request.param not in every_pm2:
        pytest.skip(f"no {request.param} PM2 on this machine: see tests/pm2_daemon.py")
    wait_until(every_pm2[request.param].daemon.is_settled, "every heap, and an app given up")
    return every_pm2[request.param]


@pytest.fixture
def daemon(watched: Watched) -> Daemon:
    """Return one of the daemons."""
    return watched.daemon


@pytest.fixture
def looks(daemon: Daemon) -> Mapping[str, list[App]]:
    """Return the instances of each app, at this moment."""
    found = defaultdict(list)
    for app in apps(daemon.home):
        found[app.name].append(app)
    return found


@pytest.fixture
def report(watched: Watched) -> Report:
    """Return what the window of more than two minutes has shown."""
    outcome = watched.as_json.outcome()
    assert outcome.err == ""
    return dict(json.loads(outcome.out))


def _shown(report: Report, name: str) -> list[dict[str, Any]]:
    return [app for app in report["overview"]["apps"] if app["name"] == name]


def _samples(report: Report, worker: str) -> list[dict[str, Any]]:
    return [one for one in report["overview"]["samples"] if one["worker"] == worker]


def _found(report: Report, **wanted: str) -> dict[str, dict[str, Any]]:
    """Return the findings with these values, by the worker that they are about."""
    chosen = [one for one in report["findings"] if wanted.items() <= one.items()]
    found = {one["subject"]["worker"]: one for one in chosen}
    assert len(found) == len(chosen)
    return found


# One moment, while the windows go on.


def test_the_majors_differ(every_pm2: Mapping[str, Watched]) -> None:
    majors = [int(one.daemon.version.partition(".")[0]) for one in every_pm2.values()]
    if len(majors) < len(PM2):
        pytest.skip("one PM2 is missing: see tests/pm2_daemon.py")
    assert majors[0] > majors[1]


def test_pids_are_those_of_the_pid_files(daemon: Daemon, looks: Mapping[str, list[App]]) -> None:
    for name in STEADY:
        instances = {app.pm_id: app.pid for app in looks[name]}
        pid_files = {pm_id: daemon.home / "pids" / f"{name}-{pm_id}.pid" for pm_id in instances}
        told = {pm_id: int(file.read_text(encoding="ascii")) for pm_id, file in pid_files.items()}
        assert instances == told
        assert {int(word) for word in daemon.call("pid", name).split()} == set(told.values())


def test_what_pm2_says_of_each_process(looks: Mapping[str, list[App]]) -> None:
    for app in [app for name in STEADY for app in looks[name]]:
        assert (app.status, app.restarts, app.interpreter) == ("online", 0, "node")
        assert app.mode == ("cluster" if app.name == "cluster" else "fork")
        assert app.script is not None
        assert Path(app.script).parent == APPS
        assert app.started_at is not None
        assert app.at is not None
        assert app.at - timedelta(minutes=5) < app.started_at < app.at


def test_memory_is_what_the_system_says(looks: Mapping[str, list[App]]) -> None:
    for app in [app for name in STEADY for app in looks[name]]:
        pages = Path(f"/proc/{app.pid}/statm").read_text(encoding="ascii").split()[1]
        held = int(pages) * os.sysconf("SC_PAGE_SIZE")
        assert app.rss == pytest.approx(held, rel=0.1, abs=4 * _MIB), app.name


def test_heaps(looks: Mapping[str, list[App]]) -> None:
    for app in [app for name in STEADY for app in looks[name]]:
        assert app.heap_used is not None
        assert app.heap_total is not None
        assert 2 * _MIB < app.heap_used <= app.heap_total < (app.rss or 0)
        assert app.heap_usage == pytest.approx(app.heap_used / app.heap_total, abs=0.01)
        assert app.handles is not None
        assert app.requests == 0


def test_limits(looks: Mapping[str, list[App]]) -> None:
    heaps = {name: looks[name][-1].heap_limit for name in STEADY}
    assert heaps == {**dict.fromkeys(STEADY), "small": 96 * _MIB}
    memory = {name: looks[name][-1].memory_limit for name in STEADY}
    assert memory == {**dict.fromkeys(STEADY), "bounded": 90 * _MIB}
    assert all(app.shows_options for found in looks.values() for app in found)


def test_an_app_that_pm2_gave_up(looks: Mapping[str, list[App]]) -> None:
    [app] = looks["missing"]
    assert (app.status, app.pid, app.rss, app.heap_used) == ("errored", None, None, None)
    assert app.restarts is not None
    assert 14 <= app.restarts <= 17
    assert app.error_log is not None
    assert "a-module-that-nobody-has" in Path(app.error_log).read_text(encoding="utf-8")


def test_a_case_has_its_source_and_the_processes_to_check_pids(daemon: Daemon) -> None:
    case = this_pm2(None, 1, daemon.home)
    [source] = case.sources
    assert (source.name, source.kind, case.problems) == (f"PM2 ({daemon.home})", "live", ())
    assert {(app.source, app.time_from) for app in case.apps} == {(source.name, "this machine's clock")}
    assert all(app.places["restarts"].startswith(f"{source.name}#/") for app in case.apps)
    [table] = case.beside
    assert (table.live, table.whole) == (True, True)
    processes = {one.pid: one for one in table.processes}
    for app in [app for app in case.apps if app.name in STEADY]:
        process = processes[app.pid or 0]
        assert process.started_at is not None
        assert app.started_at is not None
        assert abs(process.started_at - app.started_at) < timedelta(seconds=3)
        assert process.ppid == daemon.pid


def test_nothing_of_the_environment_is_kept(daemon: Daemon) -> None:
    assert str(daemon.jlist()).count(SECRET) > 8
    told = [str(asdict(this_pm2(None, 1, daemon.home)))]
    for form in ("json", "jsonl", "markdown", "concise", "terminal"):
        outcome = memdoctor("--home", daemon.home, "-v", "-f", form)
        told += [outcome.out, outcome.err]
    for name in (SECRET, "SECRET_TOKEN", "DATABASE_PASSWORD"):
        assert name not in "".join(told)


def test_the_home_of_the_environment(daemon: Daemon) -> None:
    (daemon.folder / ".pm2").symlink_to(daemon.home)
    for named, name in (({"PM2_HOME": str(daemon.home)}, "~/home"), ({}, "~/.pm2")):
        report = json.loads(memdoctor("--json", environment={**named, "HOME": str(daemon.folder)}).out)
        assert len(report["overview"]["apps"]) == 8
        assert report["sources"][0]["name"] == f"PM2 ({name})"


def test_another_home_is_told_where_pm2_runs(daemon: Daemon, tmp_path: Path) -> None:
    outcome = memdoctor("--home", tmp_path)
    assert outcome.code == 2
    homes = re.findall(r"another PM2 runs, with PM2_HOME=(\S+?)(?:;|$)", outcome.err, re.MULTILINE)
    others = len(homes) == 3  # of them no more are named
    title = Path(f"/proc/{daemon.pid}/cmdline").read_text(encoding="utf-8")  # as long as the command was
    assert str(daemon.home) in homes or others or f"({daemon.home})" not in title


@pytest.mark.parametrize("name", ["cluster", "small", "healthy", "missing"])
def test_an_app_alone(daemon: Daemon, name: str) -> None:
    everything = json.loads(memdoctor("--home", daemon.home, "--json").out)["overview"]["apps"]
    # PM2 numbers what it starts at once in an order of its own.
    numbers = {app["name"]: str(app["pm_id"]) for app in everything}
    word = numbers[name] if name == "small" else name
    outcome = memdoctor("--home", daemon.home, word, "--json", "--fail-on", "error")
    report = json.loads(outcome.out)
    found = report["overview"]["apps"]
    assert [app["name"] for app in found] == [name] * (2 if name == "cluster" else 1)
    assert {one["subject"]["worker"] for one in report["findings"]} <= {name, None}
    named = {app["worker"] for app in found}
    assert {one["worker"] for one in report["overview"]["samples"]} <= named
    assert {one["worker"] for one in report["overview"]["events"] if one["kind"] == "exit"} <= named
    assert outcome.code == (1 if name == "missing" else 0)


def test_an_app_that_pm2_does_not_run(daemon: Daemon) -> None:
    outcome = memdoctor("--home", daemon.home, "nobody")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == (
        "error: PM2 runs no app nobody\n"
        "help: there is: bounded, cluster, healthy, leak, missing, slow-crash, small\n"
    )


# What the windows have shown.


def test_the_exit_code_is_what_fail_on_asks_for(watched: Watched, report: Report) -> None:
    strict, lenient = watched.as_json.outcome(), watched.on_terminal.outcome()
    assert (strict.code, lenient.code) == (1, 0)
    assert (strict.err, lenient.err) == ("", "")
    assert (report["summary"]["fail_on"], report["summary"]["exit_code"]) == ("error", 1)
    jsonschema.validate(report, _SCHEMA, cls=jsonschema.Draft202012Validator)
    assert report["problems"] == []


def test_every_app_is_there_at_each_look(watched: Watched, report: Report) -> None:
    expected = {(one["name"], one["pm_id"]) for one in watched.daemon.jlist()}
    assert len(expected) == 8
    assert {(app["name"], app["pm_id"]) for app in report["overview"]["apps"]} == expected
    times = [datetime.fromisoformat(one["at"]) for one in _samples(report, "healthy")]
    assert {app["looks"] for app in report["overview"]["apps"]} == {len(times)}
    assert _SECONDS / _INTERVAL / 2 <= len(times) <= _SECONDS / _INTERVAL + 2
    assert all(timedelta(seconds=_INTERVAL / 2) < then - now for now, then in list(pairwise(times))[:-1])
    assert watched.began <= times[0] <= watched.began + timedelta(seconds=10)
    assert (
        times[0] + timedelta(seconds=_SECONDS - 1) < times[-1] < times[0] + timedelta(seconds=_SECONDS + 10)
    )


def test_the_leak_is_found(report: Report) -> None:
    found = _found(report, rule="growing-heap")
    assert list(found) == ["leak"]
    assert found["leak"]["severity"] == "warning"
    assert found["leak"]["confidence"] in {"likely", "certain"}  # as many looks as there were time for
    heaps = [one["heap_used_bytes"] for one in _samples(report, "leak")]
    assert heaps[-1] - heaps[0] > 60 * _MIB
    [slope] = [one["value"] for one in found["leak"]["evidence"] if one["label"] == "slope"]
    assert 60 * 40 * _MIB < slope < 60 * 150 * _MIB  # an hour


def test_what_is_healthy_is_left_alone(report: Report) -> None:
    assert list(_found(report, family="growth")) == ["leak"]
    wrong = {one["subject"]["worker"] for one in report["findings"] if one["severity"] != "info"}
    assert wrong == {"leak", "missing", "slow-crash"}
    workers = {app["worker"] for name in HEALTHY for app in _shown(report, name)}
    for growth in report["overview"]["growth"]:
        judged = growth["verdict"] not in {"refused", "growing", "rising-uncollected"}
        assert judged or growth["process"] not in workers, growth
    for worker in workers:
        heaps = [one["heap_used_bytes"] for one in _samples(report, worker) if one["heap_used_bytes"]]
        assert max(heaps) - min(heaps) < 16 * _MIB


def test_a_loop_that_pm2_has_ended(report: Report) -> None:
    [app] = _shown(report, "missing")
    assert (app["status"], app["pid"]) == ("errored", None)
    finding = _found(report, rule="crash-loop")["missing"]
    assert (finding["severity"], finding["confidence"]) == ("error", "certain")
    assert "cannot find a-module-that-nobody-has, PM2 gave up" in finding["message"]
    assert "missing" in _found(report, rule="missing-module")
    [episode] = [one for one in report["overview"]["episodes"] if one["worker"] == "missing"]
    assert (episode["cause"], episode["exits"]) == ("missing-module", app["restarts"] + 1)


def test_a_loop_that_pm2_never_ends(report: Report) -> None:
    [app] = _shown(report, "slow-crash")
    assert app["status"] in {"online", "launching", "waiting restart", "stopping"}
    assert app["unstable_restarts"] == 0
    assert app["restarts"] > _SECONDS / 2.5 / 2
    assert set(_found(report, rule="crash-loop")) == {"missing", "slow-crash"}
    [episode] = [one for one in report["overview"]["episodes"] if one["worker"] == "slow-crash"]
    assert episode["exits"] == pytest.approx(app["restarts"], abs=2)
    assert 2 <= episode["median_gap_seconds"] <= 6
    assert episode["healed_after_seconds"] is None
    assert len({one["pid"] for one in _samples(report, "slow-crash")}) > 8
    lives = [one for one in report["overview"]["growth"] if one["process"].startswith("slow-crash")]
    assert {one["verdict"] for one in lives} <= {"refused"}  # nothing is joined across a restart


def test_each_instance_of_a_cluster(report: Report) -> None:
    found = _shown(report, "cluster")
    assert [(app["mode"], app["status"], app["restarts"]) for app in found] == [
        ("cluster", "online", 0)
    ] * 2
    assert len({app["pid"] for app in found}) == 2
    assert [app["worker"] for app in found] == [f"cluster (id {app['pm_id']})" for app in found]
    for app in found:
        assert {one["pid"] for one in _samples(report, app["worker"])} == {app["pid"]}


def test_used_heap_is_divided_by_a_limit_that_is_known(report: Report) -> None:
    for app in report["overview"]["apps"]:
        assert app["heap_limit_is_shown"]
        assert app["heap_limit_bytes"] == (96 * _MIB if app["name"] == "small" else None)
        share = app["heap_used_bytes"] / (96 * _MIB) if app["name"] == "small" else None
        assert app["used_of_limit"] == pytest.approx(share)


def test_the_terminal_says_what_each_is(watched: Watched) -> None:
    text = watched.on_terminal.outcome().out
    assert max(map(len, text.splitlines())) <= 80
    rows = {line.split()[1]: line for line in text.splitlines() if re.match(r" +\d  \S", line)}
    assert {name: rows[name].split()[2] for name in (*STEADY, "missing")} == {
        **dict.fromkeys(STEADY, "online"),
        "missing": "errored",
    }
    assert re.search(r"\d %  96\.0 MiB$", rows["small"])
    assert "errored  1" in rows["missing"]
    assert len(re.findall(r"^ +\d  cluster +online", text, re.MULTILINE)) == 2
    plain = " ".join(text.split())
    assert re.search(r"error\[crash-loop\] missing: \d+ crashes in [\d.]+ s: cannot find", plain)
    assert re.search(r"error\[crash-loop\] slow-crash: \d+ crashes in [12] min", plain)
    assert re.search(r"warning\[growing-heap\] leak: the JS heap grows by \d", plain)
    calm = re.search(
        r"No heap growth in healthy, (\w+)(?: \(id \d\))?, (\w+)(?: \(id \d\))? and 2 more\.", plain
    )
    assert calm is not None
    assert {*calm.groups()} <= {"cluster", "small"}  # by their numbers


def test_no_window_tells_of_the_environment(watched: Watched) -> None:
    for outcome in (watched.as_json.outcome(), watched.on_terminal.outcome()):
        assert not re.search(rf"{SECRET}|SECRET_TOKEN|DATABASE_PASSWORD", outcome.out + outcome.err)


def test_loops_are_told_without_logs(daemon: Daemon, report: Report) -> None:
    alone = json.loads(memdoctor("--home", daemon.home, "--no-logs", "--json").out)
    assert [source["kind"] for source in alone["sources"]] == ["live"]
    found = _found(alone, rule="crash-loop")
    assert set(found) == {"missing", "slow-crash"}
    assert re.fullmatch(r"1\d restarts, PM2 gave up", found["missing"]["message"])
    logs = {source["name"] for source in report["sources"] if source["kind"] == "path"}
    assert {str(daemon.home / "pm2.log"), str(daemon.home / "logs" / "missing-error.log")} <= logs


# What changes the daemon comes last.


def test_a_daemon_without_its_socket_is_told_from_none(watched: Watched, report: Report) -> None:
    home = watched.daemon.home
    (home / "rpc.sock").rename(home / "away")
    try:
        with pytest.raises(CaptureError, match=f"{watched.daemon.pid} runs, but does not listen there"):
            apps(home)
    finally:
        (home / "away").rename(home / "rpc.sock")
    assert len(apps(home)) == 8


def test_looks_change_nothing(daemon: Daemon, tmp_path: Path) -> None:
    daemon.call("stop", "slow-crash")
    environment, called = trap(tmp_path)
    before = files_in(daemon.home), started_in(daemon.folder), daemon.pid
    for arguments in ([], ["--for", "1s", "--interval", "0.5s"], ["healthy"]):
        outcome = memdoctor("--home", daemon.home, *arguments, environment=environment)
        assert (outcome.code, outcome.err) == (0, "")
    assert (files_in(daemon.home), started_in(daemon.folder), daemon.pid) == before
    assert not called.exists()
    assert {app["pm2_env"]["restart_time"] for app in daemon.jlist() if app["name"] in STEADY} == {0}


def test_after_its_end_it_is_not_started_again(daemon: Daemon, tmp_path: Path) -> None:
    environment, called = trap(tmp_path)
    pid = daemon.pid
    daemon.end()
    before = files_in(daemon.home)
    assert {f"{daemon.home}/{name}" for name in ("pm2.pid", "rpc.sock", "pub.sock")} <= set(before)
    outcome = memdoctor("--home", daemon.home, environment=environment)
    assert (outcome.code, outcome.out) == (2, "")
    assert f"PM2 does not run: nobody answers at {daemon.home}/rpc.sock" in outcome.err
    assert f"its pm2.pid is stale: process {pid} has ended\n" in outcome.err
    assert (files_in(daemon.home), started_in(daemon.folder), called.exists()) == (before, [], False)
