"""pm2 describe: every field against values read by hand, and against jlist of the same moment."""

import re
from contextlib import suppress
from dataclasses import fields
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memdoctor.errors import InputError
from memdoctor.model import App
from memdoctor.units import MiB

from pm2_reading import NAME, PM2, in_text, moved, of_text, plain, read

LEAKY = "v6/07_describe_leaky.txt"

# What `pm2 describe` does not print.
UNTOLD = {
    *("source", "place", "places", "pid", "rss", "started_at", "uptime", "uptime_grain"),
    "shows_options",
}


def test_every_field_of_an_app() -> None:
    app = read(LEAKY).only
    assert (app.name, app.pm_id, app.status, app.mode) == ("leaky", 0, "online", "fork")
    assert (app.heap_used, app.heap_total) == (round(7.81 * MiB), round(8.73 * MiB))
    assert (app.heap_usage, app.resolution, app.handles, app.requests) == (0.8952, 10_486, 4, 0)
    assert (app.uptime, app.uptime_grain, app.restarts, app.unstable_restarts) == (15.0, 1.0, 0, 0)
    assert app.created_at == datetime(2026, 11, 20, 9, 13, 28, 430_000, tzinfo=UTC)
    assert (app.interpreter, app.node_version) == ("node", "20.20.2")
    assert app.script == "/srv/lab/proc/pm2/apps/leaky.js"
    assert app.error_log == "/srv/lab/proc/pm2/home_v6/logs/leaky-error.log"
    assert app.out_log == "/srv/lab/proc/pm2/home_v6/logs/leaky-out.log"
    assert not app.shows_options  # NODE_OPTIONS stands there only where it differs from the terminal's
    assert (app.pid, app.rss, app.started_at, app.heap_limit, app.memory_limit, app.at) == (None,) * 6
    assert app.place == f"{PM2}/{LEAKY}:1"
    assert app.places["heap_used"] == f"{PM2}/{LEAKY}:37"


def test_it_tells_the_same_as_jlist() -> None:
    told = {app.name: app for app in read("timeline/20261120T093046Z_jlist.json.gz").apps}["leaky"]
    app = read("timeline/20261120T093046Z_describe_leaky.txt.gz").only
    for item in fields(App):
        if item.name not in UNTOLD:
            assert getattr(app, item.name) == getattr(told, item.name), item.name
    assert (app.uptime, app.uptime_grain) == (300.0, 60.0)


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("05_describe_crashloop_errored.txt", {"status": "errored", "restarts": 15, "created_at": None}),
        ("05_describe_stopped.txt", {"status": "stopped", "uptime": None, "heap_used": None}),
        ("06_describe_waiting.txt", {"status": "waiting restart", "uptime": None, "heap_used": None}),
        ("06_describe_launching.txt", {"status": "launching", "uptime": None, "heap_usage": 0.7957}),
        ("03_describe_online_0s.txt", {"status": "online", "uptime": 0.0, "uptime_grain": 1.0}),
        (
            "07_describe_nopmx.txt",
            {"status": "online", "heap_used": None, "handles": None, "resolution": None},
        ),
        ("07_describe_pyscript.txt", {"interpreter": "python3", "node_version": None, "heap_usage": None}),
        ("07_describe_bunapp.txt", {"interpreter": "bun", "heap_usage": 1.0, "node_version": "26.3.0"}),
        ("07_describe_custom.txt", {"heap_usage": 0.8063, "heap_used": round(5.22 * MiB), "handles": 2}),
        ("07_describe_unicode.txt", {"name": "воркер 名前 🚀", "heap_usage": 0.8322, "pm_id": 10}),
        ("07_describe_maxmem.txt", {"name": "maxmem", "restarts": 0, "memory_limit": None}),
        ("07_describe_longargs.txt", {"name": "longargs", "heap_limit": None}),
    ],
)
def test_apps_in_every_state(file: str, expected: dict[str, object]) -> None:
    found = read(f"v6/{file}")
    assert {key: getattr(found.only, key) for key in expected} == expected
    assert found.problems == []


