"""pm2 jlist, what pm2 save wrote, and prettylist: every field against values read from them by hand."""

import json
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memdoctor.errors import InputError
from memdoctor.units import MiB

from conftest import ROOT
from pm2_reading import NAME, PM2, Found, in_text, moved, of_text, plain, read

LEAKY = {
    "pid": 8892,
    "name": "leaky",
    "pm_id": 0,
    "monit": {"memory": 58023936, "cpu": 0},
    "pm2_env": {
        "name": "leaky",
        "status": "online",
        "exec_mode": "fork_mode",
        "node_args": [],
        "axm_monitor": {
            "Used Heap Size": {"value": "7.81", "type": "internal/v8/heap/used", "unit": "MiB"},
        },
    },
}


def _app(env: dict[str, Any] | None = None, **entry: Any) -> dict[str, Any]:
    return {**LEAKY, **entry, "pm2_env": {**LEAKY["pm2_env"], **(env or {})}}  # type: ignore[dict-item]


def _read(*entries: Any) -> Found:
    return in_text("pm2_json", json.dumps(list(entries)))


def test_every_field_of_an_app() -> None:
    app = read("v6/06_jlist.txt.gz").by_id[0]
    place = f"{PM2}/v6/06_jlist.txt.gz#/0"
    assert (app.name, app.pid, app.status, app.mode) == ("leaky", 8892, "online", "fork")
    assert (app.rss, app.heap_used, app.heap_total) == (58_023_936, round(7.81 * MiB), round(8.73 * MiB))
    assert (app.heap_usage, app.resolution, app.handles, app.requests) == (0.8952, 10_486, 4, 0)
    assert app.started_at == app.created_at == datetime(2026, 11, 20, 9, 13, 28, 430_000, tzinfo=UTC)
    assert (app.restarts, app.unstable_restarts) == (0, 0)
    assert (app.interpreter, app.node_version) == ("node", "20.20.2")
    assert app.script == "/srv/lab/proc/pm2/apps/leaky.js"
    assert app.error_log == "/srv/lab/proc/pm2/home_v6/logs/leaky-error.log"
    assert app.out_log == "/srv/lab/proc/pm2/home_v6/logs/leaky-out.log"
    assert app.shows_options
    assert (app.heap_limit, app.memory_limit, app.at, app.uptime, app.uptime_grain) == (*[None] * 4, 0.0)
    assert app.place == place
    assert app.places["rss"] == f"{place}/monit/memory"
    assert app.places["heap_used"] == f"{place}/pm2_env/axm_monitor/Used Heap Size/value"


def test_apps_in_every_state() -> None:
    apps = {app.name: app for app in read("v6/06_jlist.txt.gz").apps}
    assert len(apps) == 18  # of 19: two are instances of one app
    assert (apps["crashloop"].status, apps["crashloop"].pid, apps["crashloop"].restarts) == (
        "errored",
        None,
        15,
    )
    assert apps["crashloop"].created_at is None
    assert apps["crashloop"].started_at is not None
    assert (apps["waiting"].status, apps["waiting"].pid, apps["waiting"].rss) == (
        "waiting restart",
        9182,
        None,
    )
    assert (apps["tostop"].status, apps["tostop"].pid) == ("stopped", None)
    assert (apps["launching"].status, apps["launching"].rss) == ("launching", None)
    assert apps["clust"].mode == "cluster"
    assert (apps["bunapp"].interpreter, apps["bunapp"].heap_usage) == ("bun", 1.0)
    assert (apps["pyscript"].interpreter, apps["pyscript"].node_version) == ("python3", None)
    assert apps["pyscript"].heap_used is None
    assert apps["maxmem"].memory_limit == 90 * MiB
    assert apps["claude-mem-worker"].interpreter == "node"  # known by its path
    assert "воркер 名前 🚀" in apps


def test_a_metric_is_known_by_its_type() -> None:
    found = {app.name: app for app in read("v6/06_jlist.txt.gz").apps}
    assert found["custom"].heap_usage == 0.8  # its own metric "Heap Usage (custom)" stands before it
    own = {
        "Heap Usage": {"value": 3, "type": "shop/heap"},
        "v8": {"value": 91, "type": "internal/v8/heap/usage"},
    }
    assert _read(_app({"axm_monitor": own})).only.heap_usage == 0.91
    assert _read(_app({"axm_monitor": {"Heap Usage": {"value": 12.5}}})).only.heap_usage == 0.125
    assert (
        _read(_app({"axm_monitor": {"Heap Usage": {"value": 3, "type": "shop/heap"}}})).only.heap_usage
        is None
    )


@pytest.mark.parametrize("value", ["n/a", "N/A", None, "", "undefined"])
def test_a_metric_without_a_value_is_not_reported(value: Any) -> None:
    metric = {"value": value, "type": "internal/v8/heap/used", "unit": "MiB"}
    found = _read(_app({"axm_monitor": {"Used Heap Size": metric}}))
    assert (found.only.heap_used, found.problems) == (None, [])


