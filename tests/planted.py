"""Inputs of every kind that memdoctor reads, each with secrets of every kind planted in it."""

import gzip
import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from builders import GIB, bun, write
from conftest import FIXTURES
from snapshots import Snapshot

USER, HOST, MACHINE = "zoewexler", "db-zq7.corp.internal", "buildbox-zq7"
PASSWORD, TOKEN = "Corr3ctHorseZebra", "ghp_Zq8vT3xYwK1mNp5rS7uB9cD2eF4gH6jL0aQw"
BEARER, AWS, VALUE = "zXbearerPlanted4711Qv", "AKIAPLANTEDKEY4711QZ", "plantedenvvalue88"
JWT = "eyJhbGciOiJQbGFudGVkIn0.eyJzdWIiOiJQbGFudGVkMTIifQ.UGxhbnRlZFNpZ25hdHVyZQ"
COOKIE, ID = "sid=plantedcookie77; theme=darkplanted", "4f2d9c1e-7b3a-4d8e-9f10-a1b2c3d4e5f6"
HOME = f"/home/{USER}/secret-project"
URL = f"https://{USER}:{PASSWORD}@{HOST}:5432/x?token=plantedquery55"
IPV4, IPV6, EMAIL = "10.47.11.203", "fd00:4711:beef::77", "zoe.wexler@acme-zq.example"

# What must be in no output, also not as a piece of what was planted.
PIECES = (
    *(USER, HOST, "db-zq7", MACHINE, PASSWORD, TOKEN, TOKEN[4:20], BEARER, AWS, VALUE),
    *("eyJhbGci", "UGxhbnRlZFNpZ25hdHVyZQ", "plantedcookie77", "darkplanted", ID[:13], "plantedquery55"),
    *(IPV4, IPV6, "zoe.wexler", "plantedheapstring"),
)
TEXTS = (
    *(
        f"password={PASSWORD}",
        TOKEN,
        f"Authorization: Bearer {BEARER}",
        f"AWS_SECRET_ACCESS_KEY={VALUE}",
        AWS,
    ),
    *(JWT, f"Cookie: {COOKIE}", f'{{"set-cookie": ["{COOKIE}"]}}', f"session {ID}", f"{HOME}/x.js", URL),
    *(
        f"connect ECONNREFUSED {IPV4}:5432",
        f"peer {IPV6}",
        f"mail {EMAIL}",
        f"{USER}@{MACHINE}: {USER} asked",
    ),
    *(
        f"getaddrinfo ENOTFOUND {HOST}",
        f"C:\\Users\\{USER}\\x",
        f"mysql -p{PASSWORD} db",
        f"Basic {BEARER}==",
    ),
)
ALL = " ; ".join(TEXTS)


def inputs(folder: Path) -> dict[str, list[str]]:
    """Write all inputs below a home folder, and return the command that reads each."""
    home = folder / "home" / USER
    home.mkdir(parents=True)
    files = {
        name: str(_written(home / file, made))
        for name, file, made in (
            ("dump", "dump.json", _dump()),
            ("node report", "report.json", _node_report()),
            ("recording", "run.jsonl", _recording()),
            ("listing", "ps.txt", _listing()),
            ("pm2 jlist", "jlist.json", _jlist()),
            ("pm2 describe", "describe.txt", _describe()),
            ("log", "app-error.log", _log()),
            ("snapshot", "a.heapsnapshot", _snapshot(1)),
            ("later snapshot", "b.heapsnapshot", _snapshot(400)),
            *_others(),
        )
    }
    calls = {name: ["analyze", file] for name, file in files.items()}
    calls["series"] = ["analyze", files["snapshot"], files["later snapshot"], "--every", "5m"]
    calls["mixed"] = ["analyze", *files.values()]
    calls["processes"] = ["ps", files["listing"], "--show-args", "--tree"]
    calls["apps"] = ["pm2", files["pm2 jlist"], files["log"]]
    calls["missing"] = ["analyze", f"{HOME}/no.json", URL, f"{TOKEN}.json"]
    return calls | {f"heap {view[0]}": ["heap", *view] for view in _views(files["snapshot"])}


