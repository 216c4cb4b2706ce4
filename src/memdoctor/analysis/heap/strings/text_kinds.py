"""What a text likely is, by its beginning. Nothing here says what the text says."""

import re
from collections.abc import Callable

# Each pattern is matched once, from the start, and none can go back over what it read more than once:
# a text that was written to be slow is no slower than another one.
_JUDGED = 512  # units from the beginning: more do not tell more
_ENCODED, _WORDS, _HITS = 40, 30, 2
_CONTROLS = 0.1

_ID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{16,128}|0x[0-9a-fA-F]+")
_NUMBER = re.compile(r"[+-]?[0-9]{1,400}(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?")
_URL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]{0,30}://[^\s\"'<>]+|data:[a-z]+/[a-z0-9.+-]+[;,]\S*")
_MARKUP = re.compile(
    r"\s*+<(?:!DOCTYPE|!--|\?xml|/?[a-zA-Z][a-zA-Z0-9:-]*+(?:\s[^<]*+)?/?>|[a-z]+\s[a-z-]+=)"
)
_OBJECT = re.compile(r"\s*+\{\s*+(?:\}|\"[^\"]*+\"\s*+:)")
_LIST = re.compile(r"\s*+\[\s*+(?:[\[{\"\]]|-?[0-9][0-9.eE+-]*+\s*+[,\]]|(?:true|false|null)\b)")
_CHAT = re.compile(
    r"\"role\"\s*+:\s*+\"(?:user|assistant|system|tool|developer)\""
    r"|<\|[a-z_]{2,20}\|>|\[/?INST\]|<(?:system|user|assistant|instructions?)>"
    r"|(?:^|\n)#{0,4} ?(?:Human|Assistant|System|User|AI): |^\s{0,8}You are (?:an?|the) "
)
_BASE64 = re.compile(r"(?:data:[a-z]+/[a-z0-9.+-]+;base64,|eyJ)?[A-Za-z0-9+/_.\r\n-]+={0,2}")
_PEM = "-----BEGIN "
_PATH = re.compile(r"(?:file://|node:|~|\.{1,2}|[A-Za-z]:)?(?:[/\\][^/\\\n\t\"<>|*?]*+)++")
_RELATIVE = re.compile(r"[\w@.-]++(?:/[\w@. -]++)++")
_CODE_START = re.compile(
    r"\s*+(?:import[\s{*\"']|export\s|\(\s?(?:async\s)?(?:function\b|\(|\w+ =>)"
    r"|(?:async\s+)?function[\s*(]|class\s+[\w$]+[^.]{0,40}\{|(?:const|let|var)\s+[\w${\[])"
)
_COMMENTS = ("#!/", "//", "/*", "'use strict'", '"use strict"')
_KEYWORD = re.compile(
    r"\b(?:function|return|const|let|var|class|import|export|typeof|await|def|void|static)\b|=>|===|\);"
)


def kind_of(text: str) -> str:
    """Return what a text likely is: one of `KINDS`.

    >>> kind_of("/srv/app/index.js")
    'path'
    """
    text = text[:_JUDGED]
    return next(kind for kind, holds in _TESTS if holds(text))


def _is_base64(text: str) -> bool:
    if text.startswith(_PEM):
        return True
    if len(text) < _ENCODED or not _BASE64.fullmatch(text):
        return False
    if text.startswith(("data:", "eyJ")):
        return True
    # A long word, a path or a list of names has no such mix.
    upper, lower = sum(map(str.isupper, text)), sum(map(str.islower, text))
    digits = sum(map(str.isdigit, text))
    return min(upper, lower) * 8 >= len(text) and digits > 0 and text.count("/") * 8 < len(text)


def _is_binary(text: str) -> bool:
    odd = sum(1 for unit in text if (unit < " " and unit not in "\t\n\r\f\v\x1b") or unit in "\x7f\ufffd")
    return odd > _CONTROLS * len(text)


def _is_source(text: str) -> bool:
    """Say whether it begins as code does, or has its words and its signs."""
    if text.startswith(_COMMENTS):
        return "\n" in text or text[0] in "\"'"
    hits = len(_KEYWORD.findall(text))
    begins = _CODE_START.match(text) is not None
    signs = any(sign in text for sign in ("{", ";\n", "=>")) or text.rstrip().endswith(";")
    return signs and (hits > _HITS or (begins and hits > 0))


def _is_prose(text: str) -> bool:
    """Say whether it is prose as long as what is said to a language model."""
    words = text.split()
    letters = sum(map(str.isalpha, text))
    if letters * 10 < len(text) * 7:
        return False
    if len(words) < _WORDS:
        # Some languages are written without spaces.
        return len(text) >= _JUDGED // 4 and letters > sum(map(str.isascii, text)) * 4
    return letters <= len(words) * 12 and any(sign in text for sign in (". ", ".\n", ", ", "? ", ": "))


def _is_path(text: str) -> bool:
    if len(text) < 2 or "\n" in text or text.startswith("//"):
        return False
    if _PATH.fullmatch(text) and any(map(str.isalnum, text)):
        return " " not in text or text.count("/") + text.count("\\") >= 2
    # A word with a slash in it is a path only where its last part looks like a file.
    last = text.rpartition("/")[2].rpartition(".")
    return bool(last[1]) and 0 < len(last[2]) <= 5 and last[2].isalnum() and bool(_RELATIVE.fullmatch(text))


# In this order: the first that holds.
_TESTS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("empty", lambda text: not text),
    ("number", lambda text: bool(_NUMBER.fullmatch(text))),
    ("id", lambda text: bool(_ID.fullmatch(text)) and any(map(str.isdigit, text))),
    ("base64", _is_base64),
    ("path", _is_path),
    ("url", lambda text: bool(_URL.fullmatch(text))),
    ("binary", _is_binary),
    ("prompt", lambda text: _CHAT.search(text) is not None),
    ("markup", lambda text: bool(_MARKUP.match(text))),
    ("json", lambda text: bool(_OBJECT.match(text) or _LIST.match(text))),
    ("source", _is_source),
    ("prompt", _is_prose),
    ("text", lambda text: True),
)


KINDS = tuple(dict.fromkeys(kind for kind, _ in _TESTS))
