r"""Home folders in paths: `/home/ann`, `/Users/ann`, `C:\Users\ann`, and how else they are written.

A home stands at the start of an absolute path, or below a folder that holds disks and copies of them
(`/mnt/disk/home/ann`). `/api/users/100` of a URL or a route is none.
"""

import re
from collections.abc import Callable, Iterator

from memdoctor.signs import likely, signed

_END = r"\s\\/:;,\"'`|<>()\[\]{}*?!=&#"  # what no name of an account has
_NAME = rf"(?!\.)(?:(?!~1|%2F)[^{_END}])++"
# Names with spaces are known of macOS and Windows only; a further word is one if a slash follows it.
_SPACED_NAME = rf"{_NAME}(?:\ [A-Z](?:(?!~1|%2F)[^{_END}])*+){{0,2}}+(?=[\\/]|~1|%2F)"
_HOLDS_DISKS = (
    "mnt|media|Volumes|tmp|private|var|export|backups?|data|nfs|net|srv|opt|usr|host|rootfs|proc|run"
)
# A path may be the name of a property, behind the dot of its object: hits./home/ann/x.
_START = (
    rf"(?:(?<![\w.~%/\\-])|(?<=[\w\])>]\.)|(?<=\bfile://))"
    rf"(?:(?:/cygdrive)?/[A-Za-z](?=/)|/(?:{_HOLDS_DISKS})(?:/(?!home/|Users/)[^\s/]++)*+)?+"
)
_WINDOWS = r"(?i:users|home|documents\ and\ settings)"
_PATTERNS = tuple(
    signed(re.compile(pattern), *signs)
    for pattern, *signs in (
        (
            rf"(?i:(?<!\w)[a-z]:[\\/]++|\\\\[\w.$-]++\\){_WINDOWS}[\\/]++(?P<user>{_SPACED_NAME}|{_NAME})",
            "users",
            "home",
            "documents and settings",
        ),
        (
            rf"(?i:[\\/]{{2,4}}wsl(?:\$|\.localhost)[\\/]++[\w.-]++[\\/]++home[\\/]++)(?P<user>{_NAME})",
            "wsl",
        ),
        (rf"{_START}/home/++(?P<user>{_NAME})", "/home/"),
        (
            rf"{_START}/(?:Users|Documents\ and\ Settings)/++(?P<user>{_SPACED_NAME}|{_NAME})",
            "/users/",
            "/documents and settings/",
        ),
        (rf"(?i:~1|%2F)(?:home|Users)(?i:~1|%2F)(?P<user>{_SPACED_NAME}|{_NAME})", "~1", "%2f"),
        (
            r"(?<!\w)-(?:home|Users)-(?P<user>[\w.]++)(?=-)",  # a folder named after a path
            "-home-",
            "-users-",
        ),
    )
)
_ROUTE = re.compile(r"\b(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\s$")
_ROOT = re.compile(r"(?<![\w/.~])/root(?![\w.-])")


def homes(text: str) -> Iterator[re.Match[str]]:
    """Yield the home folders that a text names; the group named `user` is whose."""
    for pattern in likely(_PATTERNS, text):
        yield from (match for match in pattern.finditer(text) if not _is_route(match))


def users(text: str) -> Iterator[str]:
    """Yield the accounts whose home folders a text names."""
    return (match["user"] for match in homes(text))


def without_homes(text: str, stand_in: Callable[[str], str]) -> str:
    """Return a text with `stand_in(user)` for each home folder."""

    def replaced(match: re.Match[str]) -> str:
        if _is_route(match):
            return match[0]
        return ("-" if match[0].startswith("-") else "") + stand_in(match["user"])

    for pattern in _PATTERNS:
        text = pattern.sub(replaced, text)
    return _ROOT.sub(lambda _: stand_in("root"), text)


def _is_route(match: re.Match[str]) -> bool:
    """Whether a method of HTTP stands before it."""
    return _ROUTE.search(match.string, max(match.start() - 8, 0), match.start()) is not None
