"""Addresses of machines in text: others of the same form and length; what is on every machine stays.

An address of IPv6 with a port behind it looks like a longer address. Where Node writes a port, it is one.
"""

import re

from memdoctor.hosts import is_version_at
from memdoctor.redacting.stand_ins import StandIns

FOUR = r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9]|\.[0-9])"
_GROUP = "[0-9a-fA-F]{0,4}"
# Three colons, or two that follow each other: a time has two, and apart.
SIX = (
    rf"(?=[0-9a-fA-F:]{{0,40}}(?:::|:{_GROUP}:{_GROUP}:)){_GROUP}(?::{_GROUP}){{2,9}}(?:\.[0-9]{{1,3}}){{0,3}}"
    r"(?![\w:])"
)
HARDWARE = r"[0-9a-fA-F]{2}(?:-[0-9a-fA-F]{2}){5}(?![\w-])"
GLUED = re.compile(rf"(?<=_){FOUR}")  # a word would swallow its beginning
DASHED = re.compile(r"(?<=[A-Za-z0-9]-)[0-9]{1,3}(?:-[0-9]{1,3}){3}(?![\w-])")  # ip-172-31-5-9

_MASK = re.compile(r"255(?:\.(?:255|254|252|248|240|224|192|128|0)){3}|0\.0\.0\.0|127\.[0-9.]+")
_WITH_PORT = re.compile(r"(?:\bin use|\bE[A-Z]{4,20}|\blisten)\s$")
_EVERYBODYS = re.compile(r":{2,3}(?:1?:[0-9]{1,5}|1)?(?![\w:])|[0:]+1?")


class Addresses:
    """What stands for the addresses of one call."""

    def __init__(self, stand_ins: StandIns) -> None:
        self._stand_ins = stand_ins

    def four(self, match: re.Match[str]) -> str:
        """Return another address with parts of the same lengths, or a version as it is."""
        if _MASK.fullmatch(match[0]) or is_version_at(match.string, match.start(), match.end()):
            return match[0]
        return self._four(match[0])

    def six(self, match: re.Match[str]) -> str:
        """Return another address; one of IPv4 within it is replaced as it is elsewhere."""
        address, port = match[0], ""
        before = match.string[max(match.start() - 24, 0) : match.start()]
        if _WITH_PORT.search(before) and address.rpartition(":")[2].isdecimal():
            address, colon, port = address.rpartition(":")
            port = colon + port
        if _EVERYBODYS.fullmatch(address):
            return address + port
        groups, dotted = address, ""
        if "." in address:
            groups, colon, dotted = address.rpartition(":")
            dotted = colon + (self._four(dotted) if dotted.count(".") == 3 else dotted)
        return self._hexadecimal(groups, keep=bool(dotted)) + dotted + port

    def dashed(self, match: re.Match[str]) -> str:
        """Return another address where dashes are between the numbers, as in names that clouds give."""
        return self._four(match[0].replace("-", ".")).replace(".", "-")

    def hardware(self, match: re.Match[str]) -> str:
        """Return another address of a network card."""
        return self._hexadecimal(match[0])

    def _hexadecimal(self, text: str, *, keep: bool = False) -> str:
        digits = re.sub("[^0-9a-fA-F]", "", text).lower()
        if keep and digits in {"", "ffff"}:  # the mark of an address of IPv4 within one of IPv6
            return text
        drawn = self._stand_ins.hexadecimal(digits.ljust(16, "0"))
        signs = iter(drawn + drawn + drawn)
        return "".join(next(signs) if sign.isalnum() else sign for sign in text)

    def _four(self, text: str) -> str:
        if _MASK.fullmatch(text):
            return text
        drawn = iter(self._stand_ins.digits(text.replace(".", "") + text.replace(text, "")))
        return ".".join(
            "".join(_within_255(index, part, next(drawn)) for index in range(len(part)))
            for part in text.split(".")
        )


def _within_255(index: int, part: str, digit: str) -> str:
    if index == 0 and len(part) == 3:
        return "1"
    return "1" if index == 0 and digit == "0" and len(part) > 1 else digit
