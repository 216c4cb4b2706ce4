"""Text and JSON: numbers, times and known words stay, every other word gets a stand-in of the same length.

Nothing is kept because it looks harmless: a word stays if memdoctor's readers look for it, or if it is a
name of the runtime. So a copy has the lines, columns and structure of its original, and its figures.
"""

import re
from collections.abc import Callable

from memdoctor.redacting.addresses import DASHED, FOUR, GLUED, HARDWARE, SIX, Addresses
from memdoctor.redacting.built_in import KEPT_LENGTH, words
from memdoctor.redacting.codes import CODES
from memdoctor.redacting.forced import (
    ENVIRONMENTS,
    MEMBERS,
    NO_PLACE,
    PLACES,
    TOLD,
    USERS,
    VARIABLES,
    tells,
)
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
_TOKENS = (
    ("color", r"\x1b\[[0-9;?]{0,20}[A-Za-z]"),
    ("fraction", r"(?<![\w.])[0-9]{1,15}\.[0-9]{1,20}(?![\w.])"),
    ("time", rf"(?<![0-9.]){_DAY}(?:[T ]{_CLOCK}(?:Z|[+-][0-9]{{2}}:?[0-9]{{2}})?)?(?!\w)"),
    ("stamp", r"(?<!\w)[0-9]{8}T[0-9]{6}Z?(?!\w)"),
    ("uuid", r"(?<![\w-])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![\w-])"),
    ("hardware", rf"(?<![\w-]){HARDWARE}"),
    ("address", rf"(?<!\w)(?<![0-9][.:-]){FOUR}"),
    ("address6", rf"(?<![\w:])(?<![0-9]\.){SIX}"),
    ("figure", r"(?<=[:\s])[0-9]{16,20}(?=\s*[,}\]])"),
    ("word", r"[\w$]+"),
)  # fmt: skip
_TOKEN = re.compile(
    r"(?=[\w$\x1b]|::)(?:" + "|".join(f"(?P<{name}>{pattern})" for name, pattern in _TOKENS) + ")"
)
_TOKEN_OF_JSON = re.compile(f"(?P<escape>{_ESCAPE})|{_TOKEN.pattern}")

_NUMBER = re.compile(r"[0-9]{1,15}")
_QUANTITY = re.compile(
    r"[0-9]{1,15}(?:[eE][0-9]{1,3}|[a-zA-Z]{1,2}|[KMGTkmgt]i?[Bb]|min|sec|bit|Min|hrs?|days?)|0x[0-9a-fA-F]{1,16}"
    r"|(?:[0-9]{1,3}[hmsd]){1,4}|v[0-9]{1,4}(?:_[0-9]{1,4}){0,3}|[0-9]{2}(?:[A-Z][a-z]{2})(?:[0-9]{2,4})?"
    r"|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[0-9]{1,4}(?:AM|PM)?|[0-9]{1,2}(?:AM|PM)"
)
_STATE = re.compile(r"[DIRSTtWXZP][sl<NLEVJXx]{1,4}|(?:tty[sS]?|pts|s)[0-9]{1,3}")
_FIGURES = (_NUMBER, _QUANTITY, _STATE)
_COUNTED = re.compile(r"([A-Za-z]+)([0-9]{1,4})")
_HEX = re.compile(r"(?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{16,128}")
_OF_AN_ERROR = re.compile(r"([A-Za-z_$][\w$]{2,60})(Error|Exception|Warning)")
# A number of a document has such a key before it; one of 16 digits and more is no token then.
_KEY_BEFORE = re.compile(r"\"(\w{1,60})\"\s{0,4}:\s{0,4}\Z")
_LONGEST_KEY = 72  # characters, with its quotation marks
# What is replaced as a whole is written in signs that no pattern takes for a word, until all is done.
_DONE = str.maketrans(
    {chr(code): chr(0x10F000 + code) for code in range(0x30, 0x7B) if chr(code).isalnum()}
)
_UNDONE = str.maketrans({done: plain for plain, done in _DONE.items()})
_IS_DONE = re.compile("[\U0010f030-\U0010f07a]")
_PLAIN_WORD = re.compile(r"[\w$]+")
_LINE_END = re.compile(r"(\r?\n)")
_MOST_KNOWN, _LONGEST_KNOWN = 1 << 16, 100  # words whose stand-ins are kept at hand; characters


