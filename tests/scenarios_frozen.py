"""Processes of set 3: written and labelled when the rule was frozen."""

import re
import shlex
import socket
import sys
from pathlib import Path
from uuid import uuid4

from memdoctor.analysis.processes.machine import DUPLICATE, LEAKED, ORPHAN, RESPAWN, ZOMBIE

from planting import (
    IDLE,
    IDLE_JS,
    PIPES,
    PYTHON,
    SAME,
    Child,
    Plants,
    children_of,
    command_of,
    open_targets,
    stat,
)
from scenario_rows import ANY, SURE, WEAK, Row, blamed_for_loop, blamed_for_zombies, conflict
from scenarios import forked_twice, orphaned

_RUNS_PYTHON, _RUNS_NODE = f"^[^ ]*{PYTHON} ", r"^\S*node "
_TO_PARENT = ("null", "pipe", "pipe")
# The reloader of a web server: its worker is spawned by multiprocessing, and keeps the port.
_RELOADER = """
import multiprocessing, os, signal, socket
def serve():
    signal.alarm(600)
    kept = socket.create_server(("127.0.0.1", 0))
    while True: signal.pause()
if __name__ == "__main__":
    signal.alarm(600)
    os.environ["MEMDOCTOR_ROLE"] = "reloaded"
    kept = multiprocessing.get_context("spawn").Process(target=serve)
    kept.start()
    while True: signal.pause()
"""
# Workers that are replaced after every task, on purpose.
_RENEWING = """
import multiprocessing, signal, time
if __name__ == "__main__":
    signal.alarm(600)
    fork = multiprocessing.get_context("fork")
    with fork.Pool(2, initializer=signal.alarm, initargs=(600,), maxtasksperchild=1) as pool:
        for _ in pool.imap(time.sleep, (0.8 for _ in range(700))): pass
"""
# What pytest-xdist does: each gateway reads its program from its input.
_XDIST = """
import os, signal, subprocess, sys
signal.alarm(600)
def gateway():
    started = subprocess.Popen([sys.executable, "-u", "-c", "import sys;exec(eval(sys.stdin.readline()))"],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               env={**os.environ, "MEMDOCTOR_ROLE": "xdist"})
    started.stdin.write(repr("import time; time.sleep(600)").encode() + b"\\n")
    started.stdin.flush()
    return started
kept = [gateway() for _ in range(12)]
while True: signal.pause()
"""
_PROXY = """
import signal, socket, sys
host, port = sys.argv[4], int(sys.argv[6])
kept = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
signal.alarm(600)
while True: signal.pause()
"""
_READY = "import signal\nsignal.alarm(600)\nprint('{}', flush=True)\nwhile True: signal.pause()\n"
_SERVES = """
const [host = '127.0.0.1', port = '0'] = process.argv.slice(2);
require('node:http').createServer((_, answer) => answer.end()).listen(Number(port), host);
"""
_NEXT_SERVER = "process.title = 'next-server (v14.2.3)';" + _SERVES
# Takes the next port if its own is taken.
_VITE = """
let port = 5173;
const server = require('node:http').createServer((_, answer) => answer.end());
server.on('error', () => server.listen(++port, '127.0.0.1'));
server.listen(port, '127.0.0.1');
"""
_CRASHES = "setTimeout(() => { console.error('ECONNREFUSED 127.0.0.1:5432'); process.exit(1); }, 600);"
# Talks with a server behind a shell, and ends only the shell.
_WRAPS = """
const { spawn } = require('node:child_process');
const env = { ...process.env, MEMDOCTOR_ROLE: 'wrapped' };
const shell = spawn('sh', ['-c', '"$@"; :', 'sh', ...process.argv.slice(2)], { stdio: 'pipe', env });
shell.stdout.once('data', () => shell.kill('SIGKILL'));
"""
_CONVERTS = """
const { spawn } = require('node:child_process');
const env = { ...process.env, MEMDOCTOR_ROLE: 'converter' };
const [uploads, program, ...rest] = process.argv.slice(2);
const start = (file) => spawn(program, [...rest, file], { stdio: 'pipe', env });
globalThis.kept = uploads.split(',').map((one) => start(`/tmp/upload-${one}.pdf`));
"""
# PID 1 of a container, that nobody told to wait for what it takes in.
_TAKES_IN = """
const { spawn } = require('node:child_process');
for (let n = 0; n < 4; n++) spawn('sh', ['-c', 'sleep 0.2 & exit 0'], { stdio: 'ignore' });
"""
_CONCURRENTLY = """
const { spawn } = require('node:child_process');
const env = { ...process.env, MEMDOCTOR_ROLE: 'concurrent' };
globalThis.kept = process.argv.slice(2).map((line) => spawn(line, { shell: true, stdio: 'pipe', env }));
"""


