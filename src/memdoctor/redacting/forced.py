"""Places whose content is private whatever words it is made of: values of an environment, users, secrets.

Patterns take linear time: what they repeat they never give back. The group named `it` is what is replaced.
"""

import re

from memdoctor.secrets import PATTERNS

_VALUE = r"\"(?P<it>(?:[^\"\\]++|\\.)++)\""
_NOT_ANALYSED = r"(?!\"NODE_OPTIONS\"|\"PM2_HOME\"|\"NODE_APP_INSTANCE\")"

FORCED: tuple[re.Pattern[str], ...] = (
    *(pattern for _, pattern in PATTERNS),
    # A variable of an environment, in JSON.
    re.compile(rf"{_NOT_ANALYSED}\"[A-Z][A-Z0-9_]{{2,100}}+\"\s*+:\s*+{_VALUE}", re.S),
    # A telling key with a number.
    re.compile(
        r"\"[\w-]{0,40}?(?:password|passwd|secret|token|api[_-]?key|pin|phone)[\w-]{0,40}+\"\s*+:\s*+(?P<it>[0-9]{3,20}+)",
        re.I,
    ),
    # Users: their homes, and before the host of an address.
    re.compile(r"(?i:[\\/](?:home|Users)[\\/]{1,2})(?!root\b)(?P<it>[^\\/\s\"':;,|<>]{3,64}+)"),
    re.compile(r"(?<![\w.+/-])(?P<it>[\w.+-]{3,64}+)@(?=[\w-])(?![0-9])"),
    re.compile(rf"\"(?:host|hostname|user|username|User|HOSTNAME|USER|LOGNAME|mac)\"\s*+:\s*+{_VALUE}"),
)  # fmt: skip
