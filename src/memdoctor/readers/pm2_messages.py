"""What PM2 prints that is no look at an app: answers to commands, ids, process ids, an environment."""

import re
from collections.abc import Iterator

from memdoctor.errors import InputError
from memdoctor.model import Problem
from memdoctor.readers.opening import Opened
from memdoctor.readers.parts.decoding import decode
from memdoctor.readers.parts.pm2 import spoken

_MOST_BYTES = 1 << 20
_HELP = "take pm2 jlist, or pm2 describe NAME"
_UNKNOWN = re.compile(
    r"\[PM2\]\[(?:WARN|ERROR)\]\s{1,4}(?:.{1,300} doesn't exist|Process or Namespace .{1,300} not found)"
)

_SAID = {
    spoken.ENVIRONMENT: "the environment of an app, as pm2 env prints it: not read, it may hold secrets",
    spoken.IDS: "a list of numbers, as pm2 id prints it: they say nothing of memory",
    spoken.PIDS: "numbers alone, as pm2 pid prints them: they say nothing of memory",
    spoken.ROWS: "single rows of pm2 describe: whose they are is lost, "
    "and heap usage alone (used ÷ committed) tells neither a leak nor a limit",
    spoken.ANSWER: "what PM2 says of a command, and no look at its apps",
}


def read(opened: Opened) -> Iterator[Problem]:
    """Yield what the messages mean. Raises InputError always: there is no app in them."""
    text = decode(opened.read(_MOST_BYTES, _HELP)).text
    kind = spoken.kind_of(text)
    if kind is None:
        raise InputError("nothing that PM2 says", _HELP)
    if kind == spoken.ANSWER:
        name = opened.source.name
        for number, line in enumerate(text.split("\n"), start=1):
            if message := spoken.spoken(line):
                yield Problem(name, message, place=f"{name}:{number}")
        if _UNKNOWN.search(text):
            raise InputError("PM2 knows no app of that name", "pm2 ls names those that it knows")
    raise InputError(_SAID[kind], _HELP)