def _forks(role: str, path: str, options: str, streams: str) -> str:
    """Return a Node program that forks another one, with a channel to it."""
    return f"""
const {{ fork }} = require('node:child_process');
const env = {{ ...process.env, MEMDOCTOR_ROLE: '{role}' }};
globalThis.kept = fork(`${{__dirname}}/{path}`, {options}, {{ stdio: '{streams}', env }});
{IDLE_JS}"""


def _typed(plants: Plants, name: str, line: str) -> None:
    """Open a terminal with an interactive shell, and type a line into it."""
    window = Child(f"{name}-window", ("bash", "--norc", "-i"), streams=SAME)
    plants.grow(Child(f"{name}-emulator", children=(window,), terminal=True))
    plants.find(window.role)
    plants.type(f"{name}-emulator", f"{line}\n")


def _wait_until_left(plants: Plants, role: str, words: str) -> None:
    """Wait until a process has another parent than the one with such a command."""
    [(pid, _)] = plants.known[role]
    plants.wait(lambda: words not in command_of(stat(pid).parent), f"the end of {words}")


def _has_socket(pid: int) -> bool:
    return any(target.startswith("socket:") for target in open_targets(pid))


def _two_family_port() -> int:
    """Return a port that nobody waits on, in either family of addresses."""
    with socket.socket() as four, socket.socket(socket.AF_INET6) as six:
        four.bind(("127.0.0.1", 0))
        port = int(four.getsockname()[1])
        six.bind(("::1", port))
        return port


def _wait_for_both(plants: Plants, port: int) -> None:
    """Wait until a port answers on both loopback addresses."""

    def answers(host: str) -> bool:
        try:
            with socket.create_connection((host, port), timeout=1):
                return True
        except OSError:
            return False

    plants.wait(lambda: answers("127.0.0.1") and answers("::1"), f"both servers on {port}")


def _reloaded(plants: Plants) -> None:
    call = (*plants.python("uvicorn", _RELOADER), "shop:app", "--reload")
    plants.grow(Child("reload-agent", children=(Child("reloader", call, streams=_TO_PARENT),)))
    [pid] = plants.find("reloaded", runs="spawn_main")
    plants.wait(lambda: _has_socket(pid), "the worker's port")
    plants.find("reloader")
    plants.kill("reloader")


def _next(plants: Plants) -> None:
    folder = "store/node_modules/next/dist"
    plants.node(f"{folder}/lib/start-server.js", _NEXT_SERVER + IDLE_JS)
    program = _forks("next-server", "../lib/start-server.js", "[]", "inherit")
    call = shlex.join((*plants.node(f"{folder}/bin/next", program), "dev"))
    _typed(plants, "next", f"MEMDOCTOR_ROLE=next-cli {call}")
    plants.find("next-server", runs="^next-server")
    plants.find("next-cli", runs=_RUNS_NODE)
    plants.kill("next-cli")


def _ci(plants: Plants) -> None:
    server = shlex.join(plants.node("checkout/server.js", _SERVES + IDLE_JS))
    step = plants.file("_temp/step.sh", f"MEMDOCTOR_ROLE=ci-server {server} &\nsleep 0.5\necho tested\n")
    call = ("bash", "--noprofile", "--norc", "-e", str(step))
    plants.grow(Child("ci-runner", children=(Child("ci-step", call, streams=_TO_PARENT),)))
    plants.find("ci-server", runs=_RUNS_NODE)
    _wait_until_left(plants, "ci-server", step.name)


def _browser(plants: Plants) -> None:
    # It is Python under another name, and runs a folder: that is its page.
    page = plants.file("page/__main__.py", IDLE)
    chrome = plants.folder / "chrome-linux64" / "chrome"
    chrome.parent.mkdir()
    chrome.symlink_to(Path(sys.executable).resolve())
    profile = "--user-data-dir=/tmp/puppeteer_dev_chrome_profile-Xa31Qf"
    options = ("--headless=new", "--no-sandbox", "--remote-debugging-port=0", profile)
    call = (str(chrome), str(page.parent), *options)
    orphaned(plants, Child("browser", call, streams=_TO_PARENT, session=True), leader=False)


def _wrapped(plants: Plants) -> None:
    server = (*plants.python("mcp-server-time", _READY), "--local-timezone", "UTC")
    plants.start("wrapping-agent", *plants.node("agent.js", _WRAPS + IDLE_JS), *server, terminal=True)
    plants.find("wrapped", runs=_RUNS_PYTHON)
    _wait_until_left(plants, "wrapped", "mcp-server-time")


