"""pm2 ls in any width, in reports, and as a mini list: against values read by hand, and against jlist."""

import re
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memdoctor.errors import InputError
from memdoctor.units import GiB, MiB

from pm2_reading import NAME, PM2, Found, in_text, moved, of_text, plain, read


def test_every_field_of_an_app() -> None:
    app = read("v6/06_list.txt").by_id[1]
    assert (app.name, app.mode, app.pid, app.restarts, app.status) == ("healthy", "fork", 8915, 0, "online")
    assert (app.uptime, app.uptime_grain, app.rss) == (14.0, 1.0, round(56.2 * MiB))
    assert (app.heap_used, app.heap_limit, app.created_at, app.script, app.at) == (None,) * 5
    assert not app.shows_options
    assert app.place == f"{PM2}/v6/06_list.txt:12"
    assert app.places["rss"] == app.place


def test_apps_in_every_state() -> None:
    found = read("v6/06_list.txt")
    apps = found.by_id
    assert len(apps) == 19
    assert (apps[17].status, apps[17].pid, apps[17].uptime, apps[17].rss) == ("errored", None, None, None)
    assert apps[17].restarts == 15
    assert (apps[15].uptime, apps[15].status) == (0.0, "online")
    assert (apps[18].status, apps[18].pid, apps[18].uptime) == ("launching", 9267, None)
    assert (apps[2].mode, apps[3].mode, apps[10].name) == ("cluster", "cluster", "воркер 名前 🚀")


def test_a_status_that_is_cut_inside_an_escape() -> None:
    found = read("v6/06_list.txt")
    assert found.by_id[14].status is None
    assert found.messages == ["status cut off: not read"]
    assert found.problems[0].place == f"{PM2}/v6/06_list.txt:21"
    # PM2 4 leaves enough of it.
    older = read("v4/06_list.txt")
    assert older.by_id[14].status == "waiting restart"
    assert older.problems == []


def test_it_tells_the_same_as_jlist() -> None:
    listed, told = read("timeline/final_list.txt").by_id, read("timeline/final_jlist.json.gz").by_id
    assert listed.keys() == told.keys()
    for number, app in listed.items():
        other = told[number]
        assert (app.name, app.pid, app.mode, app.restarts) == (
            other.name,
            other.pid,
            other.mode,
            other.restarts,
        )
        assert app.status in (other.status, None)
        assert (app.rss is None) == (other.rss is None)
        if app.rss and other.rss:
            assert abs(app.rss - other.rss) < 0.01 * other.rss
    assert (listed[1].uptime, listed[1].uptime_grain) == (17 * 60.0, 60.0)


@pytest.mark.parametrize("file", ["v6/08_tty_list_80.tty", "v4/08_tty_list_80.tty"])
def test_a_narrow_terminal(file: str) -> None:
    found = read(file)
    assert len(found.apps) == 19
    assert all(app.pid is None and app.uptime is None for app in found.apps)  # it has no such columns
    assert (found.by_id[17].restarts, found.by_id[17].status) == (15, "errored")
    assert found.by_id[14].status is None
    assert found.by_id[0].at is not None
    assert set(found.messages) == {"status cut off: not read"}


def test_a_wide_terminal() -> None:
    found = read("v6/08_tty_list_200.tty")
    assert found.by_id[13].rss == round(49.6 * MiB)
    assert (found.by_id[13].pid, found.by_id[13].uptime) == (9167, 24.0)


def test_a_report() -> None:
    found = read("v6/07_report.txt")
    assert len(found.apps) == 19
    assert found.by_id[4].rss == round(186.6 * MiB)
    assert {app.at for app in found.apps} == {datetime(2026, 11, 20, 9, 13, 52, tzinfo=UTC)}
    assert "the log in a report of PM2: left out" in found.messages


def test_what_start_and_stop_print() -> None:
    found = read("v6/05_stop.txt")
    assert len(found.apps) == 19
    assert found.by_id[16].status == "stopped"


