"""Processes of set 2: invented after the rules were written, and nothing was tuned to them."""

import os
import shlex
import signal

from memdoctor.analysis.processes.machine import DESCENDANT, ORPHAN

from planting import IDLE, IDLE_JS, NOTHING, PIPES, PYTHON, SAME, Child, Plants, open_targets, stat
from scenario_rows import ANY, SURE, WEAK, Row, blamed_for_loop
from scenarios import deaf, forked_twice, orphaned
from scenarios_others import RESPAWNER, daemons

_RUNS_PYTHON = f"^[^ ]*{PYTHON} "
# Two programs that talk with each other, started by one that is done.
_PEERS = """
import os, subprocess, sys
a_in, b_out = os.pipe()
b_in, a_out = os.pipe()
def start(role, stdin, stdout):
    subprocess.Popen(sys.argv[1:], stdin=stdin, stdout=stdout, env={**os.environ, "MEMDOCTOR_ROLE": role})
start("peer-1", a_in, a_out)
start("peer-2", b_in, b_out)
os._exit(0)
"""
# Goes to the background, as `ssh -f` does, after it has started a helper that it goes on talking to.
_BACKGROUND = """
import os, signal, subprocess, sys
helper = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          env={**os.environ, "MEMDOCTOR_ROLE": "proxy"})
if os.fork(): os._exit(0)
os.setsid()
signal.alarm(600)
while True: signal.pause()
"""
# Starts a server, reads its port, closes the pipes and goes on by TCP.
_CLIENT = """
import os, signal, socket, subprocess, sys
server = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          env={**os.environ, "MEMDOCTOR_ROLE": "by-tcp"})
port = int(server.stdout.readline())
server.stdin.close(); server.stdout.close()
talk = socket.create_connection(("127.0.0.1", port))
signal.alarm(600)
while True: signal.pause()
"""
_SERVER = """
import signal, socket
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
kept = server.accept()
signal.alarm(600)
while True: signal.pause()
"""
_CLOSES_INPUT = """
import os, signal, subprocess, sys
server = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          env={**os.environ, "MEMDOCTOR_ROLE": "input-closed"})
server.stdin.close()
signal.alarm(600)
while True: signal.pause()
"""
_FORKS_NODE = """
const { fork } = require('node:child_process');
const env = { ...process.env, MEMDOCTOR_ROLE: 'ipc' };
globalThis.kept = fork(process.argv[2], [], { stdio: 'ignore', silent: false, env });
setTimeout(() => process.exit(), 600000);
"""
_RUNS_EACH = """
import os, signal, subprocess, sys, time
signal.alarm(600)
while True:
    for path in sys.argv[1:]:
        subprocess.run([sys.executable, "-SE", path], env={**os.environ, "MEMDOCTOR_ROLE": "one-test"})
"""
_PRODUCES = "import signal, time\nsignal.alarm(600)\nwhile True: print('y', flush=True); time.sleep(0.2)\n"
_CONSUMES = "import signal, sys\nsignal.alarm(600)\nfor line in sys.stdin: pass\n"
_WAITS_SHORT = "import time; time.sleep(0.3)"


def _npm(plants: Plants) -> None:
    server = plants.file("project/node_modules/.bin/notes-mcp-server", f"#!/usr/bin/env node\n{IDLE_JS}")
    server.chmod(0o755)
    plants.file("project/package.json", '{"name": "project", "version": "1.0.0"}')
    call = ("npm", "exec", "--offline", "--no", "--", server.name)
    npm = Child("npm", call, streams=PIPES, folder=str(server.parents[2]))
    plants.grow(Child("npm-agent", children=(npm,)))
    plants.find("npm", runs=r"^(\S*/)?node \S+/\.bin/notes-mcp-server$", name="npm-server")
    plants.find("npm", runs="^npm exec")
    plants.kill("npm-agent")


def _script(plants: Plants) -> None:
    agent = shlex.join(plants.python("claude"))
    for role in ("script", "script-alive"):
        call = ("script", "-qfc", agent, "/dev/null")
        plants.grow(Child(f"{role}-starter", children=(Child(role, call, streams=PIPES),)))
        plants.find(role, runs=_RUNS_PYTHON, name=f"in-{role}")
        plants.find(role, runs="^script ")
    plants.kill("script-starter")


