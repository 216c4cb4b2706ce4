"""Listings of several machines in one call: each is judged as if it were alone, and no figure is of two."""

import json
import os
import re
import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import memdoctor

from conftest import FIXTURES, Cli

SCHEMA = json.loads((files("memdoctor.reports") / "report.schema.json").read_text(encoding="utf-8"))
PS, CASE = FIXTURES / "ps", FIXTURES / "cases" / "broken-worker"
FULL, HEAVY, RESPAWN = PS / "ps_axo_full.txt", PS / "heavy.txt", PS / "respawn"
LISTING = CASE / "20261120T005605Z_ps.txt"
HEADING = "PID PPID SID STAT RSS ELAPSED COMMAND\n"
Rows = list[dict[str, Any]]


def _sql(cli: Cli, sql: str, *inputs: Path) -> Rows:
    outcome = cli("query", sql, *inputs, "-f", "json")
    assert (outcome.code, outcome.err) == (0, "")
    rows: Rows = json.loads(outcome.out)["rows"]
    return rows


def _looks(cli: Cli, *inputs: Path) -> dict[str, tuple[int, str | None]]:
    """Return of each listing how many rows it has, and its time."""
    rows = _sql(cli, "SELECT source, count(*) AS n, min(time) AS t FROM processes GROUP BY source", *inputs)
    return {Path(row["source"]).name: (row["n"], row["t"]) for row in rows}


def _problems(*inputs: Path) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for problem in memdoctor.analyze(*inputs).problems:
        told.setdefault(Path(problem.source).name, []).append(problem.message)
    return told


def _findings(inputs: Sequence[Path]) -> set[tuple[str, ...]]:
    """Return what is found of processes: the rule, whose listing, whom, how sure, and the words."""
    return {
        (one.rule, one.subject.source or "", one.subject.name, one.confidence, one.message)
        for one in memdoctor.analyze(*inputs).findings
        if one.family == "processes"
    }


@pytest.mark.parametrize("first", [FULL, HEAVY])
@pytest.mark.parametrize("turned", [False, True])
def test_no_row_is_lost_to_the_listing_of_another_machine(first: Path, turned: bool, cli: Cli) -> None:
    inputs = (CASE, first) if turned else (first, CASE)
    assert _looks(cli, *inputs) == {**_looks(cli, first), **_looks(cli, CASE)}
    assert {LISTING.name, first.name} <= _looks(cli, *inputs).keys()


def test_what_a_listing_tells_of_its_time_stays_whenever_its_file_was_changed(
    cli: Cli, tmp_path: Path
) -> None:
    paths = [Path(shutil.copy(path, tmp_path)) for path in (FULL, LISTING, PS / "ps_ef.txt")]
    for index, path in enumerate(paths):
        os.utime(path, (1_700_000_000 + index * 1000,) * 2)
    sql = "SELECT time, started_at, age FROM processes WHERE age IS NOT NULL AND time IS NOT NULL"
    rows = _sql(cli, sql, *paths)
    assert len(rows) >= 113
    for row in rows:
        seen, started = (datetime.fromisoformat(row[name]) for name in ("time", "started_at"))
        assert abs(seen - started - timedelta(seconds=row["age"])) <= timedelta(seconds=2)
    assert _looks(cli, *paths)[LISTING.name][1] == "2026-11-20T00:56:05Z"


def test_that_they_are_two_machines_is_said_once_of_both() -> None:
    told = [
        problem
        for problem in memdoctor.analyze(HEAVY, FULL).problems
        if "machine of its own" in problem.message
    ]
    [message] = [problem.message for problem in told]
    assert message.startswith("2 listings share no process (")
    assert HEAVY.name in message
    assert FULL.name in message
    assert not any("machine of its own" in message for message in _problems(FULL).get(FULL.name, []))


