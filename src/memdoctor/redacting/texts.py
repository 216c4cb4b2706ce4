"""Text and JSON: numbers, times and known words stay, every other word gets a stand-in of the same length.

Nothing is kept because it looks harmless: a word stays if memdoctor's readers look for it, or if it is a
name of the runtime. So a copy has the lines, columns and structure of its original, and its figures.
"""

import re
from collections.abc import Callable, Iterator

from memdoctor.redacting.built_in import KEPT_LENGTH, words
from memdoctor.redacting.forced import MEMBERS, NO_PLACE, PLACES
from memdoctor.redacting.stand_ins import StandIns
from memdoctor.text import with_group

# What a text is made of, the particular first. Escapes of JSON are no letters of a word.
_ESCAPE = r"\\u[0-9a-fA-F]{4}|\\[bfnrt\"\\/]"
_STRING_OF_JSON = re.compile(r"\"(?:[^\"\\]++|\\.)*+\"|[^\"]++|\"", re.S)
_SHORTEST_STRING = 2  # its quotation marks
_ESCAPED = re.compile(_ESCAPE)
_ENDS_IN_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*+\\\Z")  # an odd number of backslashes
_LONGEST_ESCAPE = 64  # characters looked at before a place
_DAY, _CLOCK = "[0-9]{4}-[0-9]{2}-[0-9]{2}", r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?"
_PART = "[0-9a-fA-F]{1,4}"  # of an IPv6 address
_SIX = f"(?:(?:{_PART}:){{3,7}}(?::|{_PART}){{1,4}}|{_PART}::(?:{_PART}:?){{1,6}})"
_TOKENS = (
    ("color", r"\x1b\[[0-9;?]{0,20}[A-Za-z]"),
    ("fraction", r"(?<![\w.])[0-9]{1,15}\.[0-9]{1,20}(?![\w.])"),
    ("time", rf"(?<![0-9.]){_DAY}(?:[T ]{_CLOCK}(?:Z|[+-][0-9]{{2}}:?[0-9]{{2}})?)?(?!\w)"),
    ("stamp", r"(?<!\w)[0-9]{8}T[0-9]{6}Z?(?!\w)"),
    ("uuid", r"(?<![\w-])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![\w-])"),
    ("address", r"(?<![\w.:-])(?!v?[0-9.]+-)[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![\w.])"),
    ("address6", rf"(?<![\w:.]){_SIX}(?![\w:.])"),
    ("word", r"[\w$]+"),
)  # fmt: skip
_TOKEN = re.compile(
    r"(?=[\w$\x1b])(?:" + "|".join(f"(?P<{name}>{pattern})" for name, pattern in _TOKENS) + ")"
)
_TOKEN_OF_JSON = re.compile(f"(?P<escape>{_ESCAPE})|{_TOKEN.pattern}")

_NUMBER = re.compile(r"[0-9]{1,15}")
_QUANTITY = re.compile(
    r"[0-9]{1,15}(?:[eE][0-9]{1,3}|[a-zA-Z]{1,2}|[KMGTkmgt]i?[Bb]|min|sec|bit|Min|hrs?|days?)|0x[0-9a-fA-F]{1,16}"
    r"|(?:[0-9]{1,3}[hmsd]){1,4}|v[0-9]{1,4}(?:_[0-9]{1,4}){0,3}|[0-9]{2}(?:[A-Z][a-z]{2})(?:[0-9]{2,4})?"
    r"|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[0-9]{1,4}(?:AM|PM)?|[0-9]{1,2}(?:AM|PM)"
)
_STATE = re.compile(r"[DIRSTtWXZP][sl<NLEVJXx]{1,4}|(?:tty[sS]?|pts|s)[0-9]{1,3}|(?:SIG|E)[A-Z0-9]{3,10}")
_FIGURES = (_NUMBER, _QUANTITY, _STATE)
_COUNTED = re.compile(r"([A-Za-z]+)([0-9]{1,4})")
_HEX = re.compile(r"(?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{16,128}")
_OF_AN_ERROR = re.compile(r"([A-Za-z_$][\w$]{2,60})(Error|Exception|Warning)")
_LOCAL = frozenset({"127.0.0.1", "0.0.0.0", "255.255.255.255"})  # noqa: S104 - of this machine and of all
_MOST_KNOWN, _LONGEST_KNOWN = 1 << 16, 100  # words whose stand-ins are kept at hand; characters


