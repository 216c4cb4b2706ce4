"""Places whose content is private whatever words it is made of: values of an environment, users, secrets.

Patterns take linear time: what they repeat they never give back. The group named `it` is what is replaced.
"""

import re

from memdoctor.secrets import EVERYWHERE

_VALUE = r"\"(?P<it>(?:[^\"\\]++|\\.)++)\""
_NOT_ANALYSED = r"(?!\"NODE_OPTIONS\"|\"PM2_HOME\"|\"NODE_APP_INSTANCE\")"
_TELLING = (
    r"password|passwd|passphrase|secret|(?:access|auth|refresh|bearer|id)[_-]?token|\"token\"|api[_-]?key|credential"
    r"|cookie|authorization|signature|phone"
)
_KEY = rf"(?=\"[^\"\\]{{0,60}}?(?:{_TELLING}))\"[^\"\\]{{1,100}}+\"\s*+:\s*+"
_OF_PEOPLE = "host|hostname|user|username|User|HOSTNAME|USER|LOGNAME|mac"

# Members of a JSON document, told by their key.
MEMBERS: tuple[re.Pattern[str], ...] = (
    re.compile(rf"{_NOT_ANALYSED}\"[A-Z][A-Z0-9_]{{2,100}}+\"\s*+:\s*+{_VALUE}", re.S),
    re.compile(rf"{_KEY}{_VALUE}", re.S | re.I),
    re.compile(rf"{_KEY}(?P<it>[0-9]{{3,20}}+)(?![.\w])", re.I),
    re.compile(rf"\"(?:{_OF_PEOPLE})\"\s*+:\s*+{_VALUE}", re.S),
)
# In any text.
PLACES: tuple[re.Pattern[str], ...] = (
    *(pattern for _, pattern in EVERYWHERE),
    # Users: their homes, and before the host of an address.
    re.compile(r"(?i:[\\/](?:home|Users)[\\/]{1,2})(?!root\b)(?P<it>[^\\/\s\"':;,|<>]{3,64}+)"),
    re.compile(r"(?<![\w.+/\\-])(?P<it>[\w.+-]{3,64}+)@(?=[\w-])(?![0-9])"),
)
# A text of words alone has no such place but a token, and of that no word is known.
NO_PLACE = re.compile(r"[\w$ .,()]{0,200}+")