def _daemons_with_logs(plants: Plants) -> None:
    log = str(plants.file("daemon.log"))
    forked_twice(plants, "logs-to-file", log, *plants.python("collector.py"))
    streams = ("null", log, log)
    gateway = Child("gateway", (*plants.python("openclaw"), "gateway"), streams=streams, session=True)
    worker = Child("worker-service", plants.python("worker-service.py"), streams=NOTHING, session=True)
    plants.grow(Child("hook", children=(gateway, worker), ends=True))
    for role in ("gateway", "worker-service"):
        plants.find(role)


def _peers(plants: Plants) -> None:
    plants.start("peers", *plants.python("connect.py", _PEERS), *plants.python("relay.py")).wait(10)
    for role in ("peer-1", "peer-2"):
        plants.find(role)


def _goes_to_background(plants: Plants) -> None:
    call = (*plants.python("tunnel.py", _BACKGROUND), *plants.python("connect-proxy.py"))
    plants.start("tunnel", *call).wait(10)
    plants.find("proxy")
    [pid] = plants.find("tunnel")
    plants.wait(lambda: os.getsid(pid) == pid, "its session")


def _background_job(plants: Plants) -> None:
    actor = Child("bash-window", ("bash", "--norc", "-i"), streams=SAME)
    plants.grow(Child("bash-emulator", children=(actor,), terminal=True))
    plants.find("bash-window")
    command = shlex.join(plants.python("build.py"))
    plants.type("bash-emulator", f"MEMDOCTOR_ROLE=bash-job {command} &\n")
    plants.find("bash-job", runs=_RUNS_PYTHON)


def _cron(plants: Plants) -> None:
    call = ("sh", "-c", '"$@" 2>&1 | cat', "sh", *plants.python("backup.py"))
    plants.grow(Child("scheduler", children=(Child("cron-job", call, session=True),)))
    plants.find("cron-job", runs=_RUNS_PYTHON)


def _stopped(plants: Plants) -> None:
    child = Child("below-stopped", (*plants.python("mcp-files.py"), "--stdio"), streams=PIPES)
    parent = plants.grow(Child("stopped", children=(child,)))
    plants.find("below-stopped")
    os.kill(parent.pid, signal.SIGSTOP)
    plants.wait(lambda: stat(parent.pid).state == "T", "the stop")


def _batch(plants: Plants) -> None:
    plants.file("input.txt", "1\n")
    call = '"$@" < input.txt > output.txt 2>&1 &'
    plants.start("batch", "sh", "-c", call, "sh", *plants.python("batch.py")).wait(10)
    plants.find("batch", runs=_RUNS_PYTHON)


def _substitution(plants: Plants) -> None:
    sink = shlex.join(("env", "MEMDOCTOR_ROLE=substitution", *plants.python("sink.py", _CONSUMES)))
    call = f'"$@" > >(exec {sink}); :'
    plants.start("substituting", "bash", "-c", call, "bash", *plants.python("source.py", _PRODUCES))
    plants.find("substitution", runs=_RUNS_PYTHON)


def _pipeline(plants: Plants) -> None:
    commands = (plants.python("produce.py", _PRODUCES), plants.python("consume.py", _CONSUMES))
    one, other = (shlex.join(("env", f"MEMDOCTOR_ROLE=pipeline-{n}", *c)) for n, c in enumerate(commands))
    plants.start("pipeline", "sh", "-c", f"({one} | {other}) &").wait(10)
    for role in ("pipeline-0", "pipeline-1"):
        plants.find(role, runs=_RUNS_PYTHON)
    plants.find("pipeline")


def _nothing_open(plants: Plants) -> None:
    orphaned(plants, Child("nothing-open", plants.python("task.py")), leader=False)


def _partly_open(plants: Plants) -> None:
    log = str(plants.file("partly.log"))
    for role, streams in (("output-in-file", ("pipe", log, log)), ("input-null", ("null", "pipe", "pipe"))):
        child = Child(role, plants.python("task.py"), streams=streams)
        orphaned(plants, child, leader=False)


def _container(plants: Plants) -> None:
    known = Child("container-known", plants.python("mcp-browser.py"), streams=PIPES)
    unknown = Child("container-unknown", plants.python("task.py"), streams=PIPES)
    agent = Child("container-agent", children=(known, unknown))
    plants.grow(Child("container", children=(agent,)), "unshare", "-pf", "--mount-proc")
    for one in (known, unknown, agent):
        plants.find(one.role)
    plants.kill(agent.role)