class Texts:
    """What stands for the words of texts."""

    def __init__(self, stand_ins: StandIns) -> None:
        self._stand_ins = stand_ins
        self._known: dict[str, str] = {}
        self._kept = words()
        self.replaced = 0
        self.kept = 0

    def redact(self, text: str, *, json: bool) -> str:
        """Return a text with stand-ins, of the same length; in `json` escapes stay escapes."""
        for pattern in MEMBERS:
            text = pattern.sub(self._force, text)
        text = _STRING_OF_JSON.sub(self._forced_string, text) if json else self._forced(text, self._force)
        return (_TOKEN_OF_JSON if json else _TOKEN).sub(self._token, text)

    def _forced_string(self, match: re.Match[str]) -> str:
        """Look into one string of JSON, or what is between two: no place goes beyond it."""
        if match[0][0] != '"' or len(match[0]) < _SHORTEST_STRING:
            return self._forced(match[0], self._force)
        return f'"{self._forced(match[0][1:-1], self._force_in_json)}"'

    def _forced(self, text: str, force: Callable[[re.Match[str]], str]) -> str:
        if NO_PLACE.fullmatch(text) is None:
            for pattern in PLACES:
                text = pattern.sub(force, text)
        return text

    def _force(self, match: re.Match[str]) -> str:
        """Replace what a place tells to be private, whichever words it is made of."""
        return with_group(match, self._all(match["it"]))

    def _force_in_json(self, match: re.Match[str]) -> str:
        """Do so, but leave an escape whole that begins before the place, or ends after it."""
        text, start, end = match.string, match.start("it"), match.end("it")
        before = _ENDS_IN_ESCAPE.search(text, max(start - _LONGEST_ESCAPE, 0), start)
        if before is not None and (escape := _ESCAPED.match(text, before.end() - 1, end)) is not None:
            start = escape.end()
        if _ENDS_IN_ESCAPE.search(text, start, end) is not None:
            end -= 1
        if start >= end:
            return match[0]
        return text[match.start() : start] + self._all(text[start:end]) + text[end : match.end()]

    def _all(self, value: str) -> str:
        """Return what stands for a value as a whole; quotation marks around it stay."""
        if len(value) > 1 and value[0] in "\"'" and value[0] == value[-1]:
            return value[0] + self._all(value[1:-1]) + value[0] if len(value) > 2 else value
        if value.isdigit() and value.isascii():
            return self._stand_ins.digits(value) if len(value) > KEPT_LENGTH else value
        self.replaced += 1
        return self._stand_ins.letters(value, len(value))

    def _token(self, match: re.Match[str]) -> str:
        token = match[0]
        kind = match.lastgroup
        if kind == "word":
            changed = self._known.get(token)
            if changed is None:
                changed = self._word(token)
                if len(self._known) < _MOST_KNOWN and len(token) <= _LONGEST_KNOWN:
                    self._known[token] = changed
        else:
            change = _OTHERS.get(kind or "")
            changed = change(self, token) if change else token
        self.replaced += changed != token
        self.kept += changed == token
        return changed

    def _word(self, word: str) -> str:
        """Return a word that is known as it is, and of others what stands for them."""
        if (
            len(word) <= KEPT_LENGTH
            or word.lower() in self._kept
            or any(f.fullmatch(word) for f in _FIGURES)
        ):
            return word
        if word.isdigit() and word.isascii():
            return self._stand_ins.digits(word)
        if _HEX.fullmatch(word):
            return self._stand_ins.hexadecimal(word)
        return self._of_parts(word)

    def _of_parts(self, word: str) -> str:
        """Replace each part of a name alone: between underscores, before a number or an ending."""
        if "_" in word.strip("_"):
            return "_".join(map(self._word, word.split("_")))
        if counted := _COUNTED.fullmatch(word):
            return self._word(counted[1]) + counted[2]
        if of_error := _OF_AN_ERROR.fullmatch(word):
            return self._stand_ins.letters(of_error[1], len(of_error[1])) + of_error[2]
        drawn = self._stand_ins.letters(word, len(word))
        return drawn.upper() if word.isupper() else drawn

    def _uuid(self, text: str) -> str:
        return self._stand_ins.hexadecimal(text)

    def _address(self, text: str) -> str:
        """Return another address with parts of the same lengths; those of this machine stay."""
        if text in _LOCAL:
            return text
        drawn = iter(self._stand_ins.digits(text.replace(".", "")))
        parts = text.split(".")
        return ".".join(
            "".join(_within_255(index, part, drawn) for index in range(len(part))) for part in parts
        )

    def _address6(self, text: str) -> str:
        drawn = self._stand_ins.hexadecimal(re.sub("[^0-9a-fA-F]", "", text).lower().ljust(16, "0"))
        signs = iter(drawn + drawn)
        return "".join(sign if sign == ":" else next(signs) for sign in text)


def _within_255(index: int, part: str, drawn: Iterator[str]) -> str:
    digit = next(drawn)
    if index == 0 and len(part) == 3:
        return "1"
    return "1" if index == 0 and digit == "0" and len(part) > 1 else digit


_OTHERS: dict[str, Callable[[Texts, str], str]] = {
    "uuid": Texts._uuid,
    "address": Texts._address,
    "address6": Texts._address6,
    "escape": lambda texts, token: token if token[1] != "u" else _plain_escape(token),
}


def _plain_escape(token: str) -> str:
    """Keep the escape of a sign that is no letter; a letter tells of its word."""
    sign = chr(int(token[2:], 16))
    return token if not sign.isalnum() and sign < "\ud800" else "\\u0078"