def test_instances_of_a_cluster() -> None:
    found = read("v6/07_describe_clust.txt")
    assert [(app.name, app.pm_id, app.heap_usage) for app in found.apps] == [
        ("clust", 2, 0.7283),
        ("clust", 3, 0.8267),
    ]
    assert {app.mode for app in found.apps} == {"cluster"}


def test_metrics_in_another_order() -> None:
    app = read("v4/07_describe_custom.txt").only  # of PM2 4, without colours
    assert (app.heap_used, app.heap_usage) == (round(5.63 * MiB), 0.8363)
    assert (app.heap_total, app.handles, app.requests) == (round(6.73 * MiB), 2, 0)


def test_on_a_terminal() -> None:
    app = read("v6/08_tty_describe_leaky_40.tty").only
    assert (app.status, app.heap_usage, app.script) == ("online", 0.8891, "/srv/lab/proc/pm2/apps/leaky.js")
    assert app.at == datetime(2026, 11, 20, 9, 13, 52, tzinfo=UTC)  # as `script` wrote over it
    assert app.time_from == "the line above it"


def _dressed() -> dict[str, str | bytes]:
    text = plain(LEAKY)
    return {
        "without colours": re.sub("\x1b\\[[0-9;]*m", "", text),
        "colours that lost their first byte": text.replace("\x1b", ""),
        "line ends of Windows": text.replace("\n", "\r\n"),
        "UTF-16": text.encode("utf-16"),
        "a quotation": "".join(f"> {line}\n" for line in text.splitlines()),
        "indented": "".join(f"    {line}\n" for line in text.splitlines()),
        "a fence": f"```\n{text}```\n",
        "a code page": text.encode().decode("cp437"),
        "another code page": text.encode().decode("cp850"),
        "without its title": text.partition("\n")[2].replace("Describing process with id 0", ""),
        "without its end": text.partition("Add your own")[0],
    }


@pytest.mark.parametrize("dress", _dressed())
def test_in_any_dress(dress: str) -> None:
    app, whole = of_text(_dressed()[dress]).only, moved(read(LEAKY).only)
    assert moved(app) == whole


def test_several_in_one_text() -> None:
    text = plain(LEAKY) + plain("v6/07_describe_clust.txt") + plain("v6/06_list.txt")
    found = of_text(text)
    assert [app.pm_id for app in found.apps[:3]] == [0, 2, 3]
    assert len(found.apps) == 3 + 19
    bare = "".join(line for line in text.splitlines(keepends=True) if "│" in line or "Code metrics" in line)
    assert [moved(app) for app in of_text(bare).apps[:3]] == [moved(app) for app in found.apps[:3]]


TITLE = " Describing process with id 7 - name a \n"
TABLE = "│ status │ online │\n│ interpreter args │ {} │\n"
END = " Use `pm2 monit` to monitor CPU and Memory usage a\n"


@pytest.mark.parametrize(
    ("arguments", "limit"),
    [
        ("N/A", None),
        ("--max-old-space-size=96", 96),
        ("--max-old-space-size=200 │ --expose-gc", 200),  # each argument has a cell of its own
        ("-r │ ./hook.js │ --max_old_space_size=200", 200),
    ],
)
def test_arguments_of_node(arguments: str, limit: int | None) -> None:
    app = of_text(TITLE + TABLE.format(arguments) + END).only
    assert app.heap_limit == (None if limit is None else limit * MiB)
    assert app.shows_options == (limit is not None)


VARIABLES = " Divergent env variables from local env \n"


@pytest.mark.parametrize(
    ("rows", "limit", "shows"),
    [
        ("│ TOKEN │ --max-old-space-size=96 --expose-gc │\n", None, False),
        ("│ NODE_OPTIONS │ --max-old-space-size=96 --expose-gc │\n", 96, True),
        ("│ NODE_OPTIONS │ --max-old-space-size=96 │\n", None, False),  # 960 may have been cut to 96
        ("│ NODE_OPTIONS │ --expose-gc --max-old │\n", None, False),
        ("│ NODE_OPTIONS │ --expose-gc │\n", None, True),
        (
            "│ NODE_OPTIONS │ --max-old-space-size=96 │\n│ PATH │ /usr/local/sbin:/usr/local/bin │\n",
            96,
            True,
        ),
    ],
)
def test_options_in_the_environment(rows: str, limit: int | None, shows: bool) -> None:
    found = of_text(TITLE + TABLE.format("N/A") + VARIABLES + rows + END)
    assert found.only.heap_limit == (None if limit is None else limit * MiB)
    assert found.only.shows_options == shows
    assert bool(found.problems) == ("NODE_OPTIONS" in rows and not shows)


