"""Digests of the strings in the file, by which equal texts are found."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from memdoctor.heap.arrays import I64, U32, U64
from memdoctor.heap.core.text import digest_strings
from memdoctor.heap.raw import raw

if TYPE_CHECKING:
    from memdoctor.heap.strings import Strings

BASE = 0x5851F42D4C957F2D  # odd, with no pattern in its bits


@dataclass(eq=False, frozen=True)
class Digests:
    """Of strings by ascending index: digest, length in UTF-16 units, bytes in the file."""

    indices: I64
    digests: U64
    units: U32
    sizes: U64


def digest_of(strings: "Strings", indices: I64) -> Digests:
    """Return the digests of strings of the file, given by ascending index."""
    digests, units = np.empty(len(indices), np.uint64), np.empty(len(indices), np.uint32)
    lengths = strings.lengths[indices]
    for part, block, start in strings.blocks(indices):
        places = strings.starts[indices[part]] - np.uint64(start)
        digest_strings(block, raw(places), raw(lengths[part]), BASE, raw(digests[part]), raw(units[part]))
    return Digests(indices, digests, units, lengths.astype(np.uint64))
