"""What may leave the machine: stand-ins for secrets, names and places.

Every shareable format goes through `Redactor`. The same name gets the same stand-in, so that a reader
can still see that two lines speak of one thing. Patterns take linear time on any text: what they repeat
they never give back.
"""

import re
from collections import Counter
from collections.abc import Callable
from typing import TypeVar

from memdoctor.secrets import PATTERNS as SECRETS
from memdoctor.text import map_strings

T = TypeVar("T")

# Kind → pattern; the group named `it` is what is replaced. Secrets come first: they may hold the others.
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    *SECRETS,
    ("value", re.compile(r"(?<!\w)[A-Z][A-Z0-9_]++=(?P<it>[^\s\"'<]++)")),
    (
        "id",
        re.compile(r"(?<![0-9a-f])(?P<it>[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})(?![0-9a-f])", re.I),
    ),
    ("id", re.compile(r"(?<![0-9a-z])(?P<it>[0-9a-f]{32,64}+)(?![0-9a-z])", re.I)),
    ("email", re.compile(r"(?<![\w.+-])(?P<it>[\w.+-]++@(?:[\w-]++\.)++[A-Za-z][\w-]*+)")),
)
# A slash may be written as in a JSON pointer or in a URL; a project's folder may have dashes for slashes.
_SLASH = r"(?:[\\/]++|~1|%2F)"
_HOME = re.compile(
    rf"(?:[A-Za-z]:|\\\\[\w.-]++|{_SLASH}(?:mnt{_SLASH}[a-z]|var))?+{_SLASH}(?:home|Users){_SLASH}"
    r"(?P<user>(?:(?!~1|%2F)[^\\/:;,\"'|<>\n])++)",
    re.I,
)
_DASHED_HOME = re.compile(r"(?<!\w)-(?:home|Users)-(?P<user>[\w.]++)(?=-)", re.I)
_ROOT_HOME = re.compile(r"(?<![\w/])/root(?=/|$)")

# Names of accounts that many machines have, and words of the reports themselves: they tell of nobody.
_NOBODY = frozenset(
    {
        *(
            "root",
            "admin",
            "user",
            "users",
            "app",
            "apps",
            "node",
            "bun",
            "deno",
            "npm",
            "pm2",
            "www",
            "web",
        ),
        *(
            "runner",
            "build",
            "builder",
            "circleci",
            "ubuntu",
            "debian",
            "ec2-user",
            "opc",
            "home",
            "shared",
        ),
        *(
            "public",
            "default",
            "guest",
            "linux",
            "darwin",
            "external",
            "memory",
            "heap",
            "growth",
            "evidence",
            "rss",
        ),
        *(
            "peak",
            "rate",
            "sample",
            "case",
            "process",
            "error",
            "warning",
            "info",
            "note",
            "value",
            "source",
        ),
        *("report", "dump"),
    }
)


class Redactor:
    """Replaces what identifies a person or opens a door."""

    def __init__(self, user: str | None = None, home: str | None = None) -> None:
        self._numbers: Counter[str] = Counter()
        self._stand_ins: dict[tuple[str, str], str] = {}
        self._users: dict[str, None] = {}
        self._known_users: re.Pattern[str] | None = None
        self._home = home if home and len(home) > 1 else None
        self._note_user(user or "")

    def clean(self, value: T) -> T:
        """Return a copy of a tree of records with every string redacted.

        User names are collected first, so that a name is replaced also where it stands before the
        path that gives it away.
        """
        map_strings(value, self._collect_users)
        if self._users:
            longest_first = sorted(self._users, key=lambda name: (-len(name), name))
            names = "|".join(map(re.escape, longest_first))
            self._known_users = re.compile(rf"(?<!\w)(?P<it>{names})(?!\w)")
        cleaned: T = map_strings(value, self.redact)
        return cleaned

    def redact(self, text: str) -> str:
        """Return a text with stand-ins."""
        for kind, pattern in _PATTERNS:
            text = pattern.sub(self._replacing(kind), text)
        if self._home:
            text = text.replace(self._home, "~")
        text = _ROOT_HOME.sub("~", _DASHED_HOME.sub("-~", _HOME.sub("~", text)))
        if self._known_users:
            text = self._known_users.sub(self._replacing("user"), text)
        return text

    def _collect_users(self, text: str) -> str:
        for user in (*_HOME.findall(text), *_DASHED_HOME.findall(text)):
            self._note_user(user)
        return text

    def _note_user(self, user: str) -> None:
        if len(user) > 2 and user.lower() not in _NOBODY:
            self._users.setdefault(user)

    def _replacing(self, kind: str) -> Callable[[re.Match[str]], str]:
        def replace(match: re.Match[str]) -> str:
            start, end = match.start("it") - match.start(), match.end("it") - match.start()
            whole = match[0]
            if whole[start:end].startswith("<"):  # a stand-in already
                return whole
            return whole[:start] + self._stand_in(kind, match["it"]) + whole[end:]

        return replace

    def _stand_in(self, kind: str, secret: str) -> str:
        known = self._stand_ins.get((kind, secret))
        if known is None:
            self._numbers[kind] += 1
            known = self._stand_ins[kind, secret] = f"<{kind}-{self._numbers[kind]}>"
        return known


def for_this_user() -> Redactor:
    """Return a redactor that also knows the user and the home folder of this process."""
    import os
    from pathlib import Path

    user = os.environ.get("USER") or os.environ.get("USERNAME")
    try:
        home = str(Path.home())
    except RuntimeError:
        home = None
    return Redactor(user, home)