def _ssh(plants: Plants) -> None:
    title = 'exec -a "sshd: root@notty" "$@"'
    for state in ("lost", "held"):
        known = Child(f"{state}-known", (*plants.python("claude"), "-p"), streams=PIPES, session=True)
        unknown = Child(f"{state}-unknown", plants.python("report.py"), streams=PIPES, session=True)
        sshd = Child(f"{state}-sshd", children=(known, unknown))
        plants.grow(sshd, "bash", "-c", title, "bash")
        for child in (known, unknown):
            plants.find(child.role)
    plants.kill("lost-sshd")


def _unbuffered(plants: Plants) -> None:
    interpreter, _, path = plants.python("weather-mcp-server.py")
    orphaned(
        plants, Child("unbuffered", (interpreter, "-u", path), streams=PIPES, session=True), leader=True
    )


def _two_projects(plants: Plants) -> None:
    folders = [plants.file(f"{name}/app.py", IDLE).parent for name in ("shop", "blog")]
    own = ("--daemon", "--name", plants.mark[:7])
    call = (plants.python("task.py")[0], "-SE", "app.py", *own)
    daemons(plants, "two-projects", call, call, folders=tuple(map(str, folders)))


def _two_scripts(plants: Plants) -> None:
    own = ("--daemon", "--name", plants.mark[:6])
    daemons(plants, "two-scripts", *((*plants.python(name), *own) for name in ("mail.py", "index.py")))


def _status_line(plants: Plants) -> None:
    line = plants.node("statusline.js", "setTimeout(() => console.log('main'), 350)")
    call = (*plants.python("cli.py", RESPAWNER), "status", *line)
    plants.start("status-line", *call, terminal=True)
    plants.find("status-line")


def _test_runner(plants: Plants) -> None:
    tests = (str(plants.file(f"suite/test_{n}.py", _WAITS_SHORT)) for n in range(9))
    plants.start("test-runner", *plants.python("run_all.py", _RUNS_EACH), *tests)
    plants.find("test-runner")


def _nohup_node(plants: Plants) -> None:
    call = 'nohup "$@" > nohup-node.txt 2>&1 &'
    plants.start("nohup-node", "sh", "-c", call, "sh", *plants.node("claude.js"), "-p").wait(10)
    plants.find("nohup-node", runs="^[^ ]*node ")


def _many_servers(plants: Plants) -> None:
    remote = plants.python("mcp-remote")
    urls = (f"https://{name}.example.com/sse" for name in "abcdefghi")
    children = tuple(Child("remote", (*remote, url), streams=PIPES) for url in urls)
    plants.grow(Child("many-agent", children=children))
    plants.find("remote", count=9)


def _by_tcp(plants: Plants) -> None:
    call = (*plants.python("client.py", _CLIENT), *plants.python("opencode", _SERVER), "serve")
    plants.start("tcp-client", *call)
    plants.find("by-tcp")
    [pid] = plants.find("tcp-client")
    plants.wait(lambda: _talks_by_sockets(pid), "its pipes to be closed")


def _input_closed(plants: Plants) -> None:
    call = (*plants.python("client-2.py", _CLOSES_INPUT), *plants.python("mcp-search.py"))
    plants.start("closes-input", *call)
    plants.find("input-closed")


def _talks_by_sockets(pid: int) -> bool:
    """Whether a process has a socket and no pipe (any more)."""
    targets = open_targets(pid)
    kinds = {target.partition(":")[0] for target in targets}
    return "socket" in kinds and "pipe" not in kinds


def _ipc(plants: Plants) -> None:
    parent = Child("ipc-parent", (*plants.node("forks.js", _FORKS_NODE), plants.node("ipc-child.js")[1]))
    plants.grow(Child("ipc-shell", children=(parent,)))
    plants.find("ipc")
    plants.find("ipc-parent")
    plants.kill("ipc-parent")


def _tmux_killed(plants: Plants) -> None:
    inner = shlex.join(("exec", "env", "MEMDOCTOR_ROLE=lost-pane", *deaf(*plants.python("pane.py"))))
    call = ("tmux", "-L", "k", "-f", "/dev/null", "new-session", "-d", inner)
    plants.start("tmux-killed-client", *call, TMUX_TMPDIR=str(plants.folder), TMUX="").wait(10)
    plants.find("lost-pane", runs=_RUNS_PYTHON)
    plants.find("tmux-killed-client", runs="^tmux", name="tmux-killed")
    plants.kill("tmux-killed")


