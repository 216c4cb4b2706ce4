"""What stands for a string of a heap: names that V8 puts together keep their form, paths their slashes."""

import re
from functools import lru_cache

from memdoctor.heap.strings import units
from memdoctor.redacting.built_in import DEEPEST, FORMS, KEPT_LENGTH, is_built_in
from memdoctor.redacting.stand_ins import StandIns

_KEPT_DIGITS = 5  # of a number: an index, a port
_LONGEST_FORM = 4096  # characters that are looked at for a form

_TAG = re.compile(r"(</?)([A-Za-z][\w:-]*)(?: (.*))?>", re.S)
_SYSTEM_START = "system / "
_SYSTEM = re.compile(r"system / [A-Za-z]{1,60}(?= / |\Z)")
_NO_PATH = re.compile(r"[\n\"'<>|*?]")
_FILE = re.compile(r"[\w@.-]++(?<=[jt]s)|node:\w++")
_SCHEME = re.compile(
    r"(?:file|https?|wss?|node|bun|ext|data|webpack|evalmachine|blob|chrome-extension):"
    r"|internal/|native |v8/"
)
_SEPARATORS = re.compile(r"([/\\]+)")
_SEGMENT = re.compile(
    r"(@?)(.*?)(\.(?:d\.ts|[cm]?[jt]sx?|json|node|html?|css|map|wasm|py))?((?::[0-9]{1,7}){0,2})", re.S
)
_KEPT_SEGMENTS = frozenset({"", ".", "..", "~", "node_modules", ".pnpm"})
# Endings of class names by which the analysis knows what they are.
_ENDINGS = re.compile(r"([\w$]+?)(Iterator|EventListener|Element|Error)")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HEX = re.compile(r"(?=[0-9a-f]*[0-9])[0-9a-f]{16,128}")
_NUMBER = re.compile(r"[0-9]+")


class HeapNames:
    """What stands for the strings of heaps."""

    def __init__(self, stand_ins: StandIns) -> None:
        self._stand_ins = stand_ins
        self._segment = lru_cache(1 << 14)(self._new_segment)

    def stand_in(self, text: str, deepest: int = DEEPEST) -> str:
        """Return what stands for a string: itself, if it is a name of the runtime."""
        if len(text) <= KEPT_LENGTH or is_built_in(text):
            return text
        if deepest and len(text) <= _LONGEST_FORM:
            formed = self._of_form(text, deepest - 1)
            if formed is not None and (formed != text or len(text) <= _KEPT_DIGITS):
                return formed
            if text.startswith(_SYSTEM_START):
                rest = text[len(_SYSTEM_START) :]
                return _SYSTEM_START + self._stand_ins.letters(rest, units(rest))
        return self._stand_ins.letters(text, units(text))

    def _of_form(self, text: str, deepest: int) -> str | None:
        """Return the stand-in of a text that has a form of which something is kept; None for another."""
        if (number := self._of_number(text)) is not None:
            return number
        if (system := _SYSTEM.match(text)) is not None and is_built_in(system[0]):
            rest = text[system.end() + 3 :]
            return f"{system[0]} / {self.stand_in(rest, deepest)}"
        for form in FORMS:
            if (match := form.fullmatch(text)) is not None:
                return self._within(match, deepest)
        if (tag := _TAG.fullmatch(text)) is not None:
            return self._of_tag(tag, deepest)
        if (ending := _ENDINGS.fullmatch(text)) is not None and len(ending[1]) > KEPT_LENGTH:
            return self._stand_ins.letters(ending[1], units(ending[1])) + ending[2]
        return self._of_path(text) if _is_path(text) else None

    def _of_number(self, text: str) -> str | None:
        """Return another number, or another id."""
        if text.isdigit() and text.isascii():
            return text if len(text) <= _KEPT_DIGITS else self._stand_ins.digits(text)
        is_id = _UUID.fullmatch(text) or _HEX.fullmatch(text)
        return self._stand_ins.hexadecimal(text) if is_id else None

    def _of_tag(self, tag: re.Match[str], deepest: int) -> str:
        """Return a tag with other attributes; a name that is none of HTML's is replaced, too."""
        name = (
            tag[2]
            if is_built_in(f"<{tag[2]}") or is_built_in(f"<{tag[2]}>")
            else self.stand_in(tag[2], deepest)
        )
        return f"{tag[1]}{name}{' ' + self.stand_in(tag[3], deepest) if tag[3] else ''}>"

    def _within(self, match: re.Match[str], deepest: int) -> str:
        parts, position = [], 0
        for number in range(1, len(match.groups()) + 1):
            if match.start(number) >= 0:
                parts += [
                    match.string[position : match.start(number)],
                    self.stand_in(match[number], deepest),
                ]
                position = match.end(number)
        return "".join([*parts, match.string[position:]])

    def _of_path(self, path: str) -> str:
        scheme = _SCHEME.match(path)
        start = scheme[0] if scheme else ""
        return start + "".join(
            part if index % 2 else self._segment(part)
            for index, part in enumerate(_SEPARATORS.split(path[len(start) :]))
        )

    def _new_segment(self, segment: str) -> str:
        """Return what stands for a folder or a file; its ending stays, and the line behind it."""
        match = _SEGMENT.fullmatch(segment)
        if segment in _KEPT_SEGMENTS or match is None or len(match[2]) <= KEPT_LENGTH:
            return segment
        sign, stem, ending, place = match[1], match[2], match[3] or "", match[4]
        return sign + self._stand_ins.letters(stem, units(stem)) + ending + place


def _is_path(text: str) -> bool:
    """Whether a text is the name of a file, or has slashes and no space before the first of them."""
    if _FILE.fullmatch(text):
        return True
    start = re.split(r"[/\\]", text, maxsplit=1)
    return len(start) == 2 and " " not in start[0] and _NO_PATH.search(text) is None
