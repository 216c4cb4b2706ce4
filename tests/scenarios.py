"""Processes that lost their parent, or only look like it: set 1, known when the rule was written."""

import re

from memdoctor.analysis.processes.machine import ORPHAN

from planting import PIPES, PYTHON, SAME, Child, Plants
from scenario_rows import ANY, SURE, WEAK, Row

STARTER = """
const { spawn } = require('node:child_process');
const [role, ...argv] = process.argv.slice(2);
const env = { ...process.env, MEMDOCTOR_ROLE: role };
globalThis.kept = spawn(argv[0], argv.slice(1), { stdio: 'pipe', env });
setTimeout(() => process.exit(), 600000);
"""
_DAEMON = """
import os, sys
if os.fork(): os._exit(0)
os.setsid()
if os.fork(): os._exit(0)
os.chdir("/")
null, log = os.open("/dev/null", os.O_RDWR), os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
for number, stream in enumerate((null, log, log)): os.dup2(stream, number)
os.execv(sys.argv[2], sys.argv[2:])
"""
_LEAKY = """
import os, signal, subprocess, sys
its_input, to_input = os.pipe()
from_output, its_output = os.pipe()
def start(role, stdin, stdout, inherited):
    return subprocess.Popen(sys.argv[1:], stdin=stdin, stdout=stdout, pass_fds=inherited,
                            env={**os.environ, "MEMDOCTOR_ROLE": role})
kept = [start("kept-pipe", its_input, its_output, ()),
        start("sibling", subprocess.DEVNULL, subprocess.DEVNULL, (to_input, from_output))]
while True: signal.pause()
"""


def orphaned(plants: Plants, child: Child, *, leader: bool) -> None:
    """Plant a child whose parent, which leads its session or lives in a shell's, is killed."""
    parent = Child(f"{child.role}-parent", children=(child,))
    plants.grow(parent if leader else Child(f"{child.role}-shell", children=(parent,)))
    plants.find(child.role)
    if not leader:
        plants.find(parent.role)
    plants.kill(parent.role)


def _python_leader(plants: Plants) -> None:
    orphaned(plants, Child("python-1", plants.python("task.py"), streams=PIPES), leader=True)


def _python_below_shell(plants: Plants) -> None:
    orphaned(plants, Child("python-2", plants.python("task.py"), streams=PIPES), leader=False)


def _node_leader(plants: Plants) -> None:
    child = plants.node("child.js")
    plants.start("node-1-parent", *plants.node("parent.js", STARTER), "node-1", *child)
    plants.find("node-1")
    plants.kill("node-1-parent")


def _node_below_shell(plants: Plants) -> None:
    parent = Child(
        "node-2-parent", (*plants.node("parent.js", STARTER), "node-2", *plants.node("child.js"))
    )
    plants.grow(Child("node-2-shell", children=(parent,)))
    plants.find("node-2")
    plants.find(parent.role)
    plants.kill(parent.role)


def deaf(*argv: str) -> tuple[str, ...]:
    """Return a command that ignores hangups."""
    return "sh", "-c", 'trap "" HUP; exec "$@"', "sh", *argv


def _closed_terminal(plants: Plants) -> None:
    child = Child("in-closed", deaf(*plants.python("task.py")), streams=SAME)
    shell = plants.grow(Child("shell-in-closed", children=(child,), terminal=True))
    plants.find("in-closed", runs=f"^[^ ]*{PYTHON} ")
    plants.close_terminal("shell-in-closed")
    shell.wait(10)


def forked_twice(plants: Plants, role: str, log: str, *argv: str) -> None:
    """Plant a daemon as start-stop-daemon does: two forks, a session whose leader is gone, a log."""
    plants.start(role, *plants.python("daemonize.py", _DAEMON), log, *argv).wait(10)
    plants.find(role, runs="^" + re.escape(" ".join(argv)))


def _double_fork(plants: Plants) -> None:
    forked_twice(plants, "double-fork", "/dev/null", *plants.python("served.py"))


def _subreaper(plants: Plants) -> None:
    known = Child("adopted-known", plants.python("chroma-mcp"), streams=PIPES)
    unknown = Child("adopted-unknown", plants.python("task.py"), streams=PIPES)
    session = Child("session", children=(known, unknown))
    plants.grow(Child("subreaper", children=(session,), subreaper=True))
    for one in (known, unknown, session):
        plants.find(one.role)
    plants.kill("session")