_ORPHAN = ("session",)
_NPM = ("session", "npm", "node")
_SCRIPT = ("session", "script")
_TMUX = ("session", "tmux")
_IPC = ("session", "node")
_BASH = ("bash",)
_CONTAINER = ("session", "unshare")
_NOHUP = ("nohup", "node")
ROWS = (
    Row("npm exec tree of a killed agent: npm", _npm, "npm", ORPHAN, SURE, _NPM),
    Row("… the server that npm runs", _npm, "npm-server", DESCENDANT, SURE, _NPM),
    Row("agent under script, starter killed: script", _script, "script", ORPHAN, SURE, _SCRIPT),
    Row("… the agent", _script, "in-script", DESCENDANT, SURE, _SCRIPT),
    Row("script with a live starter", _script, "script-alive", needs=_SCRIPT),
    Row("… its agent", _script, "in-script-alive", needs=_SCRIPT),
    Row("daemon as by start-stop-daemon, log in a file", _daemons_with_logs, "logs-to-file", levels=WEAK),
    Row("gateway of known tooling, detached, log in a file", _daemons_with_logs, "gateway", levels=WEAK),
    Row("worker-service, detached, streams ignored", _daemons_with_logs, "worker-service", levels=WEAK),
    Row("two relays that talk with each other", _peers, "peer-1", levels=WEAK),
    Row("… the other", _peers, "peer-2", levels=WEAK),
    Row("proxy of a tunnel that went to the background", _goes_to_background, "proxy", levels=WEAK),
    Row("… the tunnel", _goes_to_background, "tunnel", levels=WEAK),
    Row("background job of a live interactive shell", _background_job, "bash-job", needs=_BASH),
    Row("job of cron: sh -c, a pipe, its own session", _cron, "cron-job"),
    Row("server whose parent is stopped (SIGSTOP)", _stopped, "below-stopped"),
    Row("batch job from file to file, its shell exited", _batch, "batch", levels=WEAK),
    Row("process substitution", _substitution, "substitution", needs=_BASH),
    Row("pipeline at work, its shell exited: producer", _pipeline, "pipeline-0", levels=WEAK),
    Row("… consumer", _pipeline, "pipeline-1", levels=WEAK),
    Row("… their subshell", _pipeline, "pipeline", levels=WEAK),
    Row("orphan with all streams on /dev/null", _nothing_open, "nothing-open", levels=WEAK),
    Row(
        "its input from a killed parent, its output in a file",
        _partly_open,
        "output-in-file",
        ORPHAN,
        SURE,
        _ORPHAN,
    ),
    Row("no input, its output to a killed parent", _partly_open, "input-null", ORPHAN, ANY, _ORPHAN),
    Row("parent killed in a container: tooling", _container, "container-known", ORPHAN, SURE, _CONTAINER),
    Row(
        "parent killed in a container: unknown program",
        _container,
        "container-unknown",
        ORPHAN,
        ANY,
        _CONTAINER,
    ),
    Row("ssh session lost: an agent", _ssh, "lost-known", ORPHAN, SURE, (*_ORPHAN, *_BASH)),
    Row("ssh session lost: unknown program", _ssh, "lost-unknown", ORPHAN, ANY, (*_ORPHAN, *_BASH)),
    Row("ssh session held: an agent", _ssh, "held-known", needs=_BASH),
    Row("ssh session held: unknown program", _ssh, "held-unknown", needs=_BASH),
    Row(
        "python -u server in its own session, parent killed",
        _unbuffered,
        "unbuffered",
        ORPHAN,
        SURE,
        _ORPHAN,
    ),
    Row("app.py --daemon of two projects", _two_projects, "two-projects", levels=WEAK),
    Row("two scripts of one folder, each --daemon", _two_scripts, "two-scripts", levels=WEAK),
    Row(
        "status line that a live CLI asks for",
        _status_line,
        "status-line",
        levels=WEAK,
        judge=blamed_for_loop,
    ),
    Row("tests run one after the other", _test_runner, "test-runner", levels=WEAK, judge=blamed_for_loop),
    Row("nohup agent on Node, output to a file", _nohup_node, "nohup-node", levels=WEAK, needs=_NOHUP),
    Row("9 remotes of one agent, each its own address", _many_servers, "remote", levels=WEAK),
    Row("server that its live parent talks with by TCP", _by_tcp, "by-tcp", levels=WEAK),
    Row("server of which its live client closed the input", _input_closed, "input-closed", levels=WEAK),
    # An orphan, and missed: nobody looks at its channel, and streams on nothing are those of a daemon.
    Row("Node child with IPC only, parent killed (missed)", _ipc, "ipc", levels=WEAK, needs=_IPC),
    Row("pane of a killed tmux server, hangups ignored", _tmux_killed, "lost-pane", ORPHAN, SURE, _TMUX),
)
