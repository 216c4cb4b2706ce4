"""Zombies, loops, ports, files, leaked children, duplicates: set 1, known when the rules were written."""

import json
import shutil
import socket
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from memdoctor.analysis.processes.machine import DUPLICATE, LEAKED, RESPAWN, ZOMBIE
from memdoctor.findings import Confidence

from planting import PIPES, Child, Plants, children_of, listening
from scenario_rows import (
    ANY,
    SURE,
    WEAK,
    Row,
    blamed_for_loop,
    blamed_for_zombies,
    conflict,
    stale_executable,
    stale_pid_file,
)

_WINDOW = ("window", "in 2 h")
_NEGLIGENT = """
import os, signal
signal.alarm(600)
kept = [os.posix_spawn("/bin/true", ["true"], os.environ) for _ in range(4)]
while True: signal.pause()
"""
RESPAWNER = """
import os, signal, subprocess, sys, time
signal.alarm(600)
while True:
    subprocess.run(sys.argv[2:], env={**os.environ, "MEMDOCTOR_ROLE": sys.argv[1]})
    time.sleep(0.1)
"""
_SERVER = """
import os, signal, socket, sys
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
server.bind(("127.0.0.1", int(sys.argv[1])))
server.listen()
signal.alarm(600)
for _ in range(int(sys.argv[2])):
    if not os.fork(): break
while True: signal.pause()
"""
_POOL = """
import os, signal
signal.alarm(600)
for _ in range(12):
    if not os.fork(): break
while True: signal.pause()
"""


def _zombies(plants: Plants) -> None:
    parent = plants.start("negligent", *plants.python("negligent.py", _NEGLIGENT)).pid
    plants.note("negligent", parent)
    ended = plants.wait(lambda: len(z := children_of(parent, "Z")) == 4 and z, "four zombies")
    plants.note("zombies", *ended)


def _respawns(plants: Plants) -> None:
    crash = plants.python("crash.py", "import sys, time; time.sleep(0.4); sys.exit(1)")
    plants.start("respawner", *plants.python("supervisor.py", RESPAWNER), "crash", *crash)
    plants.find("respawner")


def _node_respawns(plants: Plants) -> None:
    crash = plants.node("crash.js", "setTimeout(() => process.exit(1), 400)")
    plants.start("node-respawner", *plants.python("supervisor.py", RESPAWNER), "node-crash", *crash)
    plants.find("node-respawner")


def _polls(plants: Plants) -> None:
    plants.start("poll", "sh", "-c", "while :; do date > /dev/null; sleep 0.3; done")
    plants.find("poll", runs="^sh -c")