def _convert(plants: Plants) -> None:
    uploads = ",".join(uuid4().hex[:10] for _ in range(14))
    call = (
        *plants.node("upload-api.js", _CONVERTS + IDLE_JS),
        uploads,
        *plants.python("convert.py"),
        "--in",
    )
    plants.start("upload-api", *call)
    plants.find("converter", count=14)


def _vite_twice(plants: Plants) -> None:
    call = plants.node("shop-front/node_modules/.bin/vite", _VITE + IDLE_JS)
    folder = shlex.quote(str(plants.folder / "shop-front"))
    for name in ("vite-1", "vite-2"):
        _typed(plants, name, f"cd {folder} && MEMDOCTOR_ROLE=vite {shlex.join(call)}")
    plants.find("vite", runs=_RUNS_NODE, count=2)


def _takes_in(plants: Plants) -> None:
    call = ("unshare", "-pf", "--mount-proc", *plants.node("app/main.js", _TAKES_IN + IDLE_JS))
    plants.start("node-as-1", *call)
    [pid] = plants.find("node-as-1", runs=f"{_RUNS_NODE}.*main.js$")
    plants.wait(lambda: len(children_of(pid, "Z")) == 4, "four zombies")


def _until(plants: Plants) -> None:
    server = shlex.join(plants.node("orders/server.js", _CRASHES))
    loop = f"until {server} || test $SECONDS -gt 600; do echo restarting; sleep 0.5; done"
    plants.start("until", "bash", "-c", loop)
    plants.find("until", runs="^bash -c")


def _split_port(plants: Plants) -> None:
    port = _two_family_port()
    for name, host in (("api/server.js", "127.0.0.1"), ("web/preview.js", "::1")):
        call = shlex.join((*plants.node(name, _SERVES + IDLE_JS), host, str(port)))
        _typed(plants, f"split-{Path(name).stem}", f"MEMDOCTOR_ROLE=split-port {call}")
    plants.find("split-port", runs=_RUNS_NODE, count=2)
    _wait_for_both(plants, port)


def _concurrently(plants: Plants) -> None:
    programs = [plants.python(f"packages/{name}.py") for name in ("api", "jobs", "types")]
    lines = [f"cd {plants.folder} && {shlex.join(one)} --watch" for one in programs]
    lines.append(f"{shlex.join(plants.node('packages/css.js'))} --watch")
    plants.start(
        "concurrently", *plants.node("concurrently.js", _CONCURRENTLY + IDLE_JS), *lines, terminal=True
    )
    plants.find("concurrent", runs=rf"^\S*({re.escape(PYTHON)}|node) ", count=4)


def _editor(plants: Plants) -> None:
    plants.node("ide-server/out/ext/server.js", IDLE_JS)
    options = "['--node-ipc', `--clientProcessId=${process.pid}`]"
    host = _forks("ide-language", "ext/server.js", options, "pipe")
    plants.node("ide-server/out/bootstrap-fork.js", host)
    main = _forks("ide-host", "bootstrap-fork.js", "['--type=extensionHost']", "pipe")
    server = (*plants.node("ide-server/out/server-main.js", main), "--start-server", "--port=0")
    call = 'nohup "$@" > ide-server.log 2>&1 < /dev/null &'
    plants.start("ide-server", "sh", "-c", call, "sh", *server).wait(10)
    for role in ("ide-server", "ide-host", "ide-language"):
        plants.find(role, runs=_RUNS_NODE)


def _twin_agents(plants: Plants) -> None:
    folder = str(plants.file("repository/README", "").parent)
    call = (*plants.python("mcp-server-git"), "--repository", ".")
    server = Child("twin-server", call, streams=PIPES, folder=folder)
    for number in range(2):
        agent = Child("twin-agent", children=(server,), streams=SAME, folder=folder)
        plants.grow(Child(f"twin-window-{number}", children=(agent,), terminal=True))
    plants.find("twin-server", count=2)


def _xdist(plants: Plants) -> None:
    plants.start("xdist-master", *plants.python("pytest", _XDIST), "-n", "12", terminal=True)
    plants.find("xdist", runs="readline", count=12)


def _supervised(plants: Plants) -> None:
    call = (*plants.python("mail_worker.py"), "--queue", "default")
    worker = Child("supervised", call, streams=_TO_PARENT, session=True)
    argv = plants.command(Child("supervisord", children=(worker, worker, worker)))
    forked_twice(plants, "supervisord", str(plants.file("supervisord.log")), *argv)
    plants.find("supervised", count=3)


def _renew(plants: Plants) -> None:
    started = plants.start("renew", *plants.python("thumbnails.py", _RENEWING))
    plants.wait(lambda: len(children_of(started.pid, "RS")) == 2, "the workers")
    plants.note("renew", started.pid)


