"""What the compiled core is handed: the memory of an array, never the array."""

from typing import Any

import numpy.typing as npt


def raw(array: npt.NDArray[Any]) -> memoryview:
    """Return the memory of an array: interpreted code then sees Python's integers, which do not wrap."""
    return memoryview(array)  # type: ignore[arg-type]
