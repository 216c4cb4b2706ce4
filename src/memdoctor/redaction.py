"""What may leave the machine: stand-ins for secrets, names and places.

Every shareable format goes through `Redactor`. The same name gets the same stand-in, so that a reader
can still see that two lines speak of one thing.
"""

import re
from collections import Counter
from collections.abc import Callable
from typing import TypeVar

from memdoctor.text import map_strings

T = TypeVar("T")

_TELLING_NAME = r"[\w.-]*(?:token|secret|passwd|password|api[_-]?key|credential|auth)[\w.-]*"

# Kind → pattern; the group named `it` is what is replaced. Tokens come first: they may hold the others.
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("credentials", re.compile(r"\b[a-z][a-z0-9+.-]*://(?P<it>[^\s/@]+)@", re.IGNORECASE)),
    ("token", re.compile(r"\b(?:Bearer|Basic)\s+(?P<it>[\w.~+/=-]{8,})", re.IGNORECASE)),
    (
        "token",
        re.compile(
            r"\b(?P<it>eyJ[\w-]{8,}\.[\w-]+\.?[\w-]*"  # JSON web token
            r"|sk-[\w-]{8,}|gh[pousr]_\w{8,}|github_pat_\w{8,}|glpat-[\w-]{8,}"
            r"|xox[abposr]-[\w-]{8,}|AKIA[0-9A-Z]{12,}|AIza[\w-]{20,}|npm_\w{8,})"
        ),
    ),
    (
        "secret",
        re.compile(rf"\b{_TELLING_NAME}[\"']?\s*[=:]\s*[\"']?(?P<it>[^\s\"',;&]+)", re.IGNORECASE),
    ),
    ("value", re.compile(r"\b[A-Z][A-Z0-9]*_[A-Z0-9_]*=(?P<it>[^\s\"']+)")),
    (
        "id",
        re.compile(
            r"\b(?P<it>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b",
            re.IGNORECASE,
        ),
    ),
    ("email", re.compile(r"(?P<it>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)")),
)
_HOME = re.compile(
    r"(?:/home|/Users|/var/home|[A-Za-z]:[\\/]+Users|[\\/]+mnt[\\/]+[a-z][\\/]+Users)[\\/]+"
    r"(?P<user>[^\\/\s:;,\"'|]+)"
)
_ROOT_HOME = re.compile(r"(?<![\w/])/root(?=/|$)")


class Redactor:
    """Replaces what identifies a person or opens a door, and counts what it replaced."""

    def __init__(self, user: str | None = None, home: str | None = None) -> None:
        self.counts: Counter[str] = Counter()
        self._stand_ins: dict[tuple[str, str], str] = {}
        self._users: set[str] = {user} if user and len(user) > 2 and user != "root" else set()
        self._home = home if home and len(home) > 1 else None

    def clean(self, value: T) -> T:
        """Return a copy of a tree of records with every string redacted.

        User names are collected first, so that a name is replaced also where it stands before the
        path that gives it away.
        """
        map_strings(value, self._collect_users)
        cleaned: T = map_strings(value, self.redact)
        return cleaned

    def redact(self, text: str) -> str:
        """Return a text with stand-ins."""
        for kind, pattern in _PATTERNS:
            text = pattern.sub(self._replacing(kind), text)
        if self._home:
            text = text.replace(self._home, "~")
        text = _ROOT_HOME.sub("~", _HOME.sub("~", text))
        for user in self._users:
            text = re.sub(rf"(?<!\w){re.escape(user)}(?!\w)", lambda m: self._stand_in("user", m[0]), text)
        return text

    def _collect_users(self, text: str) -> str:
        self._users |= {user for user in _HOME.findall(text) if len(user) > 2}
        return text

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
            number = sum(existing == kind for existing, _ in self._stand_ins) + 1
            known = self._stand_ins[kind, secret] = f"<{kind}-{number}>"
        self.counts[kind] += 1
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