def _train(plants: Plants) -> None:
    command = shlex.join((*plants.python("train.py"), "--epochs", "90"))
    _typed(plants, "train", f"(MEMDOCTOR_ROLE=train {command} > train.log 2>&1 &)")
    plants.find("train", runs=_RUNS_PYTHON)
    _wait_until_left(plants, "train", "--norc")


def _proxies(plants: Plants) -> None:
    port, program = _two_family_port(), plants.python("docker-proxy", _PROXY)
    to = ("-container-ip", "172.17.0.2", "-container-port", "5432")
    children = tuple(
        Child("docker-proxy", (*program, "-proto", "tcp", "-host-ip", host, "-host-port", str(port), *to))
        for host in ("127.0.0.1", "::1")
    )
    plants.grow(Child("dockerd", children=children))
    plants.find("docker-proxy", count=2)
    _wait_for_both(plants, port)


def _credentials(plants: Plants) -> None:
    (plants.folder / "credential").mkdir(mode=0o700)
    keep = "protocol=https\\nhost=example.com\\nusername=me\\npassword=none\\n"
    place = str(plants.folder / "credential" / "socket")
    store = f"git credential-cache --timeout 600 --socket {shlex.quote(place)} store"
    plants.start("credential", "sh", "-c", f"printf '{keep}' | {store}").wait(10)
    plants.find("credential", runs="credential-cache--daemon")


_LATER = ("in 2 h",)
_LONG = ("window", "in 2 h")
_NODE, _BASH, _NOHUP = ("node",), ("bash", "node"), ("nohup", "node")
_ORPHAN, _ON_NODE, _IN_BASH = ("session",), ("session", "node"), ("session", "bash", "node")
_CONTAINER = ("unshare", "node")
_HAS_IPV6 = Path("/proc/net/if_inet6").exists()
_SPLIT = Row(
    "localhost: 127.0.0.1 and ::1 are two projects",
    _split_port,
    "split-port",
    "port-conflict",
    ANY,
    _BASH,
    conflict,
)
_PROXIES = Row("docker-proxy for IPv4 and IPv6", _proxies, "docker-proxy", levels=WEAK, judge=conflict)
ROWS = (
    Row("worker of a killed uvicorn --reload", _reloaded, "reloaded", ORPHAN, SURE, _ORPHAN),
    Row("next-server, its CLI killed, terminal open", _next, "next-server", ORPHAN, ANY, _IN_BASH),
    Row("server a CI step left, runner alive", _ci, "ci-server", ORPHAN, ANY, _IN_BASH),
    Row("headless browser of a killed scraper", _browser, "browser", ORPHAN, SURE, _ORPHAN),
    Row("MCP server of which an agent killed the shell", _wrapped, "wrapped", ORPHAN, ANY, _ON_NODE),
    Row("14 converters that hang, one per upload", _convert, "converter", LEAKED, ANY, _NODE, views=_LATER),
    Row("vite of one project in two terminals", _vite_twice, "vite", DUPLICATE, ANY, _BASH, views=_LONG),
    Row(
        "container's PID 1 is Node, waits for nobody",
        _takes_in,
        "node-as-1",
        ZOMBIE,
        SURE,
        _CONTAINER,
        blamed_for_zombies,
    ),
    Row(
        "until node server.js; do sleep; done", _until, "until", RESPAWN, ANY, _BASH, blamed_for_loop, _LONG
    ),
    *((_SPLIT,) if _HAS_IPV6 else ()),
    Row("concurrently: 4 watchers behind shells", _concurrently, "concurrent", levels=WEAK, needs=_NODE),
    Row("remote editor's server, started by nohup", _editor, "ide-server", levels=WEAK, needs=_NOHUP),
    Row("… language server below its extension host", _editor, "ide-language", levels=WEAK, needs=_NOHUP),
    Row("two agents in one folder, each its MCP server", _twin_agents, "twin-server", levels=WEAK),
    Row("12 gateways of pytest-xdist", _xdist, "xdist", levels=WEAK),
    Row("3 equal workers of a supervisor", _supervised, "supervised", levels=WEAK),
    Row("pool that renews a worker after each task", _renew, "renew", levels=WEAK, judge=blamed_for_loop),
    Row("(train > log &) in a terminal still open", _train, "train", levels=WEAK, needs=("bash",)),
    *((_PROXIES,) if _HAS_IPV6 else ()),
    Row("git's credential daemon", _credentials, "credential", levels=WEAK, needs=("git",)),
)
# What was found wrong when all of it ran for the first time, and why.
WRONG = {
    "worker of a killed uvicorn --reload": "possible for its first minute, then likely",
    "headless browser of a killed scraper": "possible for its first minute, then likely",
    "vite of one project in two terminals": "missed: only what its arguments call a daemon can be twice",
}