def _free_port() -> int:
    """Return a port that nobody waits on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _ports(plants: Plants) -> None:
    server = plants.python("server.py", _SERVER)
    pair, shared, workers = (str(_free_port()) for _ in range(3))
    for number in range(2):
        one = Child("port-pair", (*server, pair, "0"), session=True)
        plants.grow(Child(f"port-starter-{number}", children=(one,), ends=True))
    plants.find("port-pair", count=2)
    plants.start("prefork", *server, shared, "2")
    plants.find("prefork", count=3)
    plants.grow(Child("master", children=tuple(Child("worker", (*server, workers, "0")) for _ in "12")))
    plants.find("worker", count=2)
    wanted = {pair: 2, shared: 1, workers: 2}
    plants.wait(lambda: all(listening(int(port)) == n for port, n in wanted.items()), "the servers")


def _deleted(plants: Plants) -> None:
    place, sleep = plants.file("old/sleep"), shutil.which("sleep")
    shutil.copy(sleep or "/bin/sleep", place)
    plants.start("deleted", str(place), "600")
    plants.find("deleted", runs="old/sleep")
    place.unlink()


def _pid_files(plants: Plants) -> None:
    ended = plants.start("dead", "true")
    ended.wait(10)
    plants.start("named", *plants.python("named.py"))
    [pid] = plants.find("named", runs="named.py")
    hour = timedelta(hours=1)
    files = {
        "dead.pid": {"pid": ended.pid},
        "reused.pid": {"pid": pid, "startedAt": (datetime.now(UTC) - hour).isoformat()},
        "right.pid": {"pid": pid, "startedAt": datetime.now(UTC).isoformat()},
    }
    folder = plants.home / ".thing"
    folder.mkdir(exist_ok=True)
    for name, facts in files.items():
        (folder / name).write_text(json.dumps(facts), encoding="utf-8")
    (folder / "plain.pid").write_text(f"{pid}\n", encoding="utf-8")


def _leaks(plants: Plants) -> None:
    helper = plants.python("helper.py")
    ids = (str(uuid4()) for _ in range(12))
    children = tuple(Child("leaked", (*helper, "--resume", one), streams=PIPES) for one in ids)
    plants.grow(Child("leaking", children=children))
    plants.find("leaked", count=12)


def _pools(plants: Plants) -> None:
    worker = plants.python("render.py")
    plants.grow(
        Child("pool-master", children=tuple(Child("pool", worker, streams=PIPES) for _ in range(12)))
    )
    plants.find("pool", count=12)
    plants.start("forked", *plants.python("forking.py", _POOL))
    plants.find("forked", count=13)


def daemons(plants: Plants, role: str, *commands: tuple[str, ...], folders: tuple[str, ...] = ()) -> None:
    """Plant daemons that lead sessions of their own, each left by whoever started it."""
    for number, argv in enumerate(commands):
        folder = folders[number] if folders else None
        child = Child(role, argv, session=True, folder=folder)
        plants.grow(Child(f"{role}-starter-{number}", children=(child,), ends=True))
    plants.find(role, count=len(commands))


def _daemons(plants: Plants) -> None:
    served, own = plants.python("served.py"), ("--name", plants.mark[:8])
    daemons(
        plants, "two-ports", *((*served, "--daemon", "--port", port, *own) for port in ("4001", "4002"))
    )
    daemons(plants, "twice", *((*served, "--daemon", "--port", "4003", *own) for _ in range(2)))


_CERTAIN = frozenset({Confidence.CERTAIN})
_LIKELY = frozenset({Confidence.LIKELY})
ROWS = (
    Row("zombies", _zombies, "zombies", ZOMBIE, _CERTAIN),
    Row("parent of zombies", _zombies, "negligent", ZOMBIE, _CERTAIN, judge=blamed_for_zombies),
    Row("restarts a crashing program", _respawns, "respawner", RESPAWN, SURE, (), blamed_for_loop, _WINDOW),
    Row("… it itself", _respawns, "respawner", RESPAWN, SURE, views=_WINDOW),
    Row(
        "restarts crashing Node",
        _node_respawns,
        "node-respawner",
        RESPAWN,
        SURE,
        ("node",),
        blamed_for_loop,
        _WINDOW,
    ),
    Row("shell that polls date and sleeps", _polls, "poll", levels=WEAK, judge=blamed_for_loop),
    Row("two unrelated servers on one port", _ports, "port-pair", "port-conflict", SURE, judge=conflict),
    Row("prefork servers on one socket", _ports, "prefork", judge=conflict),
    Row("one parent's workers on one port", _ports, "worker", judge=conflict),
    Row("its program was deleted", _deleted, "deleted", "stale-executable", ANY, judge=stale_executable),
    Row("file of a dead pid", _pid_files, ".thing/dead.pid", "stale-pidfile", ANY, judge=stale_pid_file),
    Row(
        "file of a pid used again",
        _pid_files,
        ".thing/reused.pid",
        "stale-pidfile",
        ANY,
        judge=stale_pid_file,
    ),
    Row("right file, with a time", _pid_files, ".thing/right.pid", judge=stale_pid_file),
    Row("right file, a bare number", _pid_files, ".thing/plain.pid", judge=stale_pid_file),
    Row("12 children of different sessions", _leaks, "leaked", LEAKED, _LIKELY, views=_WINDOW),
    Row("12 equal workers of another script", _pools, "pool", levels=WEAK),
    Row("12 workers forked from the parent", _pools, "forked", levels=WEAK),
    Row("daemon on two ports", _daemons, "two-ports", levels=WEAK),
    Row("daemon twice, same arguments", _daemons, "twice", DUPLICATE, SURE, ("session",), views=_WINDOW),
)
