"""PM2 where there is none, where somebody else answers, and where its answer is none."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memdoctor.errors import CaptureError
from memdoctor.live import amp, pm2_rpc
from memdoctor.live.pm2 import apps, this_pm2
from memdoctor.progress import listening as hearing

from fake_pm2 import (
    ID,
    ONE_APP,
    Behaviour,
    answer,
    answering,
    dripping,
    hanging,
    listening,
    question,
    short_folder,
)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="UNIX sockets")
needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="titles and permissions as on Linux")
_NONE = re.compile(r"memdoctor starts no PM2; pm2 jlist would")


def _error(home: Path) -> CaptureError:
    with pytest.raises(CaptureError) as raised:
        apps(home)
    assert raised.value.exit_code == 2
    assert raised.value.help
    return raised.value


def _error_of(behave: Behaviour) -> str:
    with listening(behave) as home:
        error = _error(home)
    assert error.message.startswith(f"{home}/rpc.sock ")
    return error.message.removeprefix(f"{home}/rpc.sock ")


def test_the_question_is_one_for_all_apps() -> None:
    asked = []

    def behave(connection: socket.socket) -> None:
        asked.append(question(connection))
        connection.sendall(ONE_APP)

    with listening(behave) as home:
        [app] = apps(home)
    assert asked == [{"type": "call", "method": "getMonitorData", "args": [{}]}]
    assert (app.name, app.pid, app.rss, app.mode) == ("app", 4242, 50 << 20, "fork")


def test_pm2_without_apps() -> None:
    with listening(answering(answer({"args": [[]]}))) as home:
        assert apps(home) == ()


def test_what_is_no_app_is_told_once() -> None:
    with listening(answering(answer({"args": [["no app", 7]]}))) as home:
        case = this_pm2(0.5, 0.1, home)
    assert case.apps == ()
    *left_out, nothing = case.problems
    assert len(left_out) == 2
    assert all("no app of PM2" in problem.message for problem in left_out)
    assert nothing.message == "PM2 runs no app"


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "does not answer as PM2 does: it does not speak amp"),
        (b"\x00" * 100, "does not answer as PM2 does: it does not speak amp"),
        (b"\x12\xff\xff\xff\xffj:", "more than 64 MiB is not read"),
        (b"\x10", "its frame holds something else"),
        (amp.frame(b"j:{}"), "its frame holds something else"),
        (answer({"args": [[]]}, amp.text("another:1")), "its frame holds something else"),
        (amp.frame(b"s:text", ID), "its frame holds something else"),
        (amp.frame(b"j:{", ID), "an answer that cannot be read: not valid JSON"),
        (amp.frame(b"j:" + b"[" * 200_000, ID), "an answer that cannot be read: not valid JSON"),
        (amp.frame(b"j:[" + b"0," * 600_000 + b"0]", ID), "an answer that cannot be read: about 600"),
        (amp.frame(b"j:\xff\xfe", ID), "an answer that cannot be read: not valid JSON"),
        (answer([]), "no args in its message"),
        (answer({"args": {}}), "no args in its message"),
        (answer({"args": []}), "it gives no list of apps"),
        (answer({"args": [{"app": 1}]}), "it gives no list of apps"),
        (answer({"error": "method does not exist"}), "answers with an error: method does not exist"),
        (amp.frame(b'j:{"error":' + b"[" * 1_000 + b"]" * 1_000 + b"}", ID), "error: one without words"),
        (answer({"error": "x" * 10_000}), "answers with an error: xxx"),
        (b"", "closes the connection before its answer is whole"),
        (ONE_APP[:-1], "closes the connection before its answer is whole"),
    ],
)
def test_answers_that_are_none(said: bytes, message: str) -> None:
    error = _error_of(answering(said))
    assert message in error
    assert len(error) < 300


def test_a_connection_that_is_closed_at_once() -> None:
    assert _error_of(lambda _: None) == "closes the connection before its answer is whole"


def test_nobody_waits_longer_than_a_few_seconds() -> None:
    begin = time.monotonic()
    assert _error_of(hanging) == "gives no whole answer within 5 s"
    assert 4 < time.monotonic() - begin < 8


def test_an_answer_that_never_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pm2_rpc, "SECONDS", 1)
    begin = time.monotonic()
    assert _error_of(dripping) == "gives no whole answer within 1 s"
    assert time.monotonic() - begin < 3


@needs_proc
def test_a_queue_that_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pm2_rpc, "SECONDS", 1)
    with (
        short_folder() as home,
        socket.socket(socket.AF_UNIX) as listener,
        socket.socket(socket.AF_UNIX) as first,
    ):
        listener.bind(str(home / "rpc.sock"))
        listener.listen(0)
        first.connect(str(home / "rpc.sock"))
        assert _error(home).message == f"{home}/rpc.sock takes no connection within 1 s"


_payload: list[bytes] = [b""]


@pytest.fixture(scope="module")
def parrot() -> Iterator[Path]:
    """Answer with whatever is in the payload."""

    def behave(connection: socket.socket) -> None:
        question(connection)
        connection.sendall(_payload[0])

    with listening(behave) as home:
        yield home


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["name", "pid", "pm_id", "pm2_env", "monit", "axm_monitor", "x"]), inner
        )
    ),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=200)
    | st.lists(st.binary(max_size=50), max_size=15).map(lambda some: amp.frame(*some))
)
def test_any_bytes_are_an_error_or_apps(parrot: Path, said: bytes) -> None:
    _payload[0] = said
    with pytest.raises(CaptureError):
        apps(parrot)


@settings(max_examples=150, deadline=None)
@given(st.lists(_JSON, max_size=4))
def test_any_apps_are_read_or_left_out(parrot: Path, entries: list[object]) -> None:
    _payload[0] = answer({"args": [entries]})
    assert len(apps(parrot)) <= len(entries)


@given(st.lists(st.binary(max_size=300), max_size=15))
def test_a_frame_is_read_as_it_was_written(arguments: list[bytes]) -> None:
    data = memoryview(amp.frame(*arguments))
    position = 0

    def read(count: int) -> bytes:
        nonlocal position
        position += count
        return bytes(data[position - count : position])

    assert amp.read_frame(read, 1 << 20) == arguments
    assert position == len(data)


def test_a_home_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PM2_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(CaptureError) as raised:
        apps()
    assert raised.value.message == "PM2 is not used here: there is no ~/.pm2"
    assert _NONE.match(raised.value.help)
    monkeypatch.setenv("PM2_HOME", str(tmp_path / "named"))
    with pytest.raises(CaptureError, match="there is no ~/named"):
        this_pm2(1, 1)
    assert list(tmp_path.iterdir()) == []


def test_a_home_without_a_socket_and_one_that_nobody_serves() -> None:
    with short_folder() as home:
        error = _error(home)
        assert error.message == f"PM2 does not run: nobody answers at {home}/rpc.sock"
        assert _NONE.match(error.help)
        (home / "rpc.sock").write_text("a file", encoding="utf-8")
        assert _error(home).message == error.message
        (home / "rpc.sock").unlink()
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(home / "rpc.sock"))
        assert (home / "rpc.sock").exists()
        assert _error(home).message == error.message


def test_a_path_that_is_too_long(tmp_path: Path) -> None:
    home = tmp_path / ("x" * 120)
    home.mkdir()
    assert "is no path for a socket" in _error(home).message


def test_a_stale_pid_file() -> None:
    with short_folder() as home, _titled("node-like") as other:
        (home / "pm2.pid").write_text(f"{other}", encoding="ascii")
        found = _error(home).message
        assert found.endswith(f"; its pm2.pid is a stale file: process {other} is node-like now")
        for content in ("", "no pid", "-1", "9" * 30, "0"):
            (home / "pm2.pid").write_text(content, encoding="ascii")
            assert _error(home).message.endswith("rpc.sock")
    with short_folder() as home:
        (home / "pm2.pid").write_text(f"{other}", encoding="ascii")
        assert _error(home).message.endswith(f"; its pm2.pid is stale: process {other} has ended")


@needs_proc
def test_a_daemon_is_known_by_its_title() -> None:
    with short_folder() as home, short_folder() as away:
        for title, words in {
            f"PM2 v7.0.4: God Daemon ({home})": "runs, but does not listen there",
            "PM2 v5.4.3: God Daemon (/a/long/pa": "runs, but does not listen there",
            f"PM2 v7.0.4: God Daemon ({away})": "is a stale file",
        }.items():
            with _titled(title) as pid:
                (home / "pm2.pid").write_text(f"{pid}", encoding="ascii")
                error = _error(home)
            assert words in error.message
            assert (f"another PM2 runs, with PM2_HOME={away}" in error.help) == (str(away) in title)


@contextmanager
def _titled(title: str) -> Iterator[int]:
    """Start a process that calls itself so."""
    call = [title, "-c", "import time; time.sleep(60)"]
    with subprocess.Popen(call, executable=sys.executable) as process:
        try:
            yield process.pid
        finally:
            process.kill()


@needs_proc
def test_the_pm2_of_another_user_may_not_be_asked() -> None:
    with listening(answering(ONE_APP)) as home:
        assert len(apps(home)) == 1
        owner = home.owner()
        (home / "rpc.sock").chmod(0)
        with _without_power():
            error = _error(home)
            assert error.message == f"PM2 at {home} belongs to {owner}: permission denied"
            assert error.help == f"run memdoctor as {owner} or as root"
        home.chmod(0)
        with _without_power():
            assert _error(home).message == error.message
        home.chmod(0o700)


@contextmanager
def _without_power() -> Iterator[None]:
    """Be nobody for a while, if this is root."""
    me = os.geteuid()
    if me == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(me)


def test_on_windows_the_output_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    for look in (apps, lambda: this_pm2(1, 1)):
        with pytest.raises(CaptureError, match="Linux and macOS") as raised:
            look()
        assert "bring the output of pm2 jlist" in raised.value.help


def test_ctrl_c_ends_a_window_early(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []

    def interrupted(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("memdoctor.live.window.time.sleep", interrupted)
    with listening(answering(ONE_APP)) as home:
        case = this_pm2(60, 15, home)
    assert len(case.apps) == 3
    assert len(case.beside) == 1
    assert pauses == [15, 15, 15]


def test_ctrl_c_before_anything_was_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("memdoctor.live.pm2.ask", interrupted)
    with pytest.raises(KeyboardInterrupt):
        this_pm2(60, 15, Path("/nowhere"))


def test_a_daemon_that_ends_within_the_window() -> None:
    with listening(answering(ONE_APP, ONE_APP, b"")) as home:
        begin = time.monotonic()
        case = this_pm2(30, 0.3, home)
    assert time.monotonic() - begin < 6
    assert len(case.apps) == 2
    missed, ended = case.problems
    assert missed.message.startswith(f"a look had no answer: {home}/rpc.sock closes the connection")
    assert missed.help
    assert ended.message == "the window ends early: 3 looks in a row had no answer"


def test_a_daemon_that_once_does_not_answer() -> None:
    with listening(answering(ONE_APP, b"", b"", ONE_APP)) as home:
        case = this_pm2(1.5, 0.3, home)
    assert len(case.apps) >= 3
    assert [problem.message.partition(":")[0] for problem in case.problems] == ["a look had no answer"]


def test_a_window_tells_how_long_it_takes() -> None:
    told: list[str] = []
    noted: list[str] = []
    with listening(answering(ONE_APP)) as home, hearing(lambda stage, *_: told.append(stage), noted.append):
        case = this_pm2(1, 0.3, home)
        assert told[0] == "watching for 1 s, 1 s left"
        assert noted == []
        assert 3 <= len(case.apps) <= 5
        assert case.apps[0].places is case.apps[-1].places


def test_a_very_long_window_has_fewer_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[str] = []
    monkeypatch.setattr("memdoctor.live.pm2._MOST_LOOKS", 2)
    with listening(answering(ONE_APP)) as home, hearing(lambda *_: None, noted.append):
        case = this_pm2(1, 0.25, home)
    assert noted == ["one look every 0.5 s: up to 2 looks are kept"]
    assert len(case.apps) <= 3
