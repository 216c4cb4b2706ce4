"""memdoctor watch on real processes: followed, recorded, told apart; on a faster clock where that helps."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from memdoctor.config import Settings
from memdoctor.engine import diagnose
from memdoctor.live.machine import one_look
from memdoctor.live.sampling.clock import Clock
from memdoctor.live.sampling.recorder import Recorder
from memdoctor.live.sampling.roster import Roster
from memdoctor.live.sampling.sampler import Sampler
from memdoctor.model import Process, Source
from memdoctor.readers.case import read_case
from memdoctor.watching import Watch

from conftest import Cli
from runtimes import NODE, needs_node

pytestmark = pytest.mark.skipif(os.name == "nt", reason="starts programs of POSIX")
_LEAK = "const kept = []; setInterval(() => kept.push(Buffer.alloc(1 << 20, 1)), 50)"
_SAWTOOTH = """
let some = [];
setInterval(() => {
  for (let i = 0; i < 2000; i++) some.push({ of: new Array(20).fill(i) });
  if (some.length > 60000) some = [];
}, 10)"""
_HOLDS = "import time; kept = bytearray(20_000_000); print('ready', flush=True); time.sleep(600)"


class Fast(Clock):
    """A clock on which more time passes."""

    def __init__(self, times: float) -> None:
        self._times = times
        super().__init__()

    def seconds(self) -> float:
        return time.monotonic() * self._times

    def sleep(self, seconds: float) -> None:
        time.sleep(max(seconds, 0.0) / self._times)


@contextmanager
def _started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def _seen(pid: int) -> Process:
    return next(one for one in one_look().processes if one.pid == pid)


def _watch(*pids: int, clock: Clock, interval: float, record: Path | None = None) -> Watch:
    sampler = Sampler(Roster([_seen(pid) for pid in pids], (), one_look()), interval, clock)
    recorder = None if record is None else Recorder(record, clock.now(), interval)
    return Watch(sampler, Settings(), clock, source=Source("this machine", "live"), recorder=recorder)


@needs_node
def test_a_leak_and_a_sawtooth_are_told_apart() -> None:
    assert NODE is not None
    with (
        _started(NODE, "-e", _LEAK) as leak,
        _started(NODE, "--max-old-space-size=40", "-e", _SAWTOOTH) as sawtooth,
    ):
        time.sleep(4)
        watch = _watch(leak.pid, sawtooth.pid, clock=Fast(30), interval=9)
        *_, last = watch.run(9, 420, None)
        found = {one.pid: one for one in last.judged.watched}
        assert found[leak.pid].verdict == "growing"
        assert found[leak.pid].metric == "rss"
        assert found[sawtooth.pid].verdict in {"steady", "plateau", "step", "shrinking"}
        report = diagnose(watch.case(), Settings())
        assert {(one.rule, one.subject.process) for one in report.findings if one.severity != "info"} <= {
            ("growing-rss", found[leak.pid].process),
            ("limit-forecast", found[leak.pid].process),
        }
        assert "-e, pid" not in report.answer
        assert leak.poll() is None
        assert sawtooth.poll() is None


@needs_node
def test_it_stops_as_soon_as_what_was_waited_for_is_found() -> None:
    assert NODE is not None
    with _started(NODE, "-e", _LEAK) as leak:
        time.sleep(1)
        watch = _watch(leak.pid, clock=Fast(60), interval=9)
        looks = sum(1 for _ in watch.run(9, 3_600, "growing"))
        assert watch.stopped_by == "growing"
        assert looks < 60


def test_the_numbers_are_those_of_the_kernel(tmp_path: Path) -> None:
    if not Path("/proc/self/smaps_rollup").exists():
        pytest.skip("no /proc here")
    with _started(*_python(_HOLDS)) as held:
        assert held.stdout is not None
        held.stdout.readline()
        clock = Clock()
        watch = _watch(held.pid, clock=clock, interval=1, record=tmp_path / "rec")
        next(watch.run(1, 1, None))
        [sample] = read_case([str(tmp_path / "rec")]).samples
        status = Path(f"/proc/{held.pid}/status").read_text()
        numbers = {
            line.split(":")[0]: line.split()[1] for line in status.splitlines() if len(line.split()) > 1
        }
        assert sample.rss is not None
        assert abs(sample.rss - int(numbers["VmRSS"]) * 1024) < 1 << 20
        assert sample.swap == int(numbers["VmSwap"]) * 1024
        assert sample.threads == int(numbers["Threads"])
        assert sample.file_descriptors == len(list(Path(f"/proc/{held.pid}/fd").iterdir()))
        assert sample.pss is not None
        assert sample.uss is not None
        assert 19_000_000 < sample.uss <= sample.pss <= sample.rss
        assert sample.memory_left is not None
        assert sample.memory_left <= _available() * 1.05


def _available() -> int:
    lines = Path("/proc/meminfo").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))


def test_children_come_and_go() -> None:
    code = (
        "import subprocess, sys, time\n"
        "sys.stdin.readline(); one = subprocess.Popen(['sleep', '300']); print('one', flush=True)\n"
        "sys.stdin.readline(); two = subprocess.Popen(['sleep', '301'])\n"
        "one.kill(); one.wait(); print('two', flush=True)\n"
        "time.sleep(300)"
    )
    parent = subprocess.Popen(_python(code), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert parent.stdin is not None
    assert parent.stdout is not None
    roster = Roster([_seen(parent.pid)], (), one_look())
    try:
        seen = [{one.process.pid for one in roster.members(one_look())}]
        for _ in range(2):
            parent.stdin.write("\n")
            parent.stdin.flush()
            parent.stdout.readline()
            seen.append({one.process.pid for one in roster.members(one_look())})
        assert seen[0] == {parent.pid}
        assert [len(pids) for pids in seen] == [1, 2, 2]
        assert seen[1] != seen[2]
        [child] = seen[2] - {parent.pid}
        parent.kill()
        parent.wait()
        assert {one.process.pid for one in roster.members(one_look())} == {
            child
        }  # it has left its parent, and stays
        os.kill(child, signal.SIGKILL)
        time.sleep(0.2)
        assert roster.members(one_look()) == []
    finally:
        parent.kill()
        parent.communicate()


def test_a_restart_splits_the_series(tmp_path: Path) -> None:
    with _started("sh", "-c", "while :; do sleep 1.5; done") as shell:
        time.sleep(0.3)
        first = next(one for one in one_look().processes if one.ppid == shell.pid)
        clock = Clock()
        watch = _watch(first.pid, clock=clock, interval=0.3, record=tmp_path / "rec")
        list(watch.run(0.3, 4, None))
        case = read_case([str(tmp_path / "rec")])
        pids = {sample.pid for sample in case.samples}
        assert len(pids) > 1
        report = diagnose(case, Settings())
        assert {one.pid for one in report.overview.watched} == pids
        assert len({one.process for one in report.overview.watched}) == len(pids)
        assert sum(one.ended for one in report.overview.watched) == len(pids) - 1


def _memdoctor(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "memdoctor", "watch", *arguments)


def test_kill_9_leaves_a_recording_that_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "rec.jsonl"
    with _started(*_python(_HOLDS)) as held:
        for _ in range(2):
            with _started(
                *_memdoctor(str(held.pid), "--interval", "0.2s", "--record", str(path))
            ) as watcher:
                before = path.stat().st_size if path.exists() else 0
                deadline = time.monotonic() + 20
                while not path.exists() or path.stat().st_size < before + 1_000:
                    assert time.monotonic() < deadline
                    time.sleep(0.05)
                watcher.send_signal(signal.SIGKILL)
                watcher.wait()
            assert read_case([str(path)]).samples
    case = read_case([str(path)])
    assert len({sample.series for sample in case.samples}) == 1  # one process, watched twice
    assert sum("memdoctor" in json.loads(line) for line in path.read_text().splitlines()) == 2
    times = [sample.at for sample in case.samples if sample.at]
    assert times == sorted(times)


def test_a_cut_line_is_ended_before_it_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "rec"
    clock = Clock()
    recorder = Recorder(path, clock.now(), 5)
    recorder.close()
    path.write_bytes(path.read_bytes() + b'{"at":"2026-')
    Recorder(path, clock.now() + timedelta(seconds=9), 5).close()
    assert [line[:13] for line in path.read_text().splitlines()] == [
        '{"memdoctor":',
        '{"at":"2026-',
        '{"memdoctor":',
    ]
    assert oct(path.stat().st_mode)[-3:] == "600"


def test_ctrl_c_ends_it_with_the_report(tmp_path: Path) -> None:
    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
        with _started(*_python(_HOLDS)) as held:
            with _started(*_memdoctor(str(held.pid), "--interval", "0.2s", "--for", "60s")) as watcher:
                assert watcher.stdout is not None
                watcher.stdout.readline()
                watcher.send_signal(number)
                out, err = watcher.communicate(timeout=30)
            assert watcher.returncode == code
            assert "Traceback" not in err
            assert "It cannot be judged" in out
            assert held.poll() is None


def test_it_ends_when_all_have_ended() -> None:
    with _started("sleep", "1") as held:
        clock = Fast(10)
        watch = _watch(held.pid, clock=clock, interval=2)
        held.wait()
        list(watch.run(2, 600, None))
        assert watch.stopped_by == "all have ended"


def test_json_is_all_of_stdout(cli: Cli) -> None:
    with _started(*_python(_HOLDS)) as held:
        outcome = cli("watch", str(held.pid), "--interval", "0.2s", "--for", "0.5s", "--json")
        document = json.loads(outcome.out)
        assert outcome.code == 0
        [watched] = document["overview"]["watched"]
        assert watched["pid"] == held.pid
        assert watched["rss_bytes"] > 20_000_000
        assert watched["looks"] >= 3


def test_names(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "very_special_name.py"
    path.write_text(_HOLDS)
    with _started(sys.executable, str(path)) as one:
        time.sleep(0.5)
        outcome = cli("watch", "very_special_name.py", "--interval", "0.2s", "--for", "0.3s")
        assert outcome.code == 0
        assert f"very_special_name.py is pid {one.pid}" in outcome.err
        with _started(sys.executable, str(path)) as two:
            time.sleep(0.5)
            outcome = cli("watch", "very_special_name.py", "--for", "0.3s")
            assert outcome.code == 2
            assert f"pid {one.pid}" in outcome.err
            assert f"pid {two.pid}" in outcome.err
            assert "--yes" in outcome.err
            outcome = cli(
                "watch", "very_special_name.py", "--yes", "--interval", "0.2s", "--for", "0.3s", "--json"
            )
            assert {one_["pid"] for one_ in json.loads(outcome.out)["overview"]["watched"]} == {
                one.pid,
                two.pid,
            }
    outcome = cli("watch", "very_special_nam.py", "--for", "1s")
    assert outcome.code == 2
    assert outcome.err.startswith("error: nothing that runs is called very_special_nam.py\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("watch",), "nothing to watch was named"),
        (("watch", "999999999"), "there is no process 999999999"),
        (("watch", "1", "--interval", "0.01s"), "--interval is at least 0.2 s"),
        (("watch", "1", "--interval", "soon"), "--interval: 'soon' is no length of time"),
        (("watch", "1", "--for", "-5"), "--for: '-5' is no length of time"),
        (("watch", "1", "--until", "groving"), "--until cannot be groving"),
        (("watch", "1", "--inspect", "here"), "--inspect: here is no HOST:PORT"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments: tuple[str, ...], message: str, cli: Cli) -> None:
    outcome = cli(*arguments)
    assert outcome.code == 2
    assert outcome.err.startswith(f"error: {message}")
    assert "help: " in outcome.err


def test_a_file_that_is_no_recording_stays_as_it_is(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "important.txt"
    path.write_text("do not touch\n")
    outcome = cli("watch", str(os.getpid()), "--record", str(path), "--for", "1s")
    assert outcome.code == 2
    assert "no recording" in outcome.err
    assert path.read_text() == "do not touch\n"
    assert cli("watch", str(os.getpid()), "--record", str(tmp_path), "--for", "1s").code == 2
    assert cli("watch", str(os.getpid()), "--record", str(tmp_path / "no" / "rec"), "--for", "1s").code == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_told(cli: Cli) -> None:
    outcome = cli("watch", str(os.getpid()), "--record", "/dev/full", "--for", "1s")
    assert outcome.code == 2
    assert outcome.err.startswith("error: ")


@needs_node
@pytest.mark.skipif(
    not os.environ.get("MEMDOCTOR_TEST_SLOW"), reason="takes minutes: MEMDOCTOR_TEST_SLOW=1"
)
def test_a_leak_and_a_sawtooth_are_told_apart_in_real_time(tmp_path: Path) -> None:
    assert NODE is not None
    path = tmp_path / "rec.jsonl"
    with _started(NODE, "-e", _LEAK) as leak, _started(NODE, "-e", _SAWTOOTH) as sawtooth:
        pids = str(leak.pid), str(sawtooth.pid)
        with _started(
            *_memdoctor(*pids, "--interval", "2s", "--for", "150s", "--record", str(path))
        ) as watcher:
            out, err = watcher.communicate(timeout=300)
        assert watcher.returncode == 0, err
        report = diagnose(read_case([str(path)]), Settings())
        found = {str(one.pid): one.verdict for one in report.overview.watched}
        assert found[pids[0]] == "growing"
        assert found[pids[1]] != "growing"
        assert report.answer in " ".join(out.split())
