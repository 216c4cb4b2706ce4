"""Logs that were made to hurt: bounded memory, bounded numbers, no traceback, nothing told twice."""

import contextlib
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memdoctor.errors import InputError
from memdoctor.model import COLLECTIONS, LISTENERS, START, Event
from memdoctor.readers.parts.logs import kept, scan, windows

from log_reading import LOGS, WARNING, Told, docker, pm2_json, told, told_in, wrapped

_SIGNALS = sorted(path for path in LOGS.iterdir() if path.suffix != ".md")
_ALL = b"".join(path.read_bytes() for path in _SIGNALS)
_WORDS = sorted(needle for of_pm2 in (True, False) for needle in scan.signals(of_pm2=of_pm2))
_COLLECTION = "Mark-sweep 1.0 (1.0) -> 1.0 (1.0) MB, 1.0 / 0.0 ms (average mu = 1.000, current mu = 1.000)"
_PIECES = [
    *_WORDS,
    *(b"\n", b"\r\n", b" ", b"\0", b"\x1b[31m", b"\xff\xfe", b"'", b'"', b"{", b"(", b"[", b"9" * 30),
    *(b'{"log":"', b"1|a | ", b"2026-11-20T09:13:24Z ", b"Nov 20 09:13:24 ", b"1795166004 "),
    *(b"Error: ", b"    at f (x:1:2)", b"v20.1.0", b"(Linux x64)", b"FATAL ERROR: "),
    *(b"App [a:1] online", b"New PM2 Daemon started", b"Time : Fri Nov 20 2026 09:13:24 GMT+9999"),
    *(b"<--- Last few GCs --->", f"[1:0x1] 1 ms: {_COLLECTION}".encode()),
]


def _read(data: bytes) -> Told:
    with tempfile.TemporaryDirectory() as folder:
        return told_in(data, Path(folder))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(_PIECES) | st.binary(max_size=12), min_size=1, max_size=60).map(b"".join))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    if not data:
        return
    with contextlib.suppress(InputError):
        _check(_read(data), data)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(_ALL) - 1), st.integers(1, 6000), st.randoms(use_true_random=False))