@pytest.mark.parametrize("value", ["much", [7], {"a": 1}, True, -3, 1e300])
def test_a_metric_that_is_no_number(value: Any) -> None:
    metric = {"value": value, "type": "internal/libuv/handles"}
    found = _read(_app({"axm_monitor": {"Active handles": metric}}))
    assert found.only.handles is None
    assert "not read" in found.messages[0]


@pytest.mark.parametrize(
    ("env", "limit"),
    [
        ({"node_args": ["--expose-gc", "--max-old-space-size=96"]}, 96),
        ({"node_args": ["-r", "./hook.js", "--max_old_space_size=96"]}, 96),
        ({"node_args": "--max-old-space-size=96 --expose-gc"}, 96),
        ({"NODE_OPTIONS": "--max-old-space-size=128"}, 128),
        (
            {"env": {"NODE_OPTIONS": "--max-old-space-size=256"}, "NODE_OPTIONS": "--max-old-space-size=1"},
            256,
        ),
        ({"env": {"NODE_OPTIONS": ""}, "NODE_OPTIONS": "--max-old-space-size=128"}, None),
        ({"node_args": ["--max-old-space-size=64"], "NODE_OPTIONS": "--max-old-space-size=128"}, 64),
        ({"args": ["--max-old-space-size=64"]}, None),
    ],
)
def test_the_limit_of_the_heap(env: dict[str, Any], limit: int | None) -> None:
    app = _read(_app(env)).only
    assert app.heap_limit == (None if limit is None else limit * MiB)
    assert app.shows_options


def test_of_the_environment_nothing_is_kept() -> None:
    secret = "hunter2-and-more"
    env = {"env": {"TOKEN": secret, "NODE_OPTIONS": f"--title={secret}"}, "TOKEN": secret, "args": [secret]}
    assert secret not in repr(_read(_app(env)))
    assert secret not in repr(in_text("pm2_json", json.dumps([_app(env), _app(env)])[:-40]))


def test_a_limit_of_memory_in_words() -> None:
    assert _read(_app({"max_memory_restart": "300M"})).only.memory_limit == 300 * MiB
    assert _read(_app({"max_memory_restart": 0})).only.memory_limit is None


def test_modules_are_no_apps() -> None:
    found = _read(_app(), _app({"pmx_module": True}, name="pm2-logrotate"))
    assert [app.name for app in found.apps] == ["leaky"]
    assert "module" in found.messages[0]


@pytest.mark.parametrize("name", ["null", "n/a", "undefined behaviour", "0"])
def test_a_name_that_reads_like_nothing(name: str) -> None:
    assert _read(_app(name=name)).only.name == name


def test_what_pm2_saved() -> None:
    saved = read("v6/dump.pm2.gz")
    assert len(saved.apps) == 19
    assert saved.messages == ["apps as pm2 save wrote them: no look at running processes"]
    assert all((app.pid, app.rss, app.heap_used, app.pm_id) == (None,) * 4 for app in saved.apps)
    running = {app.name: app for app in read("v6/06_jlist.txt.gz").apps}
    for app in saved.apps:
        assert (app.script, app.memory_limit) == (running[app.name].script, running[app.name].memory_limit)


def test_prettylist_tells_the_same() -> None:
    pretty, told = read("v6/06_prettylist.txt.gz"), read("v6/06_jlist.txt.gz").by_id
    assert pretty.messages == ["pm2 prettylist prints no JSON: read as far as it goes"]
    for number, app in pretty.by_id.items():
        assert (app.name, app.created_at, app.script) == (
            *(told[number].name, told[number].created_at),
            told[number].script,
        )
    assert pretty.by_id[0].heap_used == round(7.81 * MiB)


def test_prettylist_with_a_text_of_several_lines() -> None:
    text = "[\n  {\n    pid: 7,\n    name: 'a',\n    pm2_env: {\n      KEY: 'one\\n' +\n        'two',\n"
    assert of_text(text + "      status: 'online'\n    },\n    pm_id: 3\n  }\n]\n").only.pm_id == 3


NOISE = """
>>>> In-memory PM2 is out-of-date, do:
>>>> $ pm2 update
In memory PM2 version: 7.0.4
Local PM2 version: 5.4.3

"""


def test_what_stands_around_the_list() -> None:
    found = of_text(NOISE + json.dumps([LEAKY]) + "\nuser@host:~$ \n")
    assert found.only.place == f"{NAME}:7#/0"
    assert found.only.places["rss"] == f"{NAME}:7#/0/monit/memory"
    assert found.messages == [
        "PM2 runs in another version than its command line",
        "1 line around the lists: left out",
    ]


@pytest.mark.parametrize("indent", [None, 2, "\t"])
def test_in_any_layout(indent: int | str | None) -> None:
    text = json.dumps([LEAKY, _app(pm_id=1)], indent=indent)
    whole = [moved(app) for app in _read(LEAKY, _app(pm_id=1)).apps]
    for content in (text, NOISE + text, "\ufeff" + text, text.encode("utf-16"), f"$ pm2 jlist\n{text}\n$"):
        assert [moved(app) for app in of_text(content).apps] == whole
    assert moved(of_text(json.dumps(LEAKY, indent=indent)).only) == whole[0]
    assert moved(of_text(json.dumps({"ok": True, "apps": [LEAKY]}, indent=indent)).only) == whole[0]


