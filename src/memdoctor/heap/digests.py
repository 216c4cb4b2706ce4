"""Digests of texts, by which equal ones are found."""

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from memdoctor.heap.arrays import I64, U32, U64
from memdoctor.heap.core.text import digest_strings
from memdoctor.heap.raw import raw

if TYPE_CHECKING:
    from memdoctor.heap.strings import Strings

BASE = 0x5851F42D4C957F2D  # odd, with no pattern in its bits
LARGEST_SECRET = (1 << 30) - 1  # a larger one would let a check pass 64 bits before it is reduced
SECRET = random.SystemRandom().randrange(1 << 16, LARGEST_SECRET)


@dataclass(eq=False, frozen=True)
class Digests:
    """Of each text: two digests, the length in UTF-16 units, and the bytes in the file."""

    digests: U64
    checks: U32
    units: U32
    sizes: U64

    def followed_by(self, others: int) -> "Digests":
        """Return these with room for others after them, which are empty."""
        columns = (self.digests, self.checks, self.units, self.sizes)
        return Digests(*(np.concatenate([column, np.zeros(others, column.dtype)]) for column in columns))

    def keys(self, which: I64 | slice) -> U64:
        """Return one number for each of those texts, by which they are compared."""
        return self.digests[which] ^ (self.checks[which].astype(np.uint64) * np.uint64(BASE))


def digest_of(strings: "Strings", indices: I64) -> Digests:
    """Return the digests of strings of the file, given by ascending index."""
    digests, sizes = np.empty(len(indices), np.uint64), strings.lengths[indices].astype(np.uint64)
    checks, units = np.empty(len(indices), np.uint32), np.empty(len(indices), np.uint32)
    for part, block, start in strings.blocks(indices):
        places = strings.starts[indices[part]] - np.uint64(start)
        lengths = strings.lengths[indices[part]]
        out = (raw(digests[part]), raw(checks[part]), raw(units[part]))
        digest_strings(block, raw(places), raw(lengths), BASE, SECRET, *out)
    return Digests(digests, checks, units, sizes)
