"""Finding numbers in sorted ones."""

import numpy as np

from memdoctor.heap.arrays import I64, Word

MISSING = -1


def places_in(ascending: Word, wanted: Word) -> I64:
    """Return where each number stands in an ascending array, -1 for those that are not there.

    >>> places_in(np.asarray([3, 5, 9]), np.asarray([9, 4, 3])).tolist()
    [2, -1, 0]
    """
    if not len(ascending):
        return np.full(len(wanted), MISSING, np.int64)
    at = np.searchsorted(ascending, wanted)
    at[at == len(ascending)] = 0
    found: I64 = np.where(ascending[at] == wanted, at, MISSING)
    return found
