"""When PM2 was asked: by the file's name, as told with --every, or by the file's last change."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memdoctor.model import LAST_CHANGE, NAME, App, Case
from memdoctor.readers.case import read_case
from memdoctor.readers.parts.app_times import with_app_times
from memdoctor.readers.parts.pm2.look_time import ABOVE

_NAMES = ("20261120T092507Z", "20261120T092523Z", "20261120T092538Z")


def _jlist(*apps: str) -> str:
    """Return what `pm2 jlist` prints of apps."""
    listed = [
        {
            "pid": 40 + number, "name": name, "pm_id": number, "monit": {"memory": 57_921_536, "cpu": 0.1},
            "pm2_env": {"status": "online", "restart_time": 0, "pm_id": number, "exec_mode": "fork_mode"},
        }
        for number, name in enumerate(apps or ("worker",))
    ]  # fmt: skip
    return json.dumps(listed) + "\n"


def _case(folder: Path, files: dict[str, str], every: float | None = None, changed: float = 15) -> Case:
    """Return the case of some files, each changed some seconds after the one before it."""
    paths = []
    for number, (name, text) in enumerate(files.items()):
        paths.append(folder / name)
        paths[-1].write_text(text, encoding="utf-8")
        os.utime(paths[-1], (1_795_166_000 + number * changed,) * 2)
    return read_case([str(path) for path in paths], every)


def _times(case: Case) -> list[tuple[datetime | None, str | None]]:
    return [(app.at, app.time_from) for app in case.apps]


def _said(case: Case) -> list[tuple[str, str]]:
    """Return which file is told of, and what."""
    return [(Path(problem.source).name, problem.message) for problem in case.problems]


def _clock(hour: int, minute: int, second: int) -> datetime:
    return datetime(2026, 11, 20, hour, minute, second, tzinfo=UTC)


# Names.
@pytest.mark.parametrize(
    "name",
    [
        "20261120T092507Z_jlist.json", "apps-2026-11-20T09-25-07.json", "jlist_2026-11-20_09.25.07.txt",
        "look-20261120-092507.json", "1795166707.json", "1795166707.000-jlist",
    ],
)  # fmt: skip
def test_the_time_in_the_name_of_a_file_is_that_of_its_look(name: str, tmp_path: Path) -> None:
    case = _case(tmp_path, {name: _jlist()})
    assert _times(case) == [(_clock(9, 25, 7), NAME)]
    assert _said(case) == [(name, "the time of a look is that of the file's name")]


def test_all_apps_of_a_look_have_its_time(tmp_path: Path) -> None:
    case = _case(tmp_path, {f"{name}.json": _jlist("api", "mail") for name in _NAMES})
    assert [at for at, _ in _times(case)] == [
        _clock(9, 25, second) for second in (7, 7, 23, 23, 38, 38)
    ]  # fmt: skip


def test_which_time_was_taken_is_said_once_for_all_files(tmp_path: Path) -> None:
    case = _case(tmp_path, {f"{name}.json": _jlist() for name in _NAMES})
    assert _said(case) == [(f"{_NAMES[0]}.json", "the time of 3 looks is that of the file's name")]


def test_a_line_above_a_look_counts_more_than_the_name(tmp_path: Path) -> None:
    case = _case(tmp_path, {f"{_NAMES[0]}.txt": f"Fri Nov 20 09:13:52 UTC 2026\n{_jlist()}"})
    assert _times(case) == [(_clock(9, 13, 52), ABOVE)]
    assert not any("name" in message for _, message in _said(case))


def test_a_name_is_no_time_for_several_looks_in_a_file(tmp_path: Path) -> None:
    case = _case(tmp_path, {f"{_NAMES[0]}.txt": _jlist() * 3})
    assert [(app.at, app.elapsed) for app in case.apps] == [(None, None)] * 3


# As the user says.
def test_every_spaces_the_looks_of_one_file(tmp_path: Path) -> None:
    case = _case(tmp_path, {"looks.txt": _jlist("api", "mail") * 3}, every=15)
    assert [app.elapsed for app in case.apps] == [0, 0, 15, 15, 30, 30]
    assert _said(case)[-1] == ("looks.txt", "no times: one look every 15 s, as told")


def test_every_goes_on_over_several_files(tmp_path: Path) -> None:
    files = {"a.txt": _jlist() * 2, "b.txt": _jlist(), "c.txt": _jlist() * 2}
    case = _case(tmp_path, files, every=60)
    assert [app.elapsed for app in case.apps] == [0, 60, 120, 180, 240]
    assert sum("every 60 s" in message for _, message in _said(case)) == 1


def test_an_app_that_came_later_is_in_the_look_in_which_it_stands(tmp_path: Path) -> None:
    case = _case(tmp_path, {"a.txt": _jlist("api"), "b.txt": _jlist("api", "mail")}, every=30, changed=0)
    assert [(app.name, app.elapsed) for app in case.apps] == [("api", 0), ("api", 30), ("mail", 30)]


def test_a_better_time_counts_more_than_what_is_told(tmp_path: Path) -> None:
    case = _case(tmp_path, {f"{name}.json": _jlist() for name in _NAMES}, every=60)
    assert [app.elapsed for app in case.apps] == [None] * 3
    assert all(at is not None for at, _ in _times(case))


def test_one_look_needs_no_word_on_how_far_apart_they_are(tmp_path: Path) -> None:
    assert _said(_case(tmp_path, {"a.json": _jlist()}, every=60)) == []


# Last changes.
def test_last_changes_are_times_where_there_is_no_better_one(tmp_path: Path) -> None:
    case = _case(tmp_path, {f"{name}.json": _jlist() for name in "abc"})
    whence = [time_from for _, time_from in _times(case)]
    assert whence == [LAST_CHANGE] * 3
    stamps = [at.timestamp() for at, _ in _times(case) if at is not None]
    assert stamps == [1_795_166_000, 1_795_166_015, 1_795_166_030]
    assert _said(case) == [("a.json", "the time of 3 looks is that of the file's last change")]


def test_the_last_change_of_a_file_alone_is_no_time(tmp_path: Path) -> None:
    case = _case(tmp_path, {"a.json": _jlist()})
    assert _times(case) == [(None, None)]
    assert _said(case) == []


def test_files_that_were_copied_at_once_have_no_times(tmp_path: Path) -> None:
    case = _case(tmp_path, {f"{name}.json": _jlist() for name in "abc"}, changed=0)
    assert _times(case) == [(None, None)] * 3


def test_last_changes_are_none_beside_several_looks_in_a_file(tmp_path: Path) -> None:
    case = _case(tmp_path, {"a.json": _jlist(), "b.json": _jlist() * 2, "c.json": _jlist()})
    assert _times(case) == [(None, None)] * 4


@pytest.mark.parametrize("better", [f"{_NAMES[0]}.json", f"{_NAMES[1]}_jlist.txt"])
def test_last_changes_are_none_beside_a_name(better: str, tmp_path: Path) -> None:
    case = _case(tmp_path, {better: _jlist(), "later.json": _jlist(), "latest.json": _jlist()})
    assert [time_from for _, time_from in _times(case)] == [NAME, None, None]


def test_last_changes_are_none_beside_a_line_with_a_time(tmp_path: Path) -> None:
    above = f"2026-11-20T09:13:52Z\n{_jlist()}"
    case = _case(tmp_path, {"a.txt": above, "b.json": _jlist(), "c.json": _jlist()})
    assert [time_from for _, time_from in _times(case)] == [ABOVE, None, None]


# Mixed ones.
def test_looks_without_a_time_beside_several_timed_ones_are_told_of(tmp_path: Path) -> None:
    files = {f"{_NAMES[0]}.json": _jlist(), "now.json": _jlist(), f"{_NAMES[1]}.json": _jlist()}
    case = _case(tmp_path, files)
    assert [at for at, _ in _times(case)] == [_clock(9, 25, 7), None, _clock(9, 25, 23)]
    told = [(file, message) for file, message in _said(case) if "without a time" in message]
    assert told == [("now.json", "a look without a time, as others have: in no series")]


def test_several_looks_in_a_file_beside_timed_ones_are_told_of_once(tmp_path: Path) -> None:
    files = {f"{name}.json": _jlist() for name in _NAMES} | {"more.txt": _jlist() * 2}
    told = [message for _, message in _said(_case(tmp_path, files)) if "without a time" in message]
    assert told == ["2 looks without a time, as others have: in no series"]


def test_where_no_look_has_a_time_nothing_is_said_of_it(tmp_path: Path) -> None:
    assert _said(_case(tmp_path, {"looks.txt": _jlist() * 3})) == []


_SOURCES = st.sampled_from(["a.json", "b.json", f"{_NAMES[0]}.json", f"{_NAMES[1]}.json"])
_APPS = st.builds(
    App, _SOURCES, st.just("x"), st.sampled_from(["api", "mail"]), pm_id=st.none() | st.integers(0, 1),
    at=st.none() | st.just(_clock(9, 0, 0)),
)  # fmt: skip


@settings(max_examples=50)
@given(st.lists(_APPS, max_size=8), st.none() | st.floats(1, 600))
def test_no_look_is_lost_and_none_has_two_times(apps: list[App], every: float | None) -> None:
    timed = with_app_times(apps, every, [])
    assert [(app.source, app.name, app.pm_id) for app in timed] == [
        (app.source, app.name, app.pm_id) for app in apps
    ]
    for before, after in zip(apps, timed, strict=True):
        assert before.at in (None, after.at)
        assert after.at is None or after.elapsed is None
