"""Pid files: a number, or JSON that also says since when and on which port."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from memdoctor.errors import InputError
from reading import text

from process_reading import found

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize("content", ["4711", "4711\n", " 4711\r\n", "\ufeff4711"])
def test_a_number_alone(content: str, tmp_path: Path) -> None:
    path = text(tmp_path / "worker.pid", content)
    os.utime(path, (NOON.timestamp(), NOON.timestamp()))
    told = found("pid_file", path)
    [one] = told.pid_files
    assert (one.place, one.pid, one.written_at) == (str(path), 4711, NOON)
    assert (one.started_at, one.port, told.problems) == (None, None, [])


@pytest.mark.parametrize(
    "beside",
    [
        {"startedAt": "2026-11-20T12:00:00Z"},
        {"started_at": NOON.timestamp()},
        {"startTime": int(NOON.timestamp() * 1000)},
        {"startToken": "20261120130000.000000+060"},
        {"startToken": "2026-11-20T12:00:00.000Z"},
    ],
)
def test_json(beside: dict[str, Any], tmp_path: Path) -> None:
    path = text(tmp_path / "worker.pid", json.dumps({"pid": 4711, "port": 37777, **beside}))
    told = found("pid_file", path)
    [one] = told.pid_files
    assert (one.pid, one.port, one.started_at, told.problems) == (4711, 37777, NOON, [])


def test_a_token_that_is_no_time_is_let_be(tmp_path: Path) -> None:
    told = found("pid_file", text(tmp_path / "a", '{"pid": 4711, "startToken": "123757"}'))
    assert (told.pid_files[0].started_at, told.problems) == (None, [])


def test_what_is_no_port_or_time_is_said(tmp_path: Path) -> None:
    told = found("pid_file", text(tmp_path / "a", '{"pid": 4711, "port": 99999, "startedAt": "noon"}'))
    assert (told.pid_files[0].port, told.pid_files[0].started_at) == (None, None)
    assert len(told.problems) == 2


@pytest.mark.parametrize(
    "content",
    [
        *("0", "2147483648", "4711 4712", "[4711]", "{", "x" * 9000),
        *('{"pid": true, "port": 1}', '{"pid": -4}', '{"port": 1}'),
    ],
)
def test_what_is_no_pid(content: str, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        found("pid_file", text(tmp_path / "a", content))


def test_standard_input_was_never_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with text(tmp_path / "a", "4711").open() as stream:
        monkeypatch.setattr("sys.stdin", stream)
        [one] = found("pid_file", Path("-")).pid_files
    assert (one.place, one.pid, one.written_at) == ("stdin", 4711, None)
