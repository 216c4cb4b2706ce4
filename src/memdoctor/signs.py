"""What a text must have before a pattern can match in it: to look for that takes far less time."""

import re
from collections.abc import Iterable, Iterator

# Of names that tell of a secret, and of tokens: each has one of these.
OF_TELLING_NAMES = (
    *("token", "secret", "passwd", "password", "passphrase", "credential", "cookie", "authorization"),
    *("signature", "oauth", "dsn", "pwd"),
    *(
        f"{first}{between}{last}"
        for first, last in (
            *(("api", "key"), ("access", "key"), ("private", "key")),
            *(("session", "id"), ("connection", "string")),
        )
        for between in ("", "_", "-")
    ),
)
OF_TOKENS = (
    *("eyj", "sk-", "sk_", "rk-", "rk_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-"),
    *("xox", "xapp-", "akia", "asia", "aiza", "npm_", "hf_", "pypi-", "shp", "dop_v1_", "whsec_", "sg."),
    "ya29.",
)
_SIGNS: dict[re.Pattern[str], tuple[str, ...]] = {}
# Beyond ASCII, and yet one of its letters where case is ignored.
_FOLDED = "\u0130\u0131\u017f\u212a"


def signed(pattern: re.Pattern[str], *signs: str) -> re.Pattern[str]:
    """Return a pattern that matches only where a text has one of these signs, in small or large letters.

    >>> any(likely([signed(re.compile("Key=.+"), "key=")], "a=1"))
    False
    """
    _SIGNS[pattern] = signs
    return pattern


def likely(patterns: Iterable[re.Pattern[str]], text: str) -> Iterator[re.Pattern[str]]:
    """Yield the patterns that may match in a text: those that have no signs, or one that it has."""
    small = None if any(letter in text for letter in _FOLDED) else text.lower()
    found: dict[tuple[str, ...], bool] = {}  # several patterns have the same signs
    for pattern in patterns:
        signs = _SIGNS.get(pattern)
        if small is not None and signs:
            if signs not in found:
                found[signs] = any(sign in small for sign in signs)
            if not found[signs]:
                continue
        yield pattern