def test_of_the_environment_nothing_is_kept() -> None:
    secret = "hunter2-and-more"
    rows = f"│ TOKEN │ {secret} │\n│ NODE_OPTIONS │ --title={secret} │\n│ status │ {secret} │\n"
    assert secret not in repr(of_text(TITLE + TABLE.format("N/A") + VARIABLES + rows + END))


def test_a_metric_of_the_app_itself() -> None:
    metrics = (
        "│ Heap Usage (custom) │ n/a │\n│ Heap Usage │ 95 % │\n│ Active handles │ n/a  │\n│ pid │ 4 │\n"
    )
    found = of_text(TITLE + TABLE.format("N/A") + " Code metrics value \n" + metrics + END)
    assert (found.only.heap_usage, found.only.handles, found.only.pid) == (0.95, None, None)
    assert found.problems == []


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("│ restarts │ many │", "a text where a number belongs"),
        ("│ uptime │ 3 weeks │", "'3 weeks' is no uptime of PM2"),
        ("│ created at │ yesterday │", "no ISO-8601 time"),
        ("│ Used Heap Size │ 7.81 parsecs │", "no unit of size"),
        ("│ Heap Usage │ -3 % │", "is negative"),
        ("│ Heap Usage │ 9", "the last line has no end"),
        ("│ Heap Usage │ much", "cut off"),
    ],
)
def test_a_value_that_is_none(row: str, words: str) -> None:
    found = of_text(
        f"{TITLE}│ status │ online │\n{'' if row[2].islower() else ' Code metrics value '}\n{row}"
    )
    assert words in " ".join(found.messages)
    assert found.only.heap_used is found.only.heap_usage is found.only.uptime is found.only.restarts is None
    assert found.problems[0].place == f"{NAME}:4"


@pytest.mark.parametrize("end", range(200, 5_600, 97))
def test_no_cut_invents_or_shortens_a_value(end: int) -> None:
    whole = {app.pm_id: app for app in read("v6/07_describe_clust.txt").apps}
    try:
        found = of_text(plain("v6/07_describe_clust.txt").encode()[:end].decode(errors="ignore"))
    except InputError:
        assert end < 700
        return
    for app in found.apps:
        for item in fields(App):
            value = getattr(app, item.name)
            if (
                item.name not in {"source", "place", "places", "shows_options", "uptime_grain"}
                and value is not None
            ):
                assert value == getattr(whole[app.pm_id], item.name)


def test_a_title_alone() -> None:
    with pytest.raises(InputError, match="no description of an app in it"):
        in_text("pm2_describe", TITLE)


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    for before in (b"", TITLE.encode(), (TITLE + TABLE).encode(), (TITLE + TABLE + VARIABLES).encode()):
        with suppress(InputError):
            in_text("pm2_describe", before + data)


@given(st.text(st.sampled_from("│ \n0123456789.%MiB-azN/\x1b[;m…"), max_size=80))
def test_any_cells(text: str) -> None:
    rows = "".join(
        f"│ {key} │ {text} │\n"
        for key in ("restarts", "uptime", "created at", "script id", "exec mode", "max memory restart")
    )
    metrics = "".join(f"│ {key} │ {text} │\n" for key in ("Used Heap Size", "Heap Usage", "Active handles"))
    found = of_text(f"{TITLE}│ status │ online │\n{rows} Code metrics value \n{metrics}")
    assert found.apps[0].pm_id == 7
    assert all(app.heap_used is None or app.heap_used >= 0 for app in found.apps)