class Texts:
    """What stands for the words of texts."""

    def __init__(self, stand_ins: StandIns) -> None:
        self._stand_ins = stand_ins
        self._addresses = Addresses(stand_ins)
        self._known: dict[str, str] = {}
        self._kept = words()
        self.replaced = 0
        self.kept = 0

    def redact(self, text: str, *, json: bool) -> str:
        """Return a text with stand-ins, of the same length; in `json` escapes stay escapes."""
        text = ENVIRONMENTS.sub(lambda match: VARIABLES.sub(self._force, match[0]), text)
        for pattern in MEMBERS:
            text = pattern.sub(self._force, text)
        text = _STRING_OF_JSON.sub(self._forced_string, text) if json else self._forced(text, self._force)
        return (_TOKEN_OF_JSON if json else _TOKEN).sub(self._token, text).translate(_UNDONE)

    def _forced_string(self, match: re.Match[str]) -> str:
        """Look into one string of JSON, or what is between two: no place goes beyond it."""
        if match[0][0] != '"' or len(match[0]) < _SHORTEST_STRING:
            return self._forced(match[0], self._force)
        return f'"{self._forced(match[0][1:-1], self._force_in_json)}"'

    def _forced(self, text: str, force: Callable[[re.Match[str]], str]) -> str:
        if NO_PLACE.fullmatch(text) is None:
            for pattern in PLACES:
                text = pattern.sub(force, text)
            for pattern in USERS:
                text = pattern.sub(self._force_user, text)
            text = GLUED.sub(lambda match: self._addresses.four(match).translate(_DONE), text)
            text = DASHED.sub(lambda match: self._addresses.dashed(match).translate(_DONE), text)
        return text

    def _force(self, match: re.Match[str]) -> str:
        """Replace what a place tells to be private, whichever words it is made of."""
        if match.re in TOLD and not tells(match):
            return match[0]
        return with_group(match, self._all(match["it"]))

    def _force_user(self, match: re.Match[str]) -> str:
        """Replace the words of an account's name as they are elsewhere; one that is known, too."""
        user = _PLAIN_WORD.sub(lambda word: self._user(word[0]).translate(_DONE), match["it"])
        return with_group(match, user)

    def _user(self, word: str) -> str:
        self.replaced += 1
        changed = self._word(word)
        return changed if changed != word or word.isdigit() else self._stand_ins.letters(word, len(word))

    def _force_in_json(self, match: re.Match[str]) -> str:
        """Do so, but leave an escape whole that begins before the place, or ends after it."""
        if match.re in TOLD and not tells(match):
            return match[0]
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
        if _IS_DONE.search(value):  # in part: the rest must not stay either
            return _PLAIN_WORD.sub(lambda word: self._all(word[0]), value)
        if "\n" in value:  # lines stay lines
            return "".join(map(self._line, _LINE_END.split(value)))
        if value.isdigit() and value.isascii():
            return self._stand_ins.digits(value).translate(_DONE) if len(value) > KEPT_LENGTH else value
        self.replaced += 1
        return self._stand_ins.letters(value, len(value)).translate(_DONE)

    def _line(self, line: str) -> str:
        return line if not line or line.isspace() else self._all(line)

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
            changed = change(self, match) if change else token
        self.replaced += changed != token
        self.kept += changed == token
        return changed

    def _word(self, word: str) -> str:
        """Return a word that is known as it is, and of others what stands for them."""
        if (
            len(word) <= KEPT_LENGTH
            or word.lower() in self._kept
            or word in CODES
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

    def _uuid(self, match: re.Match[str]) -> str:
        return self._stand_ins.hexadecimal(match[0])

    def _figure(self, match: re.Match[str]) -> str:
        """Keep a number that a known key tells to be one."""
        before = match.string[max(match.start() - _LONGEST_KEY, 0) : match.start()]
        key = _KEY_BEFORE.search(before)
        return match[0] if key is not None and key[1].lower() in self._kept else self._word(match[0])


_OTHERS: dict[str, Callable[[Texts, re.Match[str]], str]] = {
    "uuid": Texts._uuid,
    "figure": Texts._figure,
    "address": lambda texts, match: texts._addresses.four(match),
    "address6": lambda texts, match: texts._addresses.six(match),
    "hardware": lambda texts, match: texts._addresses.hardware(match),
    "escape": lambda _, match: match[0] if match[0][1] != "u" else _plain_escape(match[0]),
}


def _plain_escape(token: str) -> str:
    """Keep the escape of a sign that is no letter; a letter tells of its word."""
    sign = chr(int(token[2:], 16))
    return token if not sign.isalnum() and sign < "\ud800" else "\\u0078"
