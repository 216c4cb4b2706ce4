"""What the first bytes of what PM2 prints look like: its own words and keys, never a file's name."""

import re
from functools import lru_cache

_TITLE = "Describing process with id "
_SETTINGS = ("script path", "exec mode", "unstable restarts")  # of a description whose title is lost
_APP = re.compile(
    r"\"pm2_env\"\s{0,20}:\s{0,20}\{|\"pm_exec_path\"\s{0,20}:|^\s{1,40}pm2_env: \{", re.MULTILINE
)
_BRACKET = re.compile(r"^[ \t]{0,200}+[\[{]|\]\[", re.MULTILINE)
_MINI = re.compile(r"^\+--- .{1,300}$", re.MULTILINE)
_MINI_ID = re.compile(r"^pm2 id : [0-9]", re.MULTILINE)


def is_pm2_json(head: bytes) -> bool:
    """Whether it holds a list of PM2's apps, running or saved, as JSON or JavaScript; or an empty one."""
    text = _text(head)
    if _APP.search(text):
        return _BRACKET.search(text) is not None
    before, _, rest = text.rpartition("[")
    return rest.strip() == "]" and (not before.strip() or "[PM2]" in before)


def is_describe(head: bytes) -> bool:
    """Whether it holds a description of an app."""
    text = _text(head)
    return _TITLE in text or all(words in text for words in _SETTINGS)


def is_list(head: bytes) -> bool:
    """Whether it holds a list of apps: a heading in a box, or blocks of the mini list."""
    text = _text(head)
    if _MINI.search(text) and _MINI_ID.search(text):
        return True
    from memdoctor.readers.parts.pm2.list_table import columns_of
    from memdoctor.readers.parts.pm2.printed_lines import cells_of, without_colours

    rows = (cells_of(without_colours(line)) for line in text.split("\n"))
    return any(cells and columns_of(cells) for cells in rows)


def is_message(head: bytes) -> bool:
    """Whether it is what PM2 says of a command, or prints of an app without describing it."""
    from memdoctor.readers.parts.pm2.spoken import kind_of

    return kind_of(_text(head)) is not None


@lru_cache(maxsize=2)
def _text(head: bytes) -> str:
    from memdoctor.readers.parts.decoding import decode
    from memdoctor.readers.parts.pm2.printed_lines import repaired

    return repaired(decode(head).text.removeprefix("\ufeff"))