def test_parts_of_real_logs_that_were_damaged(start: int, length: int, chance: random.Random) -> None:
    data = bytearray(_ALL[start : start + length])
    for _ in range(chance.randrange(10)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    with contextlib.suppress(InputError):
        _check(_read(bytes(data)), bytes(data))


def _check(found: Told, data: bytes) -> None:
    ends = data.count(b"\n") or data.count(b"\r")  # on an old Mac
    lines = ends + 1
    assert found.log.lines in (lines, ends)
    for event in found.events:
        assert 1 <= event.line <= (event.last_line or event.line) <= lines
        assert event.count >= 1
        for value in event.detail.values():
            assert not isinstance(value, str) or len(value) <= 500
    for sample in found.samples:
        assert sample.heap_used is not None


@pytest.mark.parametrize("path", _SIGNALS, ids=lambda path: path.name)
def test_pieces_of_any_size_tell_the_same(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    filler = "2026-11-20T09:13:24Z and nothing else on this line\n" * 40
    text = filler + (filler.join([path.read_text()] * 3)) + filler
    for one in (text, wrapped(text, docker), wrapped(text, pm2_json)):
        _is_told_alike(one, path, monkeypatch, tmp_path)


def _is_told_alike(text: str, path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    whole = told_in(text, tmp_path)
    assert len(whole.events) + len(whole.samples) > 0 or path.name.startswith(("caught", "pm2-logs-cut"))
    for least in (5_000, 9_973, 40_009):
        with monkeypatch.context() as patch:
            patch.setattr(windows, "_LEAST", least)
            patch.setattr(windows, "BACK", 8192)
            patch.setattr(windows, "AHEAD", 8192)
            patch.setattr("memdoctor.readers.opening._CHUNK", least)
            patch.setattr("memdoctor.readers.opening.HEAD", least)
            patched = told_in(text, tmp_path)
        assert patched == whole


def test_of_very_many_events_the_first_and_the_last_are_kept(tmp_path: Path) -> None:
    many = "".join(WARNING.replace("Bus", f"Bus{index}") for index in range(3_000))
    found = told_in(many, tmp_path)
    names = [event.detail["class"] for event in found.events]
    assert names == [f"Bus{index}" for index in (*range(kept.FIRST), *range(3_000 - kept.LAST, 3_000))]
    assert [problem.message for problem in found.problems] == [
        "3 000 listener-warning events: the first 500 and the last 1 000 were read, 1 500 were left out"
    ]


def test_one_kind_does_not_push_out_another(tmp_path: Path) -> None:
    many = "".join(WARNING.replace("Bus", f"Bus{index}") for index in range(3_000))
    starts = "".join(
        f"2026-11-20T09:13:24: PM2 log: App [a{i}:{i}] starting in -fork mode-\n" for i in range(7_000)
    )
    found = told_in(many + starts + many, tmp_path)
    assert len(found.of(LISTENERS)) == 1_500
    assert len(found.of(START)) == 6_000
    assert [event.line for event in found.events] == sorted(event.line for event in found.events)


def test_too_many_isolates_are_left_out_and_told(tmp_path: Path) -> None:
    line = f"[{{}}:0xabcd] 1 ms: {_COLLECTION}\n"
    found = told_in("".join(line.format(pid) for pid in range(1, 1_501)), tmp_path)
    assert len(found.of(COLLECTIONS)) == len(found.samples) == 1_000
    assert [problem.message for problem in found.problems] == [
        "too many isolates: 500 collections were left out"
    ]


def test_a_word_that_never_means_anything_is_given_up_and_told(tmp_path: Path) -> None:
    text = b"2026-11-20T09:13:24Z x\n" + b"^\n" * 150_000 + WARNING.encode()
    found = told_in(text, tmp_path)
    assert len(found.events) == 1
    assert ["'^' stands in it too often" in problem.message for problem in found.problems] == [True]


@pytest.mark.parametrize("end", ["\r", "\r\n"])
def test_lines_may_end_with_cr_alone(end: str, tmp_path: Path) -> None:
    text = "2026-11-20T09:13:24Z a\n" * 3 + WARNING + "Error: Cannot find module 'x'\n    at f (x:1:2)\n"
    found = told_in(text.replace("\n", end).encode(), tmp_path)
    assert [(event.kind, event.line) for event in found.events] == [(LISTENERS, 4), ("missing-module", 5)]
    assert found.log.lines == 6
    assert [problem.message for problem in found.problems] == (
        ["its lines end with CR alone, as on old Macs: read as lines"] if end == "\r" else []
    )
    errors = "Error: Cannot find module 'x'\r    at f (x:1:2)\r"
    assert [event.line for event in told_in(errors, tmp_path).events] == [1]


_HURTING = {
    "lines of one object": pm2_json(
        "\n".join(f"Error: Cannot find module '{index}'" for index in range(500))
    ),
    "quotes in one object": pm2_json("\n".join(["say Error: Cannot find module 'x' now"] * 400)),
    "carets of one object": pm2_json("^\n" * 3_000),
    "carets of docker": docker("   ^"),
    "objects in objects": docker(
        pm2_json(
            "\n".join(
                json.dumps({"level": 50, "msg": "uncaught", "stack": "E: x\n at y"}) for _ in range(99)
            )
        )
    ),
    "what was not caught": json.dumps({"level": 50, "msg": "uncaught\n" * 1_500}),
    "a long key": '{"' + "k" * 8_000 + '":{' + '"a":1,' * 1_000 + '"m":"Cannot find module \'x\'"}}',
    "escapes": pm2_json("\\" * 7_000 + "\nError: Cannot find module 'x'"),
    "brackets": '{"' + "[{" * 3_000 + "Cannot find module 'x'",
    "pairs": "a=b c " * 3_000 + "Error: Cannot find module 'x'",
    "quotes": '"' * 3_000 + "Cannot find module 'x'",
    "stacks": "say Error: Cannot find module 'x'\n" + "    at x\n" * 140,
}


@pytest.mark.parametrize("name", _HURTING)
def test_no_line_takes_long(name: str, tmp_path: Path) -> None:
    text = "2026-11-20T09:13:24Z a\n" * 3 + (_HURTING[name] + "\n") * (300_000 // len(_HURTING[name]) + 1)
    started = time.process_time()
    with contextlib.suppress(InputError):
        told_in(text, tmp_path)
    assert time.process_time() - started < 30  # what grows with the square of a line takes minutes


def test_a_hole_before_a_log_is_left_out(tmp_path: Path) -> None:
    found = told_in(b"\0" * 300_000 + WARNING.encode(), tmp_path)
    assert [event.detail["class"] for event in found.events] == ["Bus"]
    assert [problem.message for problem in found.problems] == ["300 000 bytes that are 0: left out"]


def test_numbers_are_bounded(tmp_path: Path) -> None:
    for line in (
        f"[{'9' * 40}:0x1] 1 ms: {_COLLECTION}",
        f"[1:0x1] 1 ms: {_COLLECTION.replace('1.0', '9' * 400 + '.0')}",
        WARNING.replace("4242", "9" * 5000).replace("11", "9" * 5000),
        f"Error: listen EADDRINUSE: address already in use :::{'9' * 5000}",
        f"2026-11-20T09:13:24: PM2 log: Process {'9' * 5000} restarted because it exceeds "
        "--max-memory-restart value",
    ):
        assert told_in("2026-11-20T09:13:24Z x\n" * 3 + line + "\n", tmp_path).events == []


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from /proc")
@pytest.mark.parametrize("kind", ["typical", "line", "events", "binary", "ends", "objects", "apps"])
def test_a_large_log_takes_little_memory(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    chance = random.Random(7)
    pieces = {
        "typical": b"2026-11-20T09:13:24.123Z INFO  [worker-1] request completed (12 ms)\n" * 15_000,
        "line": b"a line that never ends, " * 44_000,
        "events": "".join(WARNING.replace("Bus", f"Bus{index}") for index in range(5_000)).encode(),
        "binary": b"PM2 log: App [" + chance.randbytes(1 << 20),
        "objects": (_HURTING["lines of one object"] + "\n").encode() * 6,
        "apps": "".join(
            f"2026-11-20T09:13:24: PM2 log: App [a{chance.randrange(99_999)}:{index}] online\n"
            for index in range(20_000)
        ).encode(),
        "ends": (LOGS / "uncaught-cause-node20.err").read_bytes() * 1_000,
    }
    with path.open("wb") as file:
        file.write(b"2026-11-20T09:13:24Z start\n" + WARNING.encode())
        for _ in range(40 if kind in ("typical", "line") else 8):
            file.write(pieces[kind])
    script = (
        "import sys; from memdoctor.readers import log; from memdoctor.readers.opening import open_input\n"
        "with open_input(sys.argv[1]) as opened: print(sum(1 for _ in log.read(opened)))\n"
        "print(*[line for line in open('/proc/self/status') if line.startswith('VmHWM')])"
    )
    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True, check=True)
    count, peak = done.stdout.strip().splitlines()[:2]
    assert 2 <= int(count) < 10_000
    assert int(peak.split()[1]) < 40 * 1024


def test_what_is_told_of_a_log_is_told_once() -> None:
    found = told(LOGS / "pm2-v4.log")
    seen: set[tuple[int, str]] = {(event.line, event.kind) for event in found.events}
    assert len(seen) == len(found.events)
    assert all(isinstance(event, Event) for event in found.events)
