"""Leaked children, duplicates, sessions, data directories, loops, ports: what makes one, what does not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from memdoctor.analysis.processes.machine import Machine
from memdoctor.findings import Confidence
from memdoctor.model import Case, Listener, PidFile, Process, ProcessTable

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
WORKER = "node /srv/worker-service.cjs --daemon"


def process(pid: int, command: str, parent: int = 1, **more: object) -> Process:
    """Return a process with an hour of age that has done nothing."""
    facts: dict[str, object] = {
        "age": 3600.0,
        "cpu_seconds": 0.0,
        "rss": 1 << 20,
        "user": "dev",
        "state": "S",
    }
    return replace(
        Process("ps.txt", f"ps.txt:{pid}", pid, parent, argv=tuple(command.split())),
        **facts | more,  # type: ignore[arg-type]
    )


def machine(
    *processes: Process, earlier: tuple[Process, ...] = (), seconds: float = 70, **case: object
) -> Machine:
    """Return a machine at one look, or with one before it."""
    init = process(1, "/sbin/init", 0)
    tables = [ProcessTable("b.txt", "b.txt:1", (init, *processes), at=AT, whole=True)]
    if earlier:
        before = ProcessTable(
            "a.txt", "a.txt:1", (init, *earlier), at=AT - timedelta(seconds=seconds), whole=True
        )
        tables.insert(0, before)
    return Machine(Case(tables=tuple(tables), **case))  # type: ignore[arg-type]


def _children(count: int, command: str = "python task.py --job {}", **more: object) -> tuple[Process, ...]:
    return tuple(
        process(100 + n, command.format(f"{n:08x}-0000-4000-8000-{n:012x}"), 50, **more)
        for n in range(count)
    )


PARENT = process(50, "node /srv/app.js")


def test_eight_idle_children_with_jobs_of_their_own_are_leaked() -> None:
    assert machine(PARENT, *_children(7)).leaks == ()
    [leak] = machine(PARENT, *_children(8)).leaks
    assert (leak.parent.pid, len(leak.children), leak.confidence) == (50, 8, Confidence.LIKELY)


def test_that_become_more_and_none_ends_is_certain() -> None:
    [grown] = machine(PARENT, *_children(20), earlier=(PARENT, *_children(12))).leaks
    assert grown.confidence is Confidence.CERTAIN
    [replaced] = machine(PARENT, *_children(20)[8:], earlier=(PARENT, *_children(12))).leaks
    assert replaced.confidence is Confidence.LIKELY
    [soon] = machine(PARENT, *_children(20), earlier=(PARENT, *_children(12)), seconds=30).leaks
    assert soon.confidence is Confidence.LIKELY


@pytest.mark.parametrize(
    ("parent", "children"),
    [
        (PARENT, _children(12, "python task.py --job {}", cpu_seconds=900.0)),  # at work
        (PARENT, _children(12, "python task.py --job {}", tty="pts/1")),  # at a terminal
        (process(50, "nginx: master process"), _children(12, "nginx: worker process")),
        (process(50, "tmux new -d"), _children(12, "python task.py --job {}")),
        (process(50, "python task.py"), _children(12, "python task.py --job {}")),  # a pool of its own
        (
            PARENT,
            tuple(process(100 + n, f"mcp-remote https://{n}.example.com/{'x' * n}", 50) for n in range(9)),
        ),
    ],
)
def test_no_leak(parent: Process, children: tuple[Process, ...]) -> None:
    assert machine(parent, *children).leaks == ()


def test_equal_idle_workers_are_possible_at_most() -> None:
    [leak] = machine(PARENT, *_children(12, "python worker.py")).leaks
    assert leak.confidence is Confidence.POSSIBLE


def test_the_same_daemon_twice_is_a_duplicate() -> None:
    [group] = machine(process(10, WORKER), process(11, WORKER)).duplicates
    assert (len(group.members), group.keeper) == (2, None)
    [with_keeper] = machine(process(10, WORKER), process(11, WORKER), process(12, "task", 11)).duplicates
    assert [one.pid for one in with_keeper.superfluous] == [10]


@pytest.mark.parametrize(
    "second",
    [
        process(11, f"{WORKER} --port 4002"),
        process(11, WORKER, user="other"),
        process(11, WORKER, 10),  # its own child
        process(11, WORKER, age=2.0),  # takes over from the other
        process(11, "node /srv/other.cjs --daemon"),
        process(11, "claude mcp serve"),
    ],
)
def test_no_duplicate(second: Process) -> None:
    assert machine(process(10, WORKER), second).duplicates == ()


def test_sessions_and_data_directories_are_shared_by_trees_not_by_wrappers() -> None:
    claude = "claude --resume 9c3f8849-536b-4fb9"
    chroma = "chroma-mcp --data-dir /srv/data/"
    [session] = machine(process(10, claude), process(11, claude), process(12, claude, 11)).sessions
    assert [one.pid for one in session.members] == [10, 11]
    assert machine(process(10, claude), process(11, claude, 10)).sessions == ()
    [data] = machine(process(10, chroma), process(11, chroma.rstrip("/"))).shared_data
    assert data.shared.rstrip("/") == "/srv/data"
    assert machine(process(10, chroma), process(11, "chroma-mcp --data-dir /srv/other")).shared_data == ()


def _looks(child: Callable[[int], tuple[Process, ...]], count: int = 8) -> Machine:
    init, parent = process(1, "/sbin/init", 0), process(50, "node /srv/app.js")
    tables = tuple(
        ProcessTable(
            f"{n}.txt",
            f"{n}.txt:1",
            (init, parent, *(replace(one, started_at=AT + timedelta(seconds=n)) for one in child(n))),
            at=AT + timedelta(seconds=n + 0.5),
        )
        for n in range(count)
    )
    return Machine(Case(tables=tables))


@pytest.mark.parametrize(
    ("command", "level"),
    [
        ("node /srv/crash.js", Confidence.LIKELY),
        ("chroma-mcp --client", Confidence.LIKELY),
        ("/usr/local/bin/poll", Confidence.POSSIBLE),
        ("sleep 1", None),
        ("git status", None),
    ],
)
def test_what_comes_back_is_a_loop(command: str, level: Confidence | None) -> None:
    found = _looks(lambda n: (process(1000 + n, command, 50),)).loops
    assert [loop.confidence for loop in found] == ([level] if level else [])
    assert all(len(loop.starts) == 8 and loop.parent_pid == 50 for loop in found)


def test_no_loop() -> None:
    stays = _looks(lambda _: (process(1000, "node /srv/stays.js", 50, started_at=AT, start_ticks=1),))
    side_by_side = _looks(
        lambda n: tuple(process(1000 + 2 * n + k, "node /srv/job.js", 50) for k in (0, 1))
    )
    in_turn = _looks(lambda n: (process(1000 + n, f"node /srv/test{n % 3}.js", 50),), count=12)
    assert stays.loops == ()
    assert side_by_side.loops == ()
    assert {loop.confidence for loop in in_turn.loops} == {Confidence.POSSIBLE}


def _listener(pid: int, socket: str, address: str = "127.0.0.1") -> Listener:
    return Listener("ss.txt", "ss.txt:2", address, 37777, pid, socket)


def test_one_port_of_two_trees_is_a_conflict() -> None:
    two = (process(10, WORKER), process(11, WORKER))
    [found] = machine(*two, listeners=(_listener(10, "a"), _listener(11, "b"))).conflicts
    assert (found.port, found.confidence) == (37777, Confidence.CERTAIN)
    [by_name] = machine(*two, listeners=(_listener(10, "a"), _listener(11, "b", "::1"))).conflicts
    assert (by_name.address, by_name.confidence) == ("localhost", Confidence.POSSIBLE)
    assert machine(*two, listeners=(_listener(10, "a"), _listener(11, "a"))).conflicts == ()  # one socket
    pool = (PARENT, process(10, WORKER, 50), process(11, WORKER, 50))
    assert machine(*pool, listeners=(_listener(10, "a"), _listener(11, "b"))).conflicts == ()


@pytest.mark.parametrize(
    ("file", "stale"),
    [
        (PidFile("w.pid", 99), "no process has pid 99"),
        (PidFile("w.pid", 10, started_at=AT - timedelta(hours=2)), "it started 1 h after the file says"),
        (PidFile("w.pid", 10, port=37777), "port 37777 belongs to pid 11"),
        (PidFile("w.pid", 10, started_at=AT - timedelta(minutes=59)), None),
        (PidFile("w.pid", 10), None),
    ],
)
def test_pid_files(file: PidFile, stale: str | None) -> None:
    two = (process(10, WORKER), process(11, "node /srv/other.js"))
    found = machine(*two, pid_files=(file,), listeners=(_listener(11, "b"),)).stale_pid_files
    assert [one.reason for one in found] == ([stale] if stale else [])


def test_cpu_is_that_of_the_window() -> None:
    before = process(10, "node /srv/app.js", cpu_seconds=100.25, cpu_share=0.01)
    now = replace(before, cpu_seconds=135.25)
    assert machine(now, earlier=(before,)).looks.cpu(now).share == pytest.approx(0.5)
    assert machine(now).looks.cpu(now).share == 0.01


def test_loops_of_parents_end() -> None:
    one, other = process(10, "node a.js", 11), process(11, "node b.js", 10)
    ring = machine(one, other, process(12, "node c.js", 12))
    assert len(list(ring.tree.descendants(one))) == 1
    assert ring.verdicts is not None
    assert len(ring.with_descendants((one, other))) == 2
