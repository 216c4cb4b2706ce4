"""What a subject is called in two runs alike: without pids, starts, ids of objects and names of files.

What a redacted report has in place of a name matches whatever stood there.
"""

import re
from collections.abc import Iterable

from memdoctor.text import file_name

_CHANGING = re.compile(
    r",? ?\(?\bpid \d+\)?"  # node (pid 12), server.js, pid 12
    r"|,? ?\bstarted \d{4}-\d\d-\d\dT[\d:]+Z"
    r"|,? ?\brestart \d+"
    r"| ?\(id \d+\)"  # of an app that PM2 runs several times
    r"|(?<=@)\d+"  # the id of an object
    r"|\d{4}-?\d\d-?\d\d[T_ -]?\d\d[:_-]?\d\d(?:[:_-]?\d\d)?Z?"  # a time in a name
)
_HOME = re.compile(r"(?:[A-Za-z]:)?[\\/](?:home|Users)[\\/][^\\/:\s]+|/root(?=/)")
_STAND_IN = re.compile(r"<[a-z]+-\d+>")


def stable(name: str, sources: Iterable[str] = ()) -> str:
    """Return a name as it is in other runs; empty for what goes by its file, pid or start alone.

    >>> stable("server.js, pid 4242"), stable("pid 12"), stable("a/dump.json#/1", ["a/dump.json"])
    ('server.js', '', '')
    >>> stable("Cache @4711"), stable("/home/ann/app.js")
    ('Cache @', '~/app.js')
    """
    if any(name.startswith((source, file_name(source))) for source in sources if source):
        return ""
    return _HOME.sub("~", _CHANGING.sub("", name)).strip(" ,")


def is_same(now: str, before: str) -> bool:
    """Whether two stable names are one; a stand-in is any name.

    >>> is_same("~/<user-1>.js", "~/<user-1>.js"), is_same("mail of ann", "mail of <user-1>")
    (True, True)
    >>> is_same("mail of ann", "mail to <user-1>"), is_same("mail of ", "mail of <user-1>")
    (False, False)
    """
    if now == before or "<" not in before:
        return now == before
    first, *others = _STAND_IN.split(before)
    if not others or not now.startswith(first):
        return False
    place = len(first)
    for part in others[:-1]:  # each after at least one sign, as early as it can be
        place = now.find(part, place + 1) + len(part)
        if place < len(part):
            return False
    return now.endswith(others[-1]) and len(now) - len(others[-1]) > place
