"""What is known of programs by their names: agent tooling, what lives on by design, who adopts orphans."""

import re

# Tooling that a session starts for itself. The name is that of a program: argv[0], or the script after
# node, bun, python, npx …; never of anything else on a command line.
_FAMILIES = (
    ("claude-mem", re.compile(r"worker-service\.\w+|chroma[-_]mcp\w*|claude-mem\b.*", re.I)),
    ("claude", re.compile(r"claude(?:-code|-cli)?(?:\.\w+)?", re.I)),
    ("mcp", re.compile(r"(?:.*[-_./])?mcp(?:[-_.].*)?", re.I)),
    ("codex", re.compile(r"codex(?:-\w+)*(?:\.\w+)?", re.I)),
    (
        "agent",
        re.compile(
            r"(?:gemini|opencode|aider|cursor-agent|qwen|qwen-code|goose|openclaw|crush|copilot|amp"
            r"|cline|droid|kimi|auggie)(?:-cli)?(?:\.\w+)?",
            re.I,
        ),
    ),
    (
        "language-server",
        re.compile(r"tsserver\.js|.*-language-server(?:\.\w+)?|.*-langserver(?:\.\w+)?|gopls", re.I),
    ),
)
AGENTS = frozenset({"claude", "codex", "agent"})  # a process of these works on one job
# A script with a name that says nothing is known by the package or folder it lies in.
_IN_PATH = (
    ("claude-mem", re.compile(r"[\\/]claude-mem[\\/]", re.I)),
    ("claude", re.compile(r"[\\/]@anthropic-ai[\\/]claude-code[\\/]", re.I)),
    ("codex", re.compile(r"[\\/]@openai[\\/]codex[\\/]", re.I)),
    ("mcp", re.compile(r"[\\/]@modelcontextprotocol[\\/]server-", re.I)),
)

# Started to outlive whoever started it.
_DURABLE = re.compile(
    r"tmux.*|screen|sshd.*|ssh-agent|gpg-agent|dbus-.*|adb|watchman|gradle.*|.*GradleDaemon|code-server"
    r"|pm2|supervisord|runit|runsv.*|s6-.*|nginx.*|httpd|apache2|postgres.*|mysqld.*|redis-server.*|dockerd"
    r"|containerd|crond?|atd|systemd-.*|mosh-server|pipewire.*|pulseaudio|Xorg|Xwayland|gnome-.*|kded?\d?"
    r"|chrome|chromium.*|google-chrome|firefox.*|Safari|msedge|brave.*|electron|Electron|code|cursor|Code|Cursor"
    r"|vim?|nvim|emacs.*|nano|less|tail|man|java|ollama|explorer|svchost|services",
    re.I,
)
_DURABLE_TITLE = re.compile(r"PM2 v[\d.]+: God Daemon|/Applications/[^/]+\.app/|[/\\]\.vscode-server[/\\]")
_DURABLE_WORD = re.compile(r"GradleDaemon\b|org\.gradle\.")

# Takes in the children of the dead, besides PID 1.
_ADOPTER = re.compile(
    r"systemd|init|launchd|tini|dumb-init|conmon|containerd-shim.*|catatonit|s6-svscan|runsvdir|docker-init"
    r"|pid1|bwrap",
    re.I,
)

# Starts the first process of a container, and takes in what is left of others that were started in it.
_CONTAINER_SHIM = re.compile(r"containerd-shim.*|conmon|docker-init|crio-conmon|lxc-start|runc")

_ERRAND = re.compile(
    r"sleep|ps|[ef]?grep|cat|date|ls|[gm]?awk|sed|tr|cut|head|tail|wc|find|sort|uniq|(?:ba|da|z|fi)?sh|true|false"
    r"|test|echo|printf|stat|df|du|free|uptime|top|pgrep|pidof|git|id|uname|hostname|which|env|xargs|tee|curl|wget"
    r"|ping|ss|netstat|lsof|ip|sysctl|vm_stat|ioreg|sw_vers|wmic|tasklist|powershell|conhost|timeout|nproc|logger"
    r"|readlink|dirname|basename|mktemp|rm|mkdir|touch|cp|mv|kill|flock|run-parts"
)

_SHELL = re.compile(r"sh|bash|dash|zsh|ksh|fish|pwsh|powershell|cmd", re.I)
# A browser that a program steers, and not a person.
_STEERED = re.compile(r"--(?:headless(?:=.*)?|enable-automation|remote-debugging-pipe)")
# What one Python process starts another with, to share work.
_SHARED_WORK = re.compile(
    r"--multiprocessing-fork|.*\bmultiprocessing\.(?:spawn|forkserver|resource_tracker)\b.*"
)

PID_FILE_OPTIONS = frozenset({"--pidfile", "--pid-file"})
_STDIO_WORDS = frozenset({"mcp", "--stdio", "stdio", "stdio://", "--listen=stdio://", "--transport=stdio"})


def family_of(name: str, path: str) -> str | None:
    """Return the tooling that a program belongs to, by its name, or by where it lies."""
    for family, pattern in _IN_PATH:
        if pattern.search(path):
            return family
    return next((family for family, pattern in _FAMILIES if pattern.fullmatch(name)), None)


def is_steered(words: tuple[str, ...]) -> bool:
    """Whether a program is told to be steered by another one: a browser without a window."""
    return any(_STEERED.fullmatch(word) for word in words)


def is_durable(name: str, command: str) -> bool:
    """Whether a program is made to run on its own: a multiplexer, a key agent, an editor, a browser."""
    stem = name.removesuffix(".exe")
    return (
        _DURABLE.fullmatch(stem) is not None
        or _DURABLE_TITLE.search(command) is not None
        or _DURABLE_WORD.search(command) is not None
    )


def is_container_shim(name: str) -> bool:
    """Whether a program is the parent of a container's first process."""
    return _CONTAINER_SHIM.fullmatch(name) is not None


def is_errand(name: str) -> bool:
    """Whether a program ends soon by design: that it comes again and again means nothing."""
    return _ERRAND.fullmatch(name) is not None


def is_shell(name: str) -> bool:
    """Whether a program is a shell: what it starts has no more in common than who typed it."""
    return _SHELL.fullmatch(name) is not None


def is_adopter(name: str) -> bool:
    """Whether a program is known to take in processes whose parent has died."""
    return _ADOPTER.fullmatch(name) is not None


def runs_alone(words: tuple[str, ...]) -> bool:
    """Whether arguments say that a process needs nobody: it is a daemon, or others connect to it."""
    return any(word.partition("=")[0] in ("--daemon", "--listen", "-listen") for word in words)


def needs_parent(words: tuple[str, ...]) -> bool:
    """Whether arguments say that the process talks with a parent: on its streams, or to share work."""
    if "--input-format" in words and "stream-json" in words:
        return True
    return any(
        word in _STDIO_WORDS or word == "--input-format=stream-json" or _SHARED_WORK.fullmatch(word)
        for word in words
    )


def is_service(cgroup: str | None) -> bool:
    """Whether a control group is that of a service which a manager started, not of a user's session.

    >>> is_service("/system.slice/cron.service"), is_service("/user.slice/user@1000.service/app.scope")
    (True, False)
    """
    if not cgroup:
        return False
    last = cgroup.rstrip("/\n").rsplit("/", 1)[-1]
    return last.endswith(".service") and not last.startswith("user@")
