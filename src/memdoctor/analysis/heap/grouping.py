"""What belongs together: the ends of chains, the largest of each group."""

from typing import TypeVar

import numpy as np
import numpy.typing as npt

from memdoctor.heap.arrays import I64, U32

Indices = npt.NDArray[np.integer]
Links = TypeVar("Links", I64, U32)


def ends_of_chains(links: Links) -> Links:
    """Follow links from each index to the one that links to itself; rings end somewhere in them.

    >>> ends_of_chains(np.asarray([0, 0, 1, 3, 2])).tolist()
    [0, 0, 0, 3, 0]
    """
    for _ in range(len(links).bit_length()):
        further = links[links]
        if np.array_equal(further, links):
            break
        links = further
    return links


def most_common(keys: Indices) -> tuple[int, int]:
    """Return the index of the first key that is there most often, and how often; of equals the least key.

    >>> most_common(np.asarray([4, 7, 7, 4, 7]))
    (1, 3)
    """
    _, first, counts = np.unique(keys, return_index=True, return_counts=True)
    best = int(np.argmax(counts))
    return int(first[best]), int(counts[best])


def largest_of_each(groups: Indices, sizes: Indices, ties: Indices) -> I64:
    """Return the index of the largest in each group, groups ascending; of equal ones that of least `ties`.

    >>> largest_of_each(np.asarray([1, 0, 1]), np.asarray([5, 7, 9]), np.arange(3)).tolist()
    [1, 2]
    """
    order = np.lexsort((ties, -sizes.astype(np.int64), groups))
    _, first = np.unique(groups[order], return_index=True)
    found: I64 = order[first]
    return found
