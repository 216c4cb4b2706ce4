"""Stand-ins: other letters of the same length, the same for the same text, never one for two texts.

They are drawn with a key that nobody keeps: without it a stand-in tells nothing of its text but the length.
"""

import os
from collections.abc import Callable
from hashlib import blake2b

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_DIGITS, _HEX = "0123456789", "0123456789abcdef"
# Short texts can be so many that letters do not suffice: then digits, then other scripts.
_WIDER = (_LETTERS, _LETTERS, _LETTERS + _LETTERS.upper(), _LETTERS + _LETTERS.upper() + _DIGITS)
_OTHER_SCRIPTS = "".join(map(chr, range(0x4E00, 0x4E00 + 256)))
_TRIES = 40  # in one alphabet
_SHORT = 9  # characters: above, two texts never draw the same in practice, and nothing is kept


def _table(alphabet: str) -> str:
    return "".join(alphabet[byte % len(alphabet)] for byte in range(256))


_TABLES = {alphabet: _table(alphabet) for alphabet in {*_WIDER, _DIGITS, _HEX, _OTHER_SCRIPTS}}
_BYTES = {alphabet: table.encode() for alphabet, table in _TABLES.items() if alphabet.isascii()}
_LOWER = _BYTES[_LETTERS]


class StandIns:
    """The stand-ins of one call, for all of its files. `reserved` says which words are none."""

    def __init__(self, reserved: Callable[[str], bool]) -> None:
        self._key = os.urandom(32)
        self._reserved = reserved
        self._owners: dict[str, bytes] = {}  # short stand-in → digest of its text

    def letters(self, text: str, length: int) -> str:
        """Return letters for a text, as many as asked for; a capital remains one."""
        if length > _SHORT:
            drawn = self._stream(text, length, b"").translate(_LOWER).decode()
        else:
            drawn = self._short(text, length, _WIDER)
        return drawn[0].upper() + drawn[1:] if text[:1].isupper() else drawn

    def digits(self, text: str) -> str:
        """Return a number of as many digits, without a zero in front."""
        return self._drawn(text, _DIGITS)

    def hexadecimal(self, text: str) -> str:
        """Return as many hexadecimal digits; dashes stay."""
        drawn = iter(self._drawn(text.replace("-", ""), _HEX))
        return "".join("-" if sign == "-" else next(drawn) for sign in text)

    def _drawn(self, text: str, alphabet: str) -> str:
        for attempt in range(1 << 16):
            drawn = self._stream(text, len(text), attempt.to_bytes(4)).translate(_BYTES[alphabet]).decode()
            if drawn[0] != "0" and drawn != text and self._is_free(drawn, text):
                return drawn
        raise AssertionError("no stand-in is left")

    def _short(self, text: str, length: int, alphabets: tuple[str, ...]) -> str:
        for number, alphabet in enumerate((*alphabets, *(_OTHER_SCRIPTS,) * 50)):
            for attempt in range(_TRIES):
                stream = self._stream(text, length, bytes((number, attempt)))
                table = _TABLES[alphabet]
                drawn = "".join(table[byte] for byte in stream)
                if not self._reserved(drawn) and self._is_free(drawn, text):
                    return drawn
        raise AssertionError("no stand-in is left")

    def _is_free(self, drawn: str, text: str) -> bool:
        if len(drawn) > _SHORT:
            return True
        if drawn.lower() == text.lower():
            return False
        digest = self._stream(text, 8, b"owner")
        return self._owners.setdefault(drawn.lower(), digest) == digest

    def _stream(self, text: str, length: int, salt: bytes) -> bytes:
        """Return bytes that only the key and the text determine."""
        drawn = blake2b(text.encode("utf-8", "surrogatepass"), key=self._key, salt=salt).digest()
        return drawn[:length] if length <= len(drawn) else (drawn * (length // len(drawn) + 1))[:length]