def test_several_lists_in_one_file() -> None:
    one = json.dumps([LEAKY])
    together = of_text(f"{one}{one}\n{one}")
    assert [app.place for app in together.apps] == [f"{NAME}:1#/0", f"{NAME}:1.2#/0", f"{NAME}:2#/0"]
    dated = of_text(f"Fri Nov 20 09:13:52 UTC 2026\n{one}2026-11-20T10:14:52+01:00\n{one}\n{one}")
    assert [app.at and app.at.strftime("%H:%M:%S") for app in dated.apps] == ["09:13:52", "09:14:52", None]
    assert dated.apps[0].time_from == "the line above it"


def test_pm2_runs_no_app() -> None:
    assert read("v6/00_jlist_first_daemon_spawn.txt").messages == [
        "PM2 did not run: the command itself has started it, without any app",
        "PM2 runs no app",
    ]
    with pytest.raises(InputError, match="PM2 runs no app"):
        read("v6/01_jlist_empty.txt")


def test_modules_alone() -> None:
    found = _read(_app({"pmx_module": True}, name="pm2-logrotate"))
    assert (found.apps, found.messages) == ([], ["PM2 runs no app", "a module of PM2 is no app: left out"])


def test_a_list_that_is_cut_off() -> None:
    text = plain("v6/06_jlist.txt.gz")
    whole = [moved(app) for app in read("v6/06_jlist.txt.gz").apps]
    for end in range(5_000, len(text) - 1, 1_111):
        found = of_text(text[:end])
        assert [moved(app) for app in found.apps] == whole[: len(found.apps)]
        assert len(found.apps) >= text[:end].count('"axm_monitor"') - 1
        assert found.messages == ["cut off: the last app is left out"]
    with pytest.raises(InputError, match="cut off inside its first app"):
        of_text(text[:1_000])


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}",
        "7",
        "null",
        '"x"',
        "[1]",
        "[[[[",
        "[{]",
        '[{"pid": 1, "ppid": 2}]',
        "[" * 9_000,
        '[{"a":' * 9_000,
    ],
)
def test_what_is_no_list_of_pm2(content: str) -> None:
    with pytest.raises(InputError) as error:
        in_text("pm2_json", content)
    assert error.value.help


def test_elements_that_are_no_apps() -> None:
    found = _read(LEAKY, 7, {"pm2_env": 7}, {"pm2_env": {}}, {"x": 1})
    assert [app.name for app in found.apps] == ["leaky"]
    assert [problem.place for problem in found.problems] == [f"{NAME}#/{number}" for number in (1, 2, 3)]


def test_very_many_problems_have_an_end() -> None:
    found = _read(LEAKY, *[{"pm2_env": 7}] * 500)
    assert len(found.problems) == 51
    assert found.messages[-1] == "more problems than these: not listed"


@pytest.mark.parametrize(
    "unit", ["[{\n", '[{"a":[\n', '[{"a":' + "[" * 65 + "]" * 65 + "},\n", '[{"pm2_env":{\n', "[]\n", "[]["]
)
def test_hostile_text_is_not_read_again_and_again(unit: str) -> None:
    start = time.monotonic()
    with suppress(InputError):
        in_text("pm2_json", unit * (1_000_000 // len(unit)) + '{"')
    assert time.monotonic() - start < 10


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers()
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(
    [
        *("name", "status", "exec_mode", "restart_time", "pm_uptime", "created_at", "node_args", "env"),
        *("NODE_OPTIONS", "max_memory_restart", "axm_monitor", "pm_exec_path", "exec_interpreter", "pm_id"),
    ]
)


@given(env=st.dictionaries(KEYS, JSON), pid=JSON, name=JSON, monit=JSON)
def test_whatever_the_fields_hold(env: dict[str, Any], pid: Any, name: Any, monit: Any) -> None:
    found = _read(LEAKY, {"pid": pid, "name": name, "pm2_env": env, "monit": monit})
    assert found.apps[0].name == "leaky"
    for app in found.apps:
        assert app.pid is None or app.pid > 0
        assert app.rss is None or app.rss > 0
        assert app.name


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    for content in (data, b'[{"pm2_env":{' + data, b"[{ pm2_env: {" + data):
        with suppress(InputError):
            in_text("pm2_json", content)


def test_the_time_of_a_look_is_in_the_name() -> None:
    looks = sorted((ROOT / "fixtures" / "pm2" / "timeline").glob("2*_jlist.json.gz"))
    assert len(looks) == 24
    restarts = [
        next(app for app in read(look).apps if app.name == "leakfast").restarts for look in looks[1:]
    ]
    assert restarts == sorted(restarts, key=lambda count: count or 0)
    assert restarts[-1] == 10
