"""What is kept of very many events, by app; what one log tells again; and secrets in what is told."""

from pathlib import Path

import pytest

from memdoctor.model import EXIT, LISTENERS, MISSING_MODULE, ONLINE

from log_reading import LOGS, WARNING, told_in, wrapped

_AGAIN = "events that it tells again: counted once"


def _pm2(second: int, said: str) -> str:
    clock = f"{second // 3600 % 24:02}:{second // 60 % 60:02}:{second % 60:02}"
    return f"2026-11-20T{clock}: PM2 log: {said}\n"


def _exit(second: int, app: str, number: int = 0, code: int = 1) -> str:
    return _pm2(second, f"App [{app}:{number}] exited with code [{code}] via signal [SIGINT]")


def test_the_flood_of_one_app_leaves_those_of_another(tmp_path: Path) -> None:
    quiet = "".join(_exit(8000 + 60 * index, "quiet", 1) for index in range(10))
    flood = [_exit(7200 + index, "flood") for index in range(6_000)]
    found = told_in("".join([*flood, quiet, *flood]), tmp_path)
    assert [event.app for event in found.of(EXIT)].count("quiet") == 10
    assert len(found.of(EXIT)) == 6_000
    assert found.log.left_out == 6_010
    assert [problem.message for problem in found.problems] == [
        "12 000 PM2 events of flood: the first 1 997 and the last 3 993 were read, 6 010 were left out"
    ]


def test_errors_of_one_app_leave_those_of_another(tmp_path: Path) -> None:
    def error(app: str, index: int) -> str:
        return f"{app} | Error: Cannot find module '{index}'\n"

    flood = "".join(error("0|flood", index) for index in range(4_000))
    found = told_in(error("1|quiet", 1) + flood + error("1|quiet", 2) + flood, tmp_path)
    kept = found.of(MISSING_MODULE)
    assert [event.detail["module"] for event in kept if event.app == "quiet"] == ["1", "2"]
    assert len(kept) == 1_500
    assert found.log.left_out == 8_002 - 1_500


def test_many_apps_share_the_room(tmp_path: Path) -> None:
    apps = [f"app{index}" for index in range(100)]
    text = "".join(
        _exit(7200 + turn, app, number) for turn in range(300) for number, app in enumerate(apps)
    )
    found = told_in(text, tmp_path)
    assert len(found.of(EXIT)) == 6_000
    numbers = [[event.app for event in found.of(EXIT)].count(app) for app in apps[:60]]
    assert min(numbers) > 60
    assert max(numbers) < 120
    assert found.log.left_out == 24_000
    assert len(found.problems) == 6
    assert found.problems[-1].message.endswith("more apps were left out")


def test_nothing_is_left_out_of_a_usual_log(tmp_path: Path) -> None:
    assert told_in((LOGS / "pm2-v4.log").read_text(), tmp_path).log.left_out == 0


@pytest.mark.parametrize("name", ["pm2-v4.log", "pm2-v6.log"])
def test_a_log_that_was_joined_with_itself_counts_once(name: str, tmp_path: Path) -> None:
    text = (LOGS / name).read_text()
    half = "".join(text.splitlines(keepends=True)[: text.count("\n") // 2])
    alone = told_in(text, tmp_path)
    for joined in (text * 2, text * 3, half + text, text + half):
        found = told_in(joined, tmp_path)
        assert found.short == alone.short
        assert [event.count for event in found.events] == [event.count for event in alone.events]
        [problem] = found.problems
        assert problem.message.endswith(_AGAIN)


def test_a_loop_within_seconds_counts_as_often_as_it_is_told(tmp_path: Path) -> None:
    loop = "".join(_exit(index // 4, "api") for index in range(40))
    more = "".join(_exit(20 + index, "api") for index in range(5))
    assert len(told_in(loop, tmp_path).of(EXIT)) == 40
    found = told_in(loop + loop + more, tmp_path)
    assert len(found.of(EXIT)) == 45
    assert [problem.message for problem in found.problems] == [f"40 {_AGAIN}"]


def test_equal_errors_in_a_row_count_as_in_the_longer_copy(tmp_path: Path) -> None:
    warnings = [f"2026-11-20T09:13:{second:02}Z {WARNING}" for second in range(9)]
    found = told_in("".join(warnings[:5] + warnings), tmp_path)
    assert [(event.count, event.line, event.last_line) for event in found.events] == [(9, 1, 14)]
    assert str(found.events[0].last_at) == "2026-11-20 09:13:08+00:00"
    assert [problem.message for problem in found.problems] == ["1 event that it tells again: counted once"]


def test_what_only_looks_alike_is_no_copy(tmp_path: Path) -> None:
    first = "".join(_exit(10 * index, "api") for index in range(20))
    other = "".join(_exit(10 * index + 3, "api") for index in range(20))
    mixed = "".join(_exit(10 * index + 3 * (index % 2), "api") for index in range(20))
    later = "".join(_exit(200 + 10 * index, "api") for index in range(20))
    for text in (first + other, first + mixed, first + later):
        found = told_in(text, tmp_path)
        assert len(found.of(EXIT)) == 40
        assert found.problems == []
    untimed = wrapped(
        "".join(f"Error: Cannot find module '{index}'\n" for index in range(9)) * 2, "0|a | {}".format
    )
    assert len(told_in(untimed, tmp_path).events) == 18


def test_a_log_out_of_order_is_no_copy(tmp_path: Path) -> None:
    turns = [_exit(second, "api") for second in range(10)]
    found = told_in("".join(turns[::-1] * 10), tmp_path)
    assert len(found.of(EXIT)) == 100
    assert found.problems == []
    back = [f"2026-11-20T09:13:{second:02}Z {WARNING}" for second in range(59, 0, -1)]
    [event] = told_in("".join(back), tmp_path).of(LISTENERS)
    assert event.count == 59


def test_secrets_in_names_and_paths_are_masked(tmp_path: Path) -> None:
    secret = "token=ghp_0123456789abcdef&password=hunter2"
    texts = (
        f"Error: Cannot find module '/srv/x?{secret}'\nRequire stack:\n- /srv/y?{secret}\n",
        f"Error: Cannot find package 'p' imported from /srv/y?{secret}\n",
        WARNING.replace("Bus", f"Bus {secret}").replace("data", f"data?{secret}"),
        f"Error: listen EADDRINUSE: address already in use {secret}:3000\n",
        f"2026-11-20T09:13:24: PM2 log: --- New PM2 Daemon started ---\nPM2 home : /srv/{secret}\n",
        f"FATAL ERROR: {secret} out of memory\n",
        f"(node:7) UnhandledPromiseRejectionWarning: Error: {secret}\n",
    )
    for text in texts:
        [event] = told_in("2026-11-20T09:13:24Z start\n" * 3 + text, tmp_path).events
        told = [value for value in event.detail.values() if isinstance(value, str)]
        assert not any("ghp_" in value or "hunter2" in value for value in told)
        assert any("***" in value for value in told)


def test_names_without_secrets_stay_as_they_are(tmp_path: Path) -> None:
    found = told_in(
        _pm2(0, "App [pass:word:0] online") + "Error: Cannot find module '@scope/key-token/x y'\n", tmp_path
    )
    assert [event.app for event in found.of(ONLINE)] == ["pass:word"]
    assert found.of(MISSING_MODULE)[0].detail["module"] == "@scope/key-token/x y"