def _views(snapshot: str) -> Iterator[list[str]]:
    yield from (["strings", snapshot, "--show-strings"], ["classes", snapshot], ["dominators", snapshot])
    yield from (["node", "@7", snapshot, "--show-strings"], ["retainers", "(string)", snapshot])


def _written(path: Path, made: Any) -> Path:
    if isinstance(made, str):
        path.write_text(made, encoding="utf-8")
        return path
    return write(path, made)


def _others() -> Iterator[tuple[str, str, str]]:
    """Yield real captures of other kinds, with what is planted in the place of names, paths and options."""
    windows = {
        "DEVBOX": MACHINE,
        "\\\\dev\\\\": f"\\\\{USER}\\\\",
        "\\dev": f"\\{USER}",
        "--allow=": f"--token {TOKEN} --url {URL} --allow=",
    }
    posix = {
        "/srv/lab/proc": HOME,
        '"root"': f'"{USER}"',
        "--resume": f"--url {URL} --password {PASSWORD} --resume",
    }
    for name, file, changes in (
        ("tasklist", "ps/tasklist_v.csv", windows),
        ("wmic", "ps/wmic.csv", windows),
        ("cim", "ps/cim.json", windows),
        ("psutil", "ps/psutil.json", posix),
        ("pstree", "ps/pstree_pal.txt", {"-- a b --x": f"--token {TOKEN} {URL}"}),
        ("sockets", "ps/ss_ltnp.txt", {"127.0.0.1": IPV4, "MainThread": f"{USER}@{MACHINE}"}),
        ("pm2 log", "logs/pm2-v6.log", {"healthy": TOKEN, "/srv/lab": HOME}),
        ("pm2 ls", "pm2/v6/06_list.txt", {"crashloop": TOKEN[:9], "root": USER[:4]}),
        ("prometheus", "tables/prometheus.txt", {"bytes 4": f'bytes{{instance="{HOST}",u="{USER}"}} 4'}),
        ("pasted", "pasted/33320-wrong-narrative.md", {"{": f"{ALL}\n{{"}),
        ("rejection", "logs/rejection-reason-node20.err", {"Error": f"Error {ALL}"}),
    ):
        text = (FIXTURES / file).read_text(encoding="utf-8")
        for old, new in changes.items():
            text = text.replace(old, new)
        yield name, Path(file).name, text
    heap = json.loads(lzma.decompress((FIXTURES / "snapshots" / "bunjsc-a-1.jsc.json.xz").read_bytes()))
    heap["nodeClassNames"] = [
        f"{name} {TEXTS[n % len(TEXTS)]}" for n, name in enumerate(heap["nodeClassNames"])
    ]
    yield "bun's snapshot", "c.json", json.dumps(heap)


def _dump() -> dict[str, Any]:
    return bun(
        external=3 * GIB,
        rss=GIB,
        buffers=3 * GIB,
        sessionId=ID,
        trigger=ALL[:900],
        platform=f"linux {MACHINE} {USER}@{MACHINE}",
        ccVersion=f"2.1 {TOKEN}",
        nodeVersion=f"v24 {URL}",
        protectedObjectTypeCounts={"StatWatcher": 300, f"X {EMAIL}": 400},
        analysis={"potentialLeaks": list(TEXTS)},
        smapsRollup=ALL,
    )


def _node_report() -> dict[str, Any]:
    report: dict[str, Any] = json.loads((FIXTURES / "reports" / "node22.json").read_text())
    report["header"] |= {"host": HOST, "cwd": HOME, "commandLine": ["node", f"{HOME}/x.js", *TEXTS]}
    report["header"]["networkInterfaces"] = [{"name": "eth0", "address": IPV4}, {"address": IPV6}]
    report["environmentVariables"] = {"API_KEY": VALUE, "HOME": f"/home/{USER}", "URL": URL, "C": COOKIE}
    return report


