"""JSON as people paste it and JavaScript as console.log prints it, to values; every repair is told.

Read are comments, trailing commas, single, smart and missing quotes, `undefined`, `NaN`, `…`. A document
that is cut off gives what stands before the cut; a number that the cut may have shortened is no value.
Nothing is recursive: a thousand brackets are one loop.
"""

import re
from dataclasses import dataclass, field
from typing import Any

_DEEPEST = 64
_SPACE = re.compile(r"[\s\ufeff]+")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_NUMBER = re.compile(r"[-+]?(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?n?")
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_ELLIPSIS = re.compile(r"…|\.\.\.(?:[^\n,\]}]*more items?)?")
_QUOTES = {'"': '"', "'": "'", "`": "`", "“": "”", "”": "”", "‘": "’", "’": "’", "„": "“", "«": "»"}
_WORDS = {"true": True, "false": False, "null": None, "undefined": None, "NaN": None, "Infinity": None}
_PLAIN = re.compile(r"[^\"'`“”‘’„»\\\n]+")
_LOST = object()
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


class NotAValueError(ValueError):
    """There is no value here, or it cannot be told what is meant; `position` is where."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


@dataclass(slots=True)
class Parsed:
    """A value, where it ends, what was repaired at which position, and the path at which it was cut off."""

    value: Any = None
    end: int = 0
    repairs: dict[str, int] = field(default_factory=dict)
    cut_at: str | None = None


class _CutError(Exception):
    """The text ends here."""


@dataclass(slots=True)
class _Open:
    """A container that is not closed yet; `key` is the one whose value comes next."""

    value: dict[str, Any] | list[Any]
    key: str | None = None
    some: bool = False


def parse_value(text: str, start: int) -> Parsed:
    """Parse the object or list that starts at `start`.

    Raises NotAValueError if there is none.
    """
    parser = _Parser(text, start)
    try:
        parser.run()
    except _CutError:
        parser.parsed.cut_at = parser.path()
        parser.parsed.end = len(text)
    parser.parsed.value = parser.stack[0].value
    return parser.parsed


class _Parser:
    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.at = start
        self.parsed = Parsed()
        self.stack: list[_Open] = []

    def run(self) -> None:
        self.open(self.text[self.at])
        while True:
            self.skip()
            top = self.stack[-1]
            sign = self.text[self.at]
            if sign == ("}" if isinstance(top.value, dict) else "]"):
                self.at += 1
                closed = self.stack.pop()
                if not self.stack:
                    self.stack.append(closed)
                    self.parsed.end = self.at
                    return
            elif sign == ",":
                self.at += 1
                self.comma(top)
            elif isinstance(top.value, dict) and top.key is None:
                self.key(top)
            else:
                self.value(top)

    def open(self, sign: str) -> None:
        if len(self.stack) >= _DEEPEST:
            raise NotAValueError(f"more than {_DEEPEST} levels deep", self.at)
        self.stack.append(_Open({} if sign == "{" else []))
        self.at += 1

    def skip(self) -> None:
        """Go to the next sign, over white space, comments and ellipses."""
        while True:
            before = self.at
            space = _SPACE.match(self.text, self.at)
            self.at = space.end() if space else self.at
            for pattern, repair in ((_COMMENT, "comments: left out"), (_ELLIPSIS, "… left out")):
                found = pattern.match(self.text, self.at)
                if found:
                    self.note(repair)
                    self.at = found.end()
            if self.at >= len(self.text):
                raise _CutError
            if self.at == before:
                return

    def comma(self, top: _Open) -> None:
        here = self.at
        self.skip()
        if self.text[self.at] in "}]":
            self.note("trailing commas: ignored", here)
        elif isinstance(top.value, dict) and self.text[self.at].isdigit():
            raise NotAValueError("a comma inside a number, or between values without a key", here)

    def key(self, top: _Open) -> None:
        if self.text[self.at] in _QUOTES:
            name = self.string()
        else:
            word = _WORD.match(self.text, self.at)
            if word is None:
                raise NotAValueError("no key where one belongs", self.at)
            if word.end() == len(self.text):
                raise _CutError
            name, self.at = word[0], word.end()
            self.note("keys without quotes: accepted")
        self.skip()
        if self.text[self.at] != ":":
            raise NotAValueError("no colon after a key", self.at)
        self.at += 1
        top.key = name

    def value(self, top: _Open) -> None:
        sign = self.text[self.at]
        if sign in "{[":
            container: Any = {} if sign == "{" else []
            self.store(top, container)
            self.open(sign)
            self.stack[-1].value = container
        elif sign in _QUOTES:
            self.store(top, self.string())
        elif (value := self.bare()) is not _LOST:
            self.store(top, value)
        else:
            top.key = None

    def store(self, top: _Open, value: Any) -> None:
        if isinstance(top.value, list):
            top.value.append(value)
            return
        key = top.key or ""
        if key in top.value:
            self.note(f"{key} stands there twice: the last one counts")
        top.value[key] = value
        top.key = None

    def bare(self) -> Any:
        """Return a number, a word, or what console.log writes for what is neither."""
        number = _NUMBER.match(self.text, self.at)
        if number is not None:
            self.at = number.end()
            if _ELLIPSIS.match(self.text, self.at):
                self.note("numbers that a … cuts: left out")
                return _LOST
            self.ended_by_a_sign()
            plain = number[0].rstrip("n").replace("_", "")
            return float(plain) if any(sign in plain for sign in ".eE") else _whole(plain)
        word = _WORD.match(self.text, self.at)
        if word is None:
            raise NotAValueError("no value where one belongs", self.at)
        if word.end() == len(self.text):
            raise _CutError
        self.at = word.end()
        if word[0] not in _WORDS:
            raise NotAValueError(f"{word[0]} is no value", word.start())
        return _WORDS[word[0]]

    def ended_by_a_sign(self) -> None:
        """Make sure that a number is whole: at the end of the text it may have lost digits."""
        here = self.at
        self.skip()
        if self.text[self.at] not in ",}]" and "\n" not in self.text[here : self.at]:
            raise NotAValueError("a number with something behind it", here)

    def string(self) -> str:
        opening = self.text[self.at]
        closing = _QUOTES[opening]
        if opening != '"':
            self.note("other quotation marks than JSON's: accepted")
        parts: list[str] = []
        at = self.at + 1
        while at < len(self.text):
            plain = _PLAIN.match(self.text, at)
            if plain:
                parts.append(plain[0])
                at = plain.end()
                continue
            sign = self.text[at]
            if sign == closing or (opening in "“”„" and sign in '”"“'):
                self.at = at + 1
                return _joined(parts)
            if sign == "\\":
                taken, length = _escaped(self.text, at)
                parts.append(taken)
                at += length
                continue
            if sign == "\n" and opening != "`":
                raise NotAValueError("a line ends inside a text", at)
            parts.append(sign)
            at += 1
        raise _CutError

    def note(self, repair: str, position: int | None = None) -> None:
        self.parsed.repairs.setdefault(repair, self.at if position is None else position)

    def path(self) -> str:
        """Return where the text ended, as a pointer."""
        steps = []
        for container in self.stack:
            if isinstance(container.value, list):
                steps.append(str(max(len(container.value) - 1, 0)))
            elif container.key is not None:
                steps.append(container.key)
            elif container.value and container is not self.stack[-1]:
                steps.append(next(reversed(container.value)))
        return "/" + "/".join(steps)


def _joined(parts: list[str]) -> str:
    """Join the parts of a string; two escapes may have been the halves of one character."""
    text = "".join(parts)
    if any("\ud800" <= sign <= "\udfff" for part in parts if len(part) == 1 for sign in part):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) < 300 else float("inf")


def _escaped(text: str, at: int) -> tuple[str, int]:
    """Return the character of an escape sequence and the sequence's length."""
    sign = text[at + 1 : at + 2]
    if sign == "u":
        code = text[at + 2 : at + 6]
        if len(code) == 4 and all(digit in "0123456789abcdefABCDEF" for digit in code):
            return chr(int(code, 16)), 6
    if not sign:
        raise _CutError
    return _ESCAPES.get(sign, sign), 2
