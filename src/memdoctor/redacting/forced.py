"""Places whose content is private whatever words it is made of: values of an environment, users, secrets.

Patterns take linear time: what they repeat they never give back. The group named `it` is what is replaced.
"""

import re
from functools import lru_cache

from memdoctor.redacting.built_in import words
from memdoctor.secrets import IN_TEXTS, PATTERNS, tells_secret

_VALUE = r"\"(?P<it>(?:[^\"\\]++|\\.)++)\""
_NUMBER = r"(?P<it>[0-9]{3,20}+)(?![.\w])"
_STRING_OR_NUMBER = r"(?:\"(?=[^\"]))?(?P<it>(?<=\")(?:[^\"\\]++|\\.)++|(?<!\")[0-9]{3,20}+(?![.\w]))"
_NOT_ANALYSED = r"(?!\"NODE_OPTIONS\"|\"PM2_HOME\"|\"NODE_APP_INSTANCE\")"
_TELLING = (
    r"password|passwd|passphrase|secret|(?:access|auth|refresh|bearer|id)[_-]?token|\"token\"|api[_-]?key|credential"
    r"|cookie|authorization|signature|phone"
)
_KEY = rf"(?=\"[^\"\\]{{0,60}}?(?:{_TELLING}))\"[^\"\\]{{1,100}}+\"\s*+:\s*+"
_OF_PEOPLE = "host|hostname|user|username|User|HOSTNAME|USER|LOGNAME|mac"
_NAMED = r"\"(?P<name>[A-Za-z_][\w.-]{1,60}+)\"\s*+:\s*+"

# An object that is an environment, and what is in one.
ENVIRONMENTS = re.compile(
    r"\"(?:env|environment|environmentVariables)\"\s*+:\s*+\{(?:\"(?:[^\"\\]++|\\.)*+\"|[^\"{}])*+", re.S
)
VARIABLES = re.compile(rf"{_NOT_ANALYSED}\"[^\"\\]{{1,100}}+\"\s*+:\s*+{_STRING_OR_NUMBER}", re.S)
_NUMBER_OF_ENVIRONMENT = re.compile(
    rf"{_NOT_ANALYSED}\"(?P<variable>[A-Z][A-Z0-9_]{{1,100}}+)\"\s*+:\s*+{_NUMBER}"
)
_TOLD_MEMBERS = (
    _NUMBER_OF_ENVIRONMENT,
    re.compile(rf"{_NAMED}{_VALUE}", re.S),
    re.compile(rf"{_NAMED}{_NUMBER}"),
    # Options and values of a command line, one after the other.
    re.compile(rf"\"(?P<name>--?[A-Za-z][\w-]{{1,60}}+)\"\s*+,\s*+(?!\"-){_VALUE}", re.S),
)
_TOLD_PLACES = (
    re.compile(r"(?<![\w-])(?P<name>--?[A-Za-z][\w-]{1,60}+)[ =](?P<it>[^\s<\"'-][^\s\"']*+)"),
    re.compile(
        r"(?<![\w.-])(?P<name>[A-Za-z_][\w.-]{1,60}+)[\"']?\s{0,3}[:=]\s{0,3}(?P<it>\"[^\"\s]{3,}+\"|'[^']{3,}+'|[0-9]{4,20}+(?!\w))"
    ),
)
# They hold what is private if their key says so.
TOLD = (*_TOLD_MEMBERS, *_TOLD_PLACES)

# Members of a JSON document, told by their key.
MEMBERS: tuple[re.Pattern[str], ...] = (
    re.compile(rf"{_NOT_ANALYSED}\"[A-Z][A-Z0-9_]{{2,100}}+\"\s*+:\s*+{_VALUE}", re.S),
    re.compile(rf"{_KEY}{_VALUE}", re.S | re.I),
    re.compile(rf"{_KEY}{_NUMBER}", re.I),
    re.compile(rf"\"(?:{_OF_PEOPLE})\"\s*+:\s*+{_VALUE}", re.S),
    re.compile(r"\"(?:-u|--user|--proxy-user)\"\s*+,\s*+\"[^\":\\]++:(?P<it>(?:[^\"\\]++|\\.)++)\""),
    *_TOLD_MEMBERS,
)
# In any text.
PLACES: tuple[re.Pattern[str], ...] = (
    *(pattern for _, pattern in (*PATTERNS, *IN_TEXTS)),
    re.compile(r"[?&][\w.\[\]-]{1,60}+=(?P<it>[^\s&\"'<>#;,)]++)"),  # a query of a URL
    *_TOLD_PLACES,
)
# Users: their homes, and before the host of an address.
USERS: tuple[re.Pattern[str], ...] = (
    re.compile(r"(?i:[\\/](?:home|Users)[\\/]{1,2})(?!root\b)(?P<it>[^\\/\s\"':;,|<>]{3,64}+)"),
    re.compile(r"(?<![\w.+/\\-])(?P<it>[\w.+-]{3,64}+)@(?=[\w-])(?![0-9])"),
)
# A text of words alone has no such place but a token, and of that no word is known.
NO_PLACE = re.compile(r"[\w$ .,()]{0,200}+")
# Words that tell of a secret where a person names an option, and of much else in documents.
_HARMLESS = frozenset({"key", "pass", "pw", "sig", "pat"})


def tells(match: re.Match[str]) -> bool:
    """Whether the name that stands before a value says that it is private."""
    if (variable := match.groupdict().get("variable")) is not None:
        return variable.lower() not in words() or tells_secret(variable)
    name: str = match["name"]
    if name.lower() in _HARMLESS or name.lower().endswith(("tokens", "keys")):
        return False
    return _telling(name)


@lru_cache(1 << 12)
def _telling(name: str) -> bool:
    spread = name.lower().replace("_", "").replace("-", "")
    return tells_secret(name) or spread in {"sessionid", "privatekey"}