def test_files_of_one_moment_are_not_one_look_for_that(cli: Cli, tmp_path: Path) -> None:
    one, other = tmp_path / "a.txt", tmp_path / "b.txt"
    one.write_text("PID PPID COMMAND\n1 0 /sbin/init\n70 1 node /srv/a.js\n71 1 cron\n", encoding="utf-8")
    other.write_text("PID RSS COMMAND\n1 100 /sbin/init\n70 200 postgres\n72 300 redis\n", encoding="utf-8")
    for index, path in enumerate((one, other)):
        os.utime(path, (1_800_000_000 + index,) * 2)
    rows = _sql(cli, "SELECT source, pid, ppid, rss FROM processes", one, other)
    assert {(Path(row["source"]).name, row["pid"]) for row in rows} == {
        *(("a.txt", pid) for pid in (1, 70, 71)),
        *(("b.txt", pid) for pid in (1, 70, 72)),
    }
    assert all((row["rss"] is None) == row["source"].endswith("a.txt") for row in rows)


@pytest.mark.parametrize("turned", [False, True])
def test_two_forms_of_one_moment_complete_each_other_and_it_is_said(turned: bool, cli: Cli) -> None:
    inputs = [PS / "ps_ef.txt", PS / "ps_aux.txt"]
    inputs = inputs[::-1] if turned else inputs
    rows = _sql(cli, "SELECT source, pid, ppid, rss, look FROM processes", *inputs)
    assert {row["look"] for row in rows} == {0}
    both = [row for row in rows if row["ppid"] is not None and row["rss"] is not None]
    assert len(both) > 100
    pids = {
        int(line.split()[1])
        for path in inputs
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines()[1:]
    }
    assert sorted(row["pid"] for row in rows) == sorted(pids)  # also what only one of them has
    assert any(
        "taken for the same moment as" in one for told in _problems(*inputs).values() for one in told
    )