def test_a_mini_list() -> None:
    found = read("v6/07_list_mini.txt")
    app = found.by_id[0]
    assert (len(found.apps), found.problems) == (19, [])
    assert (app.name, app.pid, app.status, app.mode) == ("leaky", 8892, "online", "fork")
    assert (app.restarts, app.uptime, app.rss) == (0, 21.0, round(56.2 * MiB))
    assert app.error_log == "/srv/lab/proc/pm2/home_v6/logs/leaky-error.log"
    assert found.by_id[14].status == "waiting restart"
    assert (found.by_id[17].pid, found.by_id[17].uptime, found.by_id[17].rss) == (None,) * 3
    assert found.by_id[8].name == "esm app"


def test_pm2_runs_no_app() -> None:
    for file in ("v6/01_ls_empty.txt", "v4/01_ls_empty.txt"):
        found = read(file)
        assert (found.apps, found.messages) == ([], ["PM2 runs no app"])


HEAD = "│ id │ name │ mode │ pid │ uptime │ ↺ │ status │ cpu │ mem │\n├────┼────┤\n"
EDGE = "└────┴────┘\n"


def _row(row: str) -> Found:
    return of_text(f"{HEAD}│ {row} │\n{EDGE}")


@pytest.mark.parametrize(
    ("memory", "bytes_"),
    [
        ("0b", None),
        ("512b", 512),
        ("100.5kb", 102_912),
        ("1.5gb", 3 * GiB // 2),
        ("56.2 MB", round(56.2 * MiB)),
        ("N/A", None),
    ],
)
def test_sizes(memory: str, bytes_: int | None) -> None:
    assert _row(f"7 │ a │ fork │ 1 │ 2h │ 3 │ online │ 0% │ {memory}").only.rss == bytes_


@pytest.mark.parametrize(
    ("uptime", "seconds", "grain"),
    [
        ("15s", 15, 1),
        ("119s", 119, 1),
        ("3m", 180, 60),
        ("47h", 169_200, 3600),
        ("5D", 432_000, 86_400),
        ("2M", 5_184_000, 2_592_000),
        ("2Y", 63_072_000, 31_536_000),
        ("0s", 0, 1),
        ("0", None, 0),
    ],
)
def test_times(uptime: str, seconds: float | None, grain: float) -> None:
    app = _row(f"7 │ a │ fork │ 1 │ {uptime} │ 3 │ online │ 0% │ 1mb").only
    assert (app.uptime, app.uptime_grain) == (seconds, grain)


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("waiting …", "waiting restart"),
        ("one-launc…", "one-launch-status"),
        ("\x1b[31m\x1b[1…", None),
        ("[31m[1…", None),
        ("…", None),
        ("sto…", None),
        ("", None),
        ("[32m[1monline[22m[39m", "online"),
    ],
)
def test_a_status_that_is_cut(status: str, told: str | None) -> None:
    found = _row(f"7 │ a │ fork │ 1 │ 3m │ 3 │ {status} │ 0% │ 1mb")
    assert found.only.status == told
    assert found.messages == ([] if told else ["status cut off: not read"])


def test_cells_that_are_too_narrow() -> None:
    found = _row("10… │ a-long-na… │ fork │ 123… │ 3m │ 999… │ online │ 0% │ 1mb")
    assert (found.only.name, found.only.pm_id, found.only.pid, found.only.restarts) == (
        "a-long-na…",
        *[None] * 3,
    )
    assert found.messages == [
        "names are cut off",
        *("pm_id cut off: not read", "pid cut off: not read", "restarts cut off: not read"),
    ]


def test_marks_before_a_name() -> None:
    assert _row("7 │ ◉ shop │ fork │ 1 │ 3m │ 3 │ online │ 0% │ 1mb").only.name == "shop"


MODULES = "\x1b[1mModule\x1b[22m\n│ id │ module │ version │ pid │ status │ ↺ │ cpu │ mem │ user │\n"


