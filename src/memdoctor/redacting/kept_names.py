"""Which names stay with `--keep-names`: those that code gives, not keys that are data."""

import re

from memdoctor.secrets import EVERYWHERE

_NAME = re.compile(
    r"(?:(?:get|set|bound|async|static|Detached) )?#?[A-Za-z_$][\w$]{0,59}(?:\.[A-Za-z_$][\w$]{0,59}){0,3}"
)
_MOST_DIGITS = 3  # in a name: more are an id
_LONGEST_WORD = 24  # letters without a capital or an underscore


def is_plain_name(text: str) -> bool:
    """Whether a text is a name that a person gave to a class, a function or a property.

    >>> is_plain_name("SessionStore"), is_plain_name("user-4711"), is_plain_name("sk_live_51Hx9a")
    (True, False, False)
    """
    if not text.isascii() or not _NAME.fullmatch(text):
        return False
    if sum(map(str.isdigit, text)) > _MOST_DIGITS:
        return False
    words = re.split(r"[_.$#]|(?=[A-Z][a-z])", text)
    return max(map(len, words)) <= _LONGEST_WORD and not any(p.search(text) for _, p in EVERYWHERE)