def _recording() -> str:
    lines = (FIXTURES / "recordings" / "leak-and-sawtooth.jsonl").read_text(encoding="utf-8")
    program = json.dumps(f"{HOME}/leak.js {TOKEN} {URL}")
    return lines.replace('"leak.js"', program).replace("leak.js, pid", f"{USER}@{MACHINE} {TOKEN}, pid")


def _listing() -> str:
    head = "USER PID PPID SID STAT RSS ELAPSED COMMAND\n"
    now, daemon = "S 90000 03:00:00 node", f"{HOME}/d.js --daemon --resume {ID}"
    rows = [
        f"{USER} {100 + n} 1 {90 + n} {now} {HOME}/mcp-server.cjs {text}" for n, text in enumerate(TEXTS)
    ]
    twice = [f"{USER} {200 + n} 1 {200 + n} {now} {daemon}" for n in range(3)]
    zombies = [f"{USER} {300 + n} 100 90 Z 0 03:00:00 [{MACHINE}] <defunct>" for n in range(4)]
    return head + "\n".join(["root 1 0 1 S 9000 12-03:00:00 /sbin/init", *rows, *twice, *zombies]) + "\n"


def _jlist() -> list[dict[str, Any]]:
    apps: list[dict[str, Any]] = json.loads(
        gzip.decompress((FIXTURES / "pm2/v6/06_jlist.txt.gz").read_bytes())
    )
    for number, app in enumerate(apps):
        app["name"] = f"{TEXTS[number % len(TEXTS)]}"[:60]
        app["pm2_env"] |= {
            "pm_exec_path": f"{HOME}/app.js",
            "pm_cwd": HOME,
            "pm_err_log_path": f"{HOME}/err.log",
            "pm_out_log_path": f"{HOME}/out.log",
            "args": list(TEXTS),
            "username": USER,
            "env": {"TOKEN": TOKEN, "DB": URL, "V": VALUE},
            "TOKEN": TOKEN,
            "V": VALUE,
        }
    return apps


def _describe() -> str:
    text = (FIXTURES / "pm2" / "v6" / "07_describe_leaky.txt").read_text(encoding="utf-8")
    return text.replace("/srv/lab/proc/pm2", HOME).replace("│ N/A ", f"│ --token {TOKEN} {URL} ", 1)


def _log() -> str:
    errors = [
        f"{text}\n\nError: {text}\n    at Object.<anonymous> ({HOME}/x.js:1:1)\n\nNode.js v22.1.0\n"
        for text in TEXTS
    ]
    missing = f"Error: Cannot find module '{HOME}/{TOKEN}.js'\nRequire stack:\n- {HOME}/x.js\n"
    port = f"Error: listen EADDRINUSE: address already in use {IPV4}:5432\n"
    rejected = f'[UnhandledPromiseRejection: reason "{ALL}"]\n'
    when = "2026-11-20T09:25:52Z "
    return "".join(f"{when}{block}" for block in (*errors, missing, port, rejected))


def _snapshot(count: int) -> dict[str, Any]:
    heap = Snapshot()
    root = heap.global_object()
    holder = heap.object("Cache", 64, holder=root, key="cache")
    first = heap.node("string", f"plantedheapstring {ALL}", 4_000)
    heap.edge(holder, first, "first")
    owner = heap.object(f"Conn {URL}", 64, holder=holder, key=f"{EMAIL}")
    for number in range(count + 20):
        text = heap.node("string", f"plantedheapstring {TOKEN}", 200)
        heap.edge(owner, text, number, "element")
        heap.edge(
            owner, heap.node("string", f"plantedheapstring {number} {PASSWORD}", 200), f"{HOME}/{number}"
        )
    return heap.document()