def _listing(path: Path, first: int, program: str = "node /srv/app.js --serve") -> Path:
    """Write a listing with an orphan that is likely and a daemon that runs twice, with pids of its own."""
    rows = [
        "1 0 1 Ss 9000 2-00:00:00 /sbin/init",
        f"{first} 1 {first} Ss 90000 20:00:00 node /srv/worker-service.cjs --daemon",
        f"{first + 1} 1 {first + 1} Ss 90000 19:00:00 node /srv/worker-service.cjs --daemon",
        f"{first + 2} 1 {first + 90} S 90000 18:00:00 claude --input-format stream-json",
        f"{first + 3} 1 {first + 3} S 90000 18:00:00 {program}",
    ]
    path.write_text(HEADING + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_what_two_machines_have_alike_is_found_on_both(tmp_path: Path) -> None:
    one, other = _listing(tmp_path / "a.txt", 1000), _listing(tmp_path / "b.txt", 5000)
    alone = _findings([one]) | _findings([other])
    assert {rule for rule, *_ in alone} >= {"duplicate-daemon", "orphaned-process"}
    assert _findings([one, other]) == _findings([other, one]) == alone


def test_all_rows_are_in_every_report(cli: Cli, tmp_path: Path) -> None:
    one, other = _listing(tmp_path / "a.txt", 1000), _listing(tmp_path / "b.txt", 5000)
    report = json.loads(cli("ps", one, other, "--json").out)
    jsonschema.validate(report, SCHEMA, cls=jsonschema.Draft202012Validator)
    assert [row["pid"] for row in report["overview"]["processes"]] == [
        *(1, 1000, 1001, 1002, 1003),
        *(1, 5000, 5001, 5002, 5003),
    ]
    assert [one["source"] for one in report["overview"]["other_machines"]] == [str(other)]
    assert (
        report["summary"]["processes"]["duplicates"]
        == 2 * json.loads(cli("ps", one, "--json").out)["summary"]["processes"]["duplicates"]
    )
    lines = [json.loads(line) for line in cli("ps", one, other, "-f", "jsonl").out.splitlines()]
    assert [line["source"] for line in lines if line["type"] == "machine"] == [str(one), str(other)]
    for form in ("terminal", "markdown"):
        told = cli("ps", one, other, "-f", form).out
        assert told.count("worker-service") >= 4 or form == "markdown"
        assert "a.txt" in told
        assert "b.txt" in told
    listed = cli("ps", one, other, "--duplicates", "--top", "0").out
    assert all(str(pid) in listed for pid in (1000, 5000))


PIDS = st.integers(min_value=40_000, max_value=60_000)
OTHERS = st.lists(
    st.tuples(
        PIDS, st.sampled_from(["postgres", "nginx: master process", "node /opt/x.js", "redis", "zsh"])
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda row: row[0],
)
JUDGED = {
    "full": [FULL],
    "heavy": [HEAVY],
    "loop": [RESPAWN],
    "worker": [CASE],
    "mac": [PS / "macos_ps_axo.txt"],
}


@pytest.mark.parametrize("name", JUDGED)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=OTHERS, timed=st.booleans(), changed=st.integers(1_500_000_000, 1_900_000_000))
def test_a_listing_of_another_machine_changes_no_finding(
    name: str, rows: list[tuple[int, str]], timed: bool, changed: int, tmp_path: Path
) -> None:
    unrelated = tmp_path / ("other-20261120-120000.txt" if timed else "other.txt")
    text = "".join(f"{pid} 1 {pid} S 1000 {pid % 50:02}:10 {command}\n" for pid, command in rows)
    unrelated.write_text(f"{HEADING}1 0 1 Ss 900 41-03:02:01 /sbin/init\n{text}", encoding="utf-8")
    os.utime(unrelated, (changed, changed))
    alone = _findings(JUDGED[name]) | _findings([unrelated])
    assert _findings([*JUDGED[name], unrelated]) == alone
    assert _findings([unrelated, *JUDGED[name]]) == alone


def test_a_loop_of_twenty_looks_stays_one_beside_a_listing_without_time(tmp_path: Path) -> None:
    assert {rule for rule, *_ in _findings([RESPAWN])} >= {"respawn-loop"}
    last = sorted(RESPAWN.iterdir())[-1].read_text(encoding="utf-8").splitlines()
    listed = [line.split(maxsplit=13) for line in last[1:]]
    rows = [f"{pid} {command}" for pid, *_, command in listed[:-5]]
    rows += [f"{pid} python other.py" for pid, *_ in listed[-5:]]  # too many others for the same moment
    untimed = tmp_path / "later.txt"
    untimed.write_text("\n".join(("PID COMMAND", *rows)) + "\n", encoding="utf-8")
    for inputs in ([RESPAWN, untimed], [untimed, RESPAWN]):
        assert _findings(inputs) >= _findings([RESPAWN])
        told = _problems(*inputs)
        assert any("nothing tells its time: taken for earlier" in message for message in told["later.txt"])
        assert not any("machine of its own" in message for one in told.values() for message in one)


def test_which_look_has_the_time_of_its_file_is_said(tmp_path: Path) -> None:
    for index in range(2):
        path = tmp_path / f"{index}.txt"
        path.write_text(f"PID PPID RSS COMMAND\n50 1 {1000 + index} node /srv/a.js\n60 1 9 cron\n")
        os.utime(path, (1_800_000_000 + index * 60,) * 2)
    told = _problems(tmp_path)
    assert all(told[f"{index}.txt"] == ["its time is that of the file's last change"] for index in range(2))


def test_a_pid_of_another_machine_is_no_worker_of_pm2(cli: Cli, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text(f"{HEADING}1 0 1 Ss 9 41-00:00:00 /sbin/init\n5310 1 5310 S 9 30-00:00:00 postgres\n")
    for inputs in ((CASE, other), (other, CASE)):
        report = json.loads(cli("analyze", *inputs, "--json").out)
        workers = {
            Path(row["source"]).name: row["worker"]
            for row in report["overview"]["processes"]
            if row["pid"] == 5310
        }
        assert workers == {LISTING.name: "mail-worker", "other.txt": None}
        assert "stale-pm2-pid" not in {one["rule"] for one in report["findings"]}


SEVERAL = (
    "listings of several machines: memory of programs is not compared, and findings of processes are "
    "matched over all machines: what one has less hides what another has more"
)


def test_what_is_not_told_apart_in_a_baseline_is_told_where_both_list_processes(
    cli: Cli, tmp_path: Path
) -> None:
    dump = FIXTURES / "heapdumps" / "node22-heap-large.json"
    hosts = [_host(tmp_path, "a", orphan=90_000), _host(tmp_path, "b", orphan=0)]
    for form in ("json", "jsonl"):
        of_dump, of_hosts = tmp_path / f"dump.{form}", tmp_path / f"hosts.{form}"
        cli("analyze", dump, "-f", form, "-o", of_dump)
        cli("analyze", *hosts, "-f", form, "-o", of_hosts)
        for inputs, baseline, is_told in (
            ([dump], of_hosts, False),
            (hosts, of_dump, False),
            (hosts[:1], of_hosts, True),
            (hosts, of_hosts, True),
        ):
            report = json.loads(cli("analyze", *inputs, "--baseline", baseline, "--json").out)
            assert (SEVERAL in [one["message"] for one in report["problems"]]) == is_told


def test_memory_of_programs_is_not_compared_between_machines(cli: Cli, tmp_path: Path) -> None:
    one, other = _listing(tmp_path / "a.txt", 1000), _listing(tmp_path / "b.txt", 5000)
    baseline = tmp_path / "base.json"
    cli("analyze", one, "-f", "json", "-o", baseline)
    report = json.loads(cli("analyze", one, other, "--baseline", baseline, "--json").out)
    assert "worse-than-baseline" not in {found["rule"] for found in report["findings"]}
    told = [problem["message"] for problem in report["problems"]]
    assert SEVERAL in told
    for form in ("json", "jsonl"):
        both = tmp_path / f"both.{form}"
        cli("analyze", one, other, "-f", form, "-o", both)
        report = json.loads(cli("analyze", one, "--baseline", both, "--json").out)
        told = [problem["message"] for problem in report["problems"]]
        assert SEVERAL in told


def _host(folder: Path, name: str, orphan: int) -> Path:
    """Write a listing of a machine of its own: four programs, and a tool whose session is gone."""
    rows = [f"{pid} 1 {pid} S 9000 1-00:00:0{pid} node /srv/{name}/app{pid}.js\n" for pid in range(2, 6)]
    left = f"77 1 60 S {orphan} 05:00:00 claude --output-format stream-json --input-format stream-json\n"
    file = folder / f"{name}.txt"
    file.write_text(HEADING + "1 0 1 Ss 900 2-00:00:00 /sbin/init\n" + "".join(rows) + left * (orphan > 0))
    return file


def test_of_many_machines_those_that_nothing_is_wrong_with_are_told_together(tmp_path: Path) -> None:
    hosts = [_host(tmp_path, f"host{number}", orphan=90_000 * number) for number in range(6)]
    hosts += [_host(tmp_path, f"host{number}", orphan=0) for number in range(6, 12)]
    answer = memdoctor.analyze(*hosts).answer
    named = [f"host{number}.txt: 1 " in answer for number in range(6)]
    assert named == [False, False, False, True, True, True]  # those with most memory
    assert "Something is wrong on 2 more machines. 7 machines with 35 processes: no orphan" in answer
    few = memdoctor.analyze(*hosts[6:9]).answer
    assert all(f"host{number}.txt: 5 processes: no orphan" in few for number in (6, 7, 8))


def test_what_is_possible_is_not_called_absent(tmp_path: Path) -> None:
    rows = ["1 0 1 Ss 900 2-00:00:00 /sbin/init\n", "500 1 500 S 90000 1-00:00:00 node /srv/server.js\n"]
    rows += [f"{pid} 500 500 S 50000 {pid // 60:02}:00:00 node /srv/worker.js\n" for pid in range(600, 640)]
    file = tmp_path / "a.txt"
    file.write_text(HEADING + "".join(rows))
    report = memdoctor.analyze(file)
    [leaked] = [one for one in report.findings if one.rule == "leaked-children"]
    assert leaked.confidence == "possible"
    assert "no leaked child" not in report.answer
    assert re.search(r"\d+ leaked children are possible", report.answer)


def test_of_many_machines_what_is_not_known_is_told_once(cli: Cli, tmp_path: Path) -> None:
    hosts = [_host(tmp_path, f"host{number}", orphan=0) for number in range(12)]
    told = [one.message for one in memdoctor.analyze(*hosts).problems]
    assert told == [
        "12 listings share no process (host0.txt, host1.txt, host10.txt and 9 more): "
        "each is judged as a machine of its own"
    ]
    out = cli("analyze", *hosts, "-f", "markdown").out
    [line] = [line for line in out.splitlines() if "few looks" in line]
    assert line.count("few looks") == 1
    assert "(12 machines)" in line
    assert "host" not in line


def test_of_many_machines_reasons_with_other_numbers_are_few(cli: Cli, tmp_path: Path) -> None:
    hosts = [_host(tmp_path, f"host{number}", orphan=0) for number in range(6)]
    for number, host in enumerate(hosts):
        with host.open("a", encoding="utf-8") as file:
            file.writelines(
                f"{90 + row} 1 90 S 9 1-00:00:0{number} cron{number}\n" for row in range(number)
            )
    out = cli("analyze", *hosts, "-f", "markdown").out
    [line] = [line for line in out.splitlines() if "are in state Z" in line]
    assert line.count("are in state Z") == 3
    assert "the like, with other numbers, on 3 more machines" in line


def _apps(folder: Path, pid: int) -> Path:
    """Write what `pm2 jlist` says of an app: no more than its pid tells whose machine it is of."""
    file = folder / "jlist.json"
    env = {"status": "online", "pm_exec_path": "/srv/shop/index.js", "pm_uptime": 1_700_000_000_000}
    app = {
        "pid": pid,
        "name": "shop",
        "pm_id": 0,
        "pm2_env": env,
        "monit": {"memory": 50_000_000, "cpu": 0},
    }
    file.write_text(json.dumps([app]), encoding="utf-8")
    return file


@pytest.mark.parametrize("pid", [77, 1])  # in none of the listings, and in both
def test_apps_are_of_no_machine_where_nothing_tells_which(pid: int, tmp_path: Path) -> None:
    apps = _apps(tmp_path, pid)
    hosts = [_host(tmp_path, name, orphan=0) for name in ("a", "b")]
    report = memdoctor.analyze(apps, *hosts)
    assert not {one.rule for one in report.findings} & {"stale-pm2-pid"}
    assert {one.worker for listed in report.overview.machines for one in listed.processes} == {None}
    [told] = [one for one in report.problems if "apps" in one.message]
    assert told.source == str(apps)
    assert "not known" in told.message
    assert memdoctor.analyze(apps, hosts[0]).problems == ()


def test_a_pid_in_one_of_two_listings_tells_whose_apps_these_are(tmp_path: Path) -> None:
    apps, hosts = (
        _apps(tmp_path, 5),
        [_host(tmp_path, "a", orphan=0), _listing(tmp_path / "b.txt", 1000)],
    )
    [told] = [one for one in memdoctor.analyze(apps, *hosts).problems if "apps" in one.message]
    assert told.source == str(hosts[0])


def test_how_many_pids_of_a_pid_file_a_listing_shows_is_said(tmp_path: Path) -> None:
    hosts = [_host(tmp_path, "a", orphan=0), _listing(tmp_path / "b.txt", 1000)]
    for name, pid in (("known.pid", 1000), ("gone.pid", 7777)):
        (tmp_path / name).write_text(f"{pid}\n", encoding="utf-8")
    told = _problems(*hosts, tmp_path / "known.pid", tmp_path / "gone.pid")
    assert told["known.pid"] == [f"taken for the machine of {hosts[1]}, which lists its pid"]
    words = "no listing shows its pid: compared with {}, on no evidence"
    assert told["gone.pid"] == [words.format(hosts[1])]
    assert _problems(*hosts, tmp_path / "gone.pid")["gone.pid"] == [words.format(hosts[0])]
