"""Halves of names that are known, on either side of a cut."""

from collections.abc import Iterable

from memdoctor.cuts import MARK


class Halves:
    """What names of people and machines may begin and end with, where a text was cut through one."""

    def __init__(self, names: Iterable[str]) -> None:
        known = [name for name in names if len(name) > 1]
        self._begins = {name[:end] for name in known for end in range(1, len(name))}
        self._ends = {name[start:] for name in known for start in range(1, len(name))}
        self._longest = max(map(len, known), default=1) - 1

    def removed(self, text: str) -> str:
        """Return a text in which no cut leaves a half of a name; numbers stay.

        >>> Halves(["zebediah"]).removed("job-zebe…"), Halves(["zebediah"]).removed("job…diah")
        ('job-…', 'job…')
        """
        if MARK not in text or not self._begins:
            return text
        first, *others = text.split(MARK)
        parts = [first, *(part[self._half_ahead(part) :] for part in others)]
        kept = [part[: len(part) - self._half_behind(part)] for part in parts[:-1]]
        return MARK.join([*kept, parts[-1]])

    def _half_behind(self, text: str) -> int:
        """Return how long the half of a name is that a text ends with."""
        for length in range(min(len(text), self._longest), 0, -1):
            half, before = text[-length:], text[-length - 1 : -length]
            if half in self._begins and not half.isdigit() and not _is_of_word(before):
                return length
        return 0

    def _half_ahead(self, text: str) -> int:
        """Return how long the half of a name is that a text begins with."""
        for length in range(min(len(text), self._longest), 0, -1):
            half, after = text[:length], text[length : length + 1]
            if half in self._ends and not half.isdigit() and not _is_of_word(after):
                return length
        return 0


def _is_of_word(sign: str) -> bool:
    return sign.isalnum() or sign == "_"