def test_modules_below_are_no_apps() -> None:
    row = "│ 7 │ pm2-logrotate │ 3.0.0 │ 12 │ online │ 0 │ 0% │ 60.1mb │ root │\n"
    found = of_text(f"{HEAD}│ 1 │ a │ fork │ 1 │ 3m │ 3 │ online │ 0% │ 1mb │\n{EDGE}{MODULES}{row}{EDGE}")
    assert [app.name for app in found.apps] == ["a"]
    narrow = "Module\n│ id │ name │ status │ cpu │ mem │\n│ 7 │ pm2-logrotate │ online │ 0% │ 60.1mb │\n"
    assert of_text(f"{HEAD}{EDGE}{narrow}{EDGE}").messages == ["PM2 runs no app"]


def test_other_columns() -> None:
    old = (
        "│ App name │ id │ version │ mode │ pid │ status │ restart │ uptime │ cpu │ mem │ user │ watch │\n"
    )
    app = of_text(
        f"{old}│ a │ 3 │ 1.0 │ fork │ 9 │ online │ 4 │ 2D │ 0% │ 23.5 MB │ x │ disabled │\n{EDGE}"
    ).only
    assert (app.name, app.pm_id, app.pid, app.restarts, app.rss) == ("a", 3, 9, 4, round(23.5 * MiB))
    ports = "│ id │ name │ mode │ ↺ │ status │ port │ cpu │ memory │\n"
    app = of_text(f"{ports}│ 3 │ a │ fork │ 4 │ online │ 3000 │ 0% │ 1.0mb │\n{EDGE}").only
    assert (app.pm_id, app.pid, app.restarts, app.rss) == (3, None, 4, MiB)


def test_rows_that_do_not_fit() -> None:
    found = of_text(f"{HEAD}│ 1 │ a │ fork │ 1 │ 3m │ 3 │ online │ 0% │ 1mb │\n│ 2 │ b │ fork │ 1 │ 3\n")
    assert [app.name for app in found.apps] == ["a"]
    assert [problem.place for problem in found.problems] == [f"{NAME}:4", f"{NAME}:1"]
    with pytest.raises(InputError, match="no list of apps"):
        of_text(HEAD)  # cut off after its heading: nobody knows that it was empty
    with pytest.raises(InputError, match="no list of apps"):
        of_text("│ id │ name │ mode │ status │\n")


def test_lists_again_and_again() -> None:
    row = "│ 1 │ a │ fork │ 1 │ 3m │ 3 │ online │ 0% │ 1mb │\n"
    look = f"2026-11-20T09:13:52Z\n{HEAD}{row}{row.replace('1 │ a', '2 │ b')}{EDGE}"
    found = of_text(f"{look}{look.replace('09:13', '09:14')}{HEAD}{row}{EDGE}")
    times = [app.at and app.at.strftime("%M:%S") for app in found.apps]
    assert times == ["13:52", "13:52", "14:52", "14:52", None]  # nothing tells the last one's
    assert len({app.place for app in found.apps}) == 5


def test_in_any_dress() -> None:
    text = plain("v6/06_list.txt")
    whole = [moved(app) for app in read("v6/06_list.txt").apps]
    for content in (
        text.encode("utf-16"),
        text.replace("\x1b", ""),
        text.replace("\n", "\r\n"),
        text.replace("\n", "\n\n"),
        "".join(f"> {line}\n" for line in text.splitlines()),
        "user@host:~$ pm2 ls\n"
        + text
        + "[PM2][WARN] Current process list is not synchronized with saved list.\n",
        re.sub("\x1b\\[[0-9;]*m", "", text),
    ):
        assert [moved(app) for app in of_text(content).apps] == whole


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    for before in (b"", HEAD.encode(), (HEAD + "│ 1 │ ").encode(), b"+--- a\npm2 id : 1\n"):
        with suppress(InputError):
            in_text("pm2_list", before + data)


CELL = st.text(st.characters(codec="utf-8", exclude_characters="│\n\r\x1b"), max_size=12)


@given(st.lists(CELL, min_size=9, max_size=9))
def test_any_cells(cells: list[str]) -> None:
    with suppress(InputError):
        found = in_text("pm2_list", f"{HEAD}│ {' │ '.join(cells)} │\n{EDGE}")
        for app in found.apps:
            assert app.name
            assert app.pid is None or app.pid > 0
            assert app.rss is None or app.rss > 0
