"""Which program a process runs: by the position on its command line, never by what the system calls it.

The system's name of a Node process is that of a thread (`MainThread`), and a substring of a command line
finds `vim chroma-mcp.md` too.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from memdoctor.analysis.processes import known
from memdoctor.model import Process
from memdoctor.secrets import mask_words, tells_secret
from memdoctor.text import file_name

# Programs that run another one, and their options that take a value.
_INTERPRETERS = (
    (
        re.compile(r"node|nodejs|tsx|ts-node"),
        re.compile(r"-[rC]|--(?:require|import|(?:experimental-)?loader|title)"),
    ),
    (re.compile(r"bun|deno|bunx"), re.compile(r"-[rc]|--(?:preload|cwd|config|env-file|import-map)")),
    (re.compile(r"python[\d.]*w?|pypy[\d.]*"), re.compile(r"-[WXQ]")),
    (re.compile(r"ruby|perl"), re.compile(r"-[Ir]")),
    (re.compile(r"sh|bash|dash|zsh|ksh|fish"), re.compile(r"-[oO]")),
    (
        re.compile(r"npx|npm|pnpm|yarn|uvx|uv|pipx"),
        re.compile(r"-[pC]|--(?:package|prefix|python|from|with|directory|project)"),
    ),
    (re.compile(r"env|sudo|doas"), re.compile(r"-[uCgh]")),
    (re.compile(r"timeout|nice|stdbuf|nohup|setsid|caffeinate|winpty"), re.compile(r"-[ksnoie]")),
)
_DURATION = re.compile(r"\d[\d.]*[smhd]?")  # the first word of `timeout` is no program
_CODE = frozenset({"-e", "--eval", "-c", "--print", "-pe"})
_VERBS = frozenset({"run", "exec", "x", "tool", "dlx", "uvx", "start", "task"})
_VAGUE = re.compile(r"(?:index|main|cli|server|app|start|run|bin|worker|__main__)(?:\.\w+)?", re.I)
_APP = re.compile(r"(/Applications/[^/]+\.app/Contents/\S+(?: [A-Z(]\S*)*)")
_PACKAGE = re.compile(
    r"[\\/]node_modules[\\/](?:\.bin[\\/]\.\.[\\/])?((?:@[^\\/]+[\\/])?[^\\/.][^\\/]*)[\\/]"
)
_VERSION = re.compile(r"(?<=.)@[^@/]*\Z")
_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.I)
_HEX = re.compile(r"(?<![0-9a-zA-Z])[0-9a-f]{16,}(?![0-9a-zA-Z])", re.I)
_ID_OPTION = re.compile(r" --?[\w-]+[ =]<(?:id|hex)>")
_NUMBER = re.compile(r"(?<![\w.])[0-9]{2,}(?![\w.])")
_TEMPORARY = re.compile(r"(/(?:private/)?(?:tmp|var/folders)/)[^\s\"']+")


@dataclass(frozen=True, slots=True)
class Program:
    """What runs: `name` as a person calls it, `path` where it lies, `family` if it is known tooling.

    `words` are its arguments without empty ones, `command` the same as one text.
    """

    name: str
    path: str
    family: str | None
    words: tuple[str, ...]

    @property
    def command(self) -> str:
        """The command line as one text."""
        return " ".join(self.words)

    @property
    def is_durable(self) -> bool:
        """Whether it is made to outlive whoever started it."""
        return not known.is_steered(self.words) and known.is_durable(self.name, self.command)

    @property
    def job(self) -> str | None:
        """The id on its command line, if there is one: what it was started for."""
        found = _ID.search(self.command) or _HEX.search(self.command)
        return found[0] if found else None

    @property
    def same_service(self) -> str:
        """The command line without ids and temporary paths, but for the path of what runs."""
        return _same_service(self)

    @property
    def same_kind_of_job(self) -> str:
        """The same without numbers, and without options for an id alone: what jobs of one kind share."""
        return _NUMBER.sub("<n>", _ID_OPTION.sub("", self.same_service))


@lru_cache(maxsize=1 << 14)
def _same_service(program: Program) -> str:
    rest = (word if word == program.path else _without_ids(word) for word in program.words[1:])
    return " ".join((program.name, *rest))


def _without_ids(word: str) -> str:
    return _TEMPORARY.sub(r"\1<tmp>", _HEX.sub("<hex>", _ID.sub("<id>", word)))


def option(words: tuple[str, ...], names: frozenset[str]) -> str | None:
    """Return the value of the first of some options, given as `--name value` or `--name=value`."""
    for index, word in enumerate(words):
        name, sign, value = word.partition("=")
        if name in names and sign and value:
            return value
        if word in names and index + 1 < len(words) and not words[index + 1].startswith("-"):
            return words[index + 1]
    return None


def program_of(process: Process) -> Program:
    """Return which program a process runs, as far as its arguments tell."""
    return _program(process.argv, process.name or _base(process.exe or ""), process.exact, process.cut)


@lru_cache(maxsize=1 << 14)  # looks at one machine have the same command lines again and again
def _program(argv: tuple[str, ...] | None, name: str, exact: bool, cut: bool) -> Program:
    words = tuple(word for word in argv or () if word)
    if not words:
        return Program(name or "unnamed", "", None, ())
    if exact and len(words) == 1 and " " in words[0]:
        words = tuple(words[0].split())  # a title that the program gave itself
    path, position = _subject(words, exact=exact)
    if cut and position >= len(words) - 1:
        return Program(f"{_base(path)}…", path, None, words)  # the name itself may be cut off
    family = known.family_of(_name(path), path)
    if words[position + 1 : position + 2] == ("mcp",):  # `tool mcp` is the server of that tool
        family = family or "mcp"
    if known.is_steered(words):
        family = family or "browser"
    return Program(_name(path), path, family, words)


def _subject(words: tuple[str, ...], *, exact: bool) -> tuple[str, int]:
    """Return the path of what runs and its position: the first script after interpreters, else argv[0]."""
    if not exact and (app := _APP.match(" ".join(words))):
        return app[1], app[1].count(" ")
    position = 0
    while position < len(words) and (values := _values_of(words[position])):
        found = _script(words, position, values)
        if found is None:
            break
        position = found
    return words[position], position


def _values_of(word: str) -> re.Pattern[str] | None:
    """Return the options with a value of a program that runs another one, None for any other."""
    name = _base(word).lower()
    return next((values for pattern, values in _INTERPRETERS if pattern.fullmatch(name)), None)


def _script(words: tuple[str, ...], interpreter: int, values: re.Pattern[str]) -> int | None:
    """Return the position of what an interpreter runs, None where that is code on the command line."""
    position = interpreter + 1
    while position < len(words):
        word = words[position]
        if word in _CODE or word == "-" or word.startswith(("/dev/fd/", "/proc/self/fd/")):
            return None
        if word == "-m" and position + 1 < len(words):
            return position + 1
        if values.fullmatch(word) or (word.startswith("-") and "=" not in word and tells_secret(word)):
            position += 2
        elif word.startswith("-") or word in _VERBS or _DURATION.fullmatch(word) or _is_assignment(word):
            position += 1
        else:
            return position
    return None


def _is_assignment(word: str) -> bool:
    return (
        "=" in word
        and word.partition("=")[0].replace("_", "").isalnum()
        and "/" not in word.partition("=")[0]
    )


def _base(path: str) -> str:
    name = file_name(path.strip("\"'").rstrip("/\\"))
    return name.removeprefix("-").removesuffix(".exe").rstrip(":") or path


def _name(path: str) -> str:
    """Return what a person calls a program: its file, or its package where the file's name says nothing."""
    package = _PACKAGE.search(path.replace("\\", "/"))
    if _VAGUE.fullmatch(_base(path)) and package:
        return package[1]
    if path.startswith("@") and "/" in path:
        return _VERSION.sub("", path)
    return mask_words((_VERSION.sub("", _base(path)),))  # it may be an assignment, or anything else