def _nohup(plants: Plants) -> None:
    call = 'nohup "$@" > nohup.txt &'
    plants.start("nohup", "sh", "-c", call, "sh", *plants.python("job.py")).wait(10)
    plants.find("nohup", runs=f"^[^ ]*{PYTHON} ")


def _setsid(plants: Plants) -> None:
    call = 'setsid "$@" < /dev/null > /dev/null 2>&1 &'
    plants.start("setsid", "sh", "-c", call, "sh", *plants.python("served.py")).wait(10)
    plants.find("setsid", runs=f"^[^ ]*{PYTHON} ")


def _tmux(plants: Plants) -> None:
    command = " ".join(plants.python("in_pane.py"))
    call = ("tmux", "-L", "t", "-f", "/dev/null", "new-session", "-d")
    inner = f"env MEMDOCTOR_ROLE=in-pane {command} & wait"
    plants.start("tmux", *call, inner, TMUX_TMPDIR=str(plants.folder), TMUX="").wait(10)
    plants.find("tmux", runs="^tmux")
    plants.find("in-pane", runs=f"^[^ ]*{PYTHON} ")


def _namespace(plants: Plants) -> None:
    inside = Child("in-namespace", plants.python("task.py"))
    left = Child("left-in-namespace", plants.python("task.py"))
    ended = Child("ended", children=(left,), ends=True)
    plants.grow(Child("namespace", children=(inside, ended)), "unshare", "-pf", "--mount-proc")
    for role in ("in-namespace", "left-in-namespace"):
        plants.find(role)
    plants.find("namespace", runs=f"^[^ ]*{PYTHON} ")


def _kept_pipe(plants: Plants) -> None:
    leaky = Child("leaky", (*plants.python("leaky.py", _LEAKY), *plants.python("task.py")))
    plants.grow(Child("leaky-shell", children=(leaky,)))
    for role in ("leaky", "kept-pipe", "sibling"):
        plants.find(role)
    plants.kill("leaky")


def _healthy(plants: Plants) -> None:
    tool = Child("healthy-tool", (*plants.python("mcp-server.py"), "--stdio"), streams=PIPES)
    task = Child("healthy-task", plants.python("task.py"), streams=PIPES)
    plants.grow(Child("healthy", children=(tool, task)))
    for role in ("healthy-tool", "healthy-task"):
        plants.find(role)


_ORPHAN = ("session",)
_NODE = ("session", "node")
ROWS = (
    Row("parent killed, leader of the session: Python", _python_leader, "python-1", ORPHAN, SURE, _ORPHAN),
    Row("parent killed, its shell lives: Python", _python_below_shell, "python-2", ORPHAN, SURE, _ORPHAN),
    Row("that shell", _python_below_shell, "python-2-shell", needs=_ORPHAN),
    Row("parent killed, leader of the session: Node", _node_leader, "node-1", ORPHAN, SURE, _NODE),
    Row("parent killed, its shell lives: Node", _node_below_shell, "node-2", ORPHAN, SURE, _NODE),
    Row("its terminal was closed, hangups ignored", _closed_terminal, "in-closed", ORPHAN, SURE, _ORPHAN),
    Row("daemon that forked twice", _double_fork, "double-fork", levels=WEAK),
    Row("taken in by a subreaper: tooling", _subreaper, "adopted-known", ORPHAN, SURE, _ORPHAN),
    Row("taken in by a subreaper: unknown program", _subreaper, "adopted-unknown", ORPHAN, ANY, _ORPHAN),
    Row("the subreaper itself", _subreaper, "subreaper"),
    Row("nohup job", _nohup, "nohup", needs=("nohup",)),
    Row("daemon by setsid", _setsid, "setsid", needs=("setsid",)),
    Row("tmux server", _tmux, "tmux", needs=("tmux",)),
    Row("what runs in a pane of tmux", _tmux, "in-pane", needs=("tmux",)),
    Row("PID 1 of a namespace", _namespace, "namespace", needs=("unshare",)),
    Row("child of a namespace's PID 1", _namespace, "in-namespace", needs=("unshare",)),
    Row(
        "taken in by a namespace's PID 1", _namespace, "left-in-namespace", levels=WEAK, needs=("unshare",)
    ),
    Row("a sibling keeps its pipes open", _kept_pipe, "kept-pipe", ORPHAN, SURE, _ORPHAN),
    Row("healthy parent, tooling on pipes", _healthy, "healthy-tool"),
    Row("healthy parent, a task on pipes", _healthy, "healthy-task"),
    Row("healthy parent", _healthy, "healthy"),
)
