"""What may leave the machine: stand-ins for secrets, names and places.

Every shareable format goes through `Redactor`. The same name gets the same stand-in, so that a reader
can still see that two lines speak of one thing. Patterns take linear time on any text: what they repeat
they never give back.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from memdoctor.cuts import MARK
from memdoctor.halves import Halves
from memdoctor.homes import users, without_homes
from memdoctor.hosts import hosts, without_hosts
from memdoctor.nobody import NOBODY
from memdoctor.secrets import EVERYWHERE, HALVES, LONG_WORD, PRIVATE, is_drawn
from memdoctor.text import fields_named, file_name, map_strings, with_group

T = TypeVar("T")
Pattern = tuple[str, re.Pattern[str]]

# Fields whose words are memdoctor's own, and mappings whose keys are.
_OWN_WORDS = frozenset(
    [
        *("rule", "severity", "confidence", "kind", "figure", "metric", "unit", "verdict", "format"),
        *("runtime", "explains", "columns", "facts", "view", "listing", "sha256", "silent"),
        *("heap_limit_kind", "order_by", "by", "counted", "fail_on"),
    ]
)
_OWN_KEYS = frozenset(
    [
        "figures",
        "counts",
        "leading",
        "tool",
        "detail",
        "totals",
        "about",
        "rows",
        "classes",
        "places",
        "tree",
    ]
)
_TOKEN = re.compile(r"[^\s:,;\"'`()\[\]{}<>|#]++")
_ABSOLUTE = re.compile(r"[\\/~]|[A-Za-z]:|\.\.(?:[\\/]|$)|.*[\\/]\.\.(?:[\\/]|$)", re.S)
_HOME = "home folder"
_PLURALS = {"address": "addresses", "credentials": "credentials"}


class Redactor:
    """Replaces what identifies a person or a machine, or opens a door."""

    def __init__(self, user: str | None = None, home: str | None = None, host: str | None = None) -> None:
        self._numbers: Counter[str] = Counter()
        self._stand_ins: dict[tuple[str, str], str] = {}
        self._homes: dict[str, str] = {}
        self._known: dict[str, str] = {}  # name → kind
        self._known_pattern: re.Pattern[str] | None = None
        self._halves: Halves | None = None
        self._files: frozenset[str] = frozenset()
        self._own_home = re.compile(rf"{re.escape(home)}(?![\w.-])") if home and len(home) > 1 else None
        self._note("user", user or "")
        self._note("host", (host or "").partition(".")[0])
        self._note("host", host or "")
        self._learn()

    def clean(self, value: T) -> T:
        """Return a copy of a tree of records with every string redacted.

        Names are collected first, so that a name is replaced also where it stands before the path or
        the address that gives it away.
        """
        for account in fields_named(value, "user"):
            self._note_account(account)
        map_strings(value, self._collect)
        self._learn()
        cleaned: T = map_strings(value, self.redact, fixed=_OWN_WORDS, own_keys=_OWN_KEYS)
        return cleaned

    def spare_files(self, names: Iterable[str]) -> None:
        """Leave the relative names of input files as they are, unless there is a secret in them.

        They are the locations that other tools go by.
        """
        relative = (name for name in names if name and not _ABSOLUTE.match(name))
        self._files |= {name for name in relative if self._replaced(name, EVERYWHERE) == name}

    def content(self, text: str) -> str:
        """Return what stands for a text out of the program's data."""
        cut = text.endswith("…")
        count = len(text) - cut
        words = f"string of {count} character{'' if count == 1 else 's'}{' or more' if cut else ''}"
        return f"{words} {self._stand_in('string', text)}"

    @property
    def removed(self) -> Mapping[str, int]:
        """How many different things of each kind have a stand-in."""
        homes = {_HOME: len(self._homes)} if self._homes else {}
        return {**homes, **self._numbers}

    def redact(self, text: str) -> str:
        """Return a text with stand-ins; names of spared files stay."""
        if not self._files:
            return self._redacted(text)
        return "".join(part if spared else self._redacted(part) for part, spared in self._parts(text))

    def _redacted(self, text: str) -> str:
        text = self._replaced(text, EVERYWHERE)
        text = self._replaced(text, PRIVATE)
        text = LONG_WORD.sub(lambda m: self._stand_in("token", m[0]) if is_drawn(m[0]) else m[0], text)
        if self._own_home:
            text = self._own_home.sub(lambda match: self._home(file_name(match[0])), text)
        text = without_homes(text, self._home)
        text = without_hosts(text, self._stand_in)
        if self._known_pattern:
            text = self._known_pattern.sub(lambda m: self._stand_in(self._known[m[0]], m[0]), text)
        return self._without_halves(text) if MARK in text else text

    def _without_halves(self, text: str) -> str:
        """Return a text that somebody has cut without the halves of what would be replaced."""
        if self._halves is None:
            self._halves = Halves(self._known)
        return self._halves.removed(self._replaced(text, HALVES))

    def _parts(self, text: str) -> Iterator[tuple[str, bool]]:
        """Yield a text in parts, each with whether it is the name of a spared file."""
        names = (text, text.partition("#")[0], text.rpartition(":")[0])
        whole = next((name for name in names if name in self._files), "")
        if whole:
            yield whole, True
        rest, done = text[len(whole) :], 0
        for match in _TOKEN.finditer(rest):
            if match[0] in self._files:
                yield rest[done : match.start()], False
                yield match[0], True
                done = match.end()
        yield rest[done:], False

    def _replaced(self, text: str, patterns: Iterable[Pattern]) -> str:
        for kind, pattern in patterns:
            text = pattern.sub(self._replacing(kind), text)
        return text

    def _collect(self, text: str) -> str:
        for user in users(text):
            self._note("user", user)
        for host in hosts(text):
            if any(not sign.isalpha() for sign in host):  # else it may be any word
                self._note("host", host)
        return text

    def _note_account(self, account: str) -> None:
        r"""Note what a system calls a user: `ann`, `DESKTOP-1\ann`, or `averylo+` where it was cut."""
        *machine, user = account.split("\\")
        if machine and machine[-1].upper().startswith(("NT ", "NT-")):
            return  # an account of Windows itself
        self._note("user", user.rstrip("+"))
        if machine:
            self._note("host", machine[-1])

    def _note(self, kind: str, name: str) -> None:
        name = name.rstrip(".")
        if len(name) > 2 and name.lower() not in NOBODY and not name.isdigit():
            self._known.setdefault(name, kind)

    def _learn(self) -> None:
        longest_first = sorted(self._known, key=lambda name: (-len(name), name))
        names = "|".join(map(re.escape, longest_first))
        self._known_pattern = re.compile(rf"(?<!\w)(?:{names})(?!\w)") if names else None
        self._halves = None

    def _replacing(self, kind: str) -> Callable[[re.Match[str]], str]:
        def replace(match: re.Match[str]) -> str:
            if match["it"].startswith(("<", "***")):  # a stand-in already
                return match[0]
            return with_group(match, self._stand_in(kind, match["it"]))

        return replace

    def _home(self, user: str) -> str:
        """Return `~` for the first home folder, and for others one that tells them apart."""
        user = user.rstrip(".")
        if user not in self._homes:
            name = user if user.lower() in NOBODY else self._stand_in("user", user)
            self._homes[user] = f"~{name}" if self._homes else "~"
        return self._homes[user]

    def _stand_in(self, kind: str, secret: str) -> str:
        if kind == "user" and secret.lower() in NOBODY:
            return secret
        known = self._stand_ins.get((kind, secret))
        if known is None:
            self._numbers[kind] += 1
            known = self._stand_ins[kind, secret] = f"<{kind}-{self._numbers[kind]}>"
        return known


def for_this_user() -> Redactor:
    """Return a redactor that also knows the user, the home folder and the host name of this process."""
    import os
    from pathlib import Path

    user = os.environ.get("USER") or os.environ.get("USERNAME")
    host = os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME")
    try:
        home = str(Path.home())
    except RuntimeError:
        home = None
    return Redactor(user, home, host)


def told(removed: Mapping[str, int]) -> str:
    """Return what was removed in words.

    >>> told({"home folder": 1, "token": 3, "address": 2})
    'removed: 1 home folder, 3 tokens, 2 addresses'
    """
    counts = (
        f"{count} {kind if count == 1 else _PLURALS.get(kind, kind + 's')}"
        for kind, count in removed.items()
    )
    return f"removed: {', '.join(counts) or 'nothing'}"
